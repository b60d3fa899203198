/**
 * What a candidate does, from the ticket to the result. Guarantees: whatever is answered was stored before; a
 * ticket opens or resumes once; each command is decided by the state machine under the sitting's lock.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { canonical } from '../../../ledger/canonical.ts';
import type { FaceChallenge, Given } from '../../../sdk/wire.ts';
import type { Form } from '../../classes/item.ts';
import { type Queryable, transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import { itemsOf, type Picture, picturesOf } from '../banks/store.ts';
import type { Asked, ExamsDeps, ExamTicket, PageFact, PageOpened } from '../contract.ts';
import { createIdentity } from '../identity/identity.ts';
import { type CandidatePaper, candidateView, drawPaper, type Paper, paperHash, paperText } from '../paper.ts';
import { type Command, decide, open as decideOpen, type HandedInBy, type Sitting } from '../sitting.ts';
import { contentShareOf, type Exam, findCandidate, findExam, type Result, resultsOf } from '../store.ts';
import { handIn } from './handIn.ts';
import { leaseOf, sittingKey } from './key.ts';
import {
  addAnswer,
  addEvent,
  answersOf,
  insertSitting,
  lockSitting,
  lockSittingsOf,
  type SittingRow,
  savedSoFar,
  sittingOf,
  writeState,
} from './store.ts';

/** Answers saved in one sitting, for each item of its paper: far beyond anybody's changes of mind. */
const SAVES_EACH = 30;
/** Events of one sitting: a page that tells more is not believed to be a person's. */
const EVENTS_MAX = 2000;

export interface OpenSitting extends Asked {
  readonly sittingId: string;
  /** Proves the page that holds the sitting. */
  readonly key: string;
  readonly exam: Pick<Exam, 'id' | 'title'>;
  readonly attempt: number;
  readonly resumed: boolean;
  readonly items: CandidatePaper;
  readonly pictures: readonly Picture[];
  /** What was saved before, by the item's place. */
  readonly answers: readonly { readonly n: number; readonly given: Given }[];
  readonly remainingMs: number;
}

export interface Candidates {
  /** Throws the refusals of the state machine, `ticketSpent`, `ticketScope`, `tooFrequent`. */
  open(ticket: ExamTicket, page: PageOpened): Promise<OpenSitting>;
  /** Resolves when it is durable. */
  save(
    id: string,
    key: string,
    answer: { n: number; given: Given; tookMs: number },
  ): Promise<{ remainingMs: number } & Asked>;
  /** For a page with nothing to save: learns the time that is left, what it is to show now, or that it lost the sitting. */
  clock(id: string, key: string): Promise<{ remainingMs: number } & Asked>;
  /** The page goes; the clock runs on. */
  pause(id: string, key: string): Promise<void>;
  /** Throws `tooFrequent` when so much was told already that no more is kept. */
  tell(id: string, key: string, fact: PageFact): Promise<void>;
  /** `null`, and a check: that comes first, then the hand-in again; whatever becomes of the check, it is handed in. */
  handIn(id: string, key: string): Promise<({ readonly result: null } & Asked) | Shown>;
  /** `null`: not handed in yet. */
  result(id: string, key: string): Promise<Shown | null>;
}

/** A result beside the terms that it is read by. */
export interface Shown {
  readonly result: Result;
  readonly passMark: number;
  readonly handedInBy: HandedInBy;
  /** null until the ledger holds it. */
  readonly leafIndex: number | null;
}

export function createCandidates(deps: ExamsDeps): Candidates {
  const { db, now, key: secret } = deps;
  const identity = createIdentity(deps);

  /** Runs under the sitting's lock, for a page that once held it. */
  function held<T>(id: string, key: string, work: (q: Queryable, row: SittingRow, lease: number) => Promise<T>) {
    const lease = leaseOf(secret, id, key) ?? fail('sittingKey');
    if (!deps.limits.sitting.take(id)) return fail('tooFrequent', { retryAfterMs: 1_000 });
    return transaction(db, async (q) => work(q, (await lockSitting(q, id)) ?? fail('sittingKey'), lease));
  }

  function decided(row: SittingRow, command: Command): Sitting {
    const next = decide(sittingOf(row), command, now());
    return 'refused' in next ? fail(next.refused) : next.next;
  }

  async function begun(q: Queryable, exam: Exam, ticket: ExamTicket, personKey: string, attempts: number) {
    const standing = {
      attempts,
      contentShare: await contentShareOf(q, exam.classId, personKey),
      offlineShare: exam.terms.offlineShareMin === null ? null : await deps.offlineShare(personKey, exam.classId),
    };
    const opened = decideOpen(exam.terms, standing, now());
    if ('refused' in opened) return fail(opened.refused);
    const bank = await itemsOf(q, exam.platformId, exam.bankId);
    const paper = drawPaper(exam.terms.blueprint, bank, randomInt) ?? fail('internal');
    const text = paperText(paper);
    const { lease, paused, openedAt, deadlineAt } = opened.next;
    return {
      ...{ id: randomBytes(16).toString('base64url'), examId: exam.id, attempt: attempts + 1, personKey },
      ...{ traineeId: ticket.traineeId, paper: text, paperHash: paperHash(text) },
      ...{ lease, paused, openedAt, deadlineAt, handedInAt: null, handedInBy: null },
    };
  }

  /** The sitting that stands open, or a new attempt; null: another process was first, ask again. */
  async function take(q: Queryable, exam: Exam, ticket: ExamTicket, personKey: string, page: PageOpened) {
    const sittings = await lockSittingsOf(q, exam.id, personKey);
    let [newest] = sittings;
    if (newest !== undefined && newest.handedInAt === null) {
      // Past its deadline and not handed in yet: the clock's work, done here.
      const expired = decide(sittingOf(newest), { kind: 'expire' }, now());
      if ('next' in expired && expired.next.phase === 'handedIn') {
        await handIn(q, deps, exam, newest, expired.next);
        newest = undefined;
      }
    } else newest = undefined;
    const { showsFace, ...facts } = page;
    if (newest !== undefined) {
      const next = decided(newest, { kind: 'resume' });
      await writeState(q, newest.id, next);
      const lease = next.phase === 'answering' ? next.lease : newest.lease;
      await addEvent(q, newest.id, { kind: 'resumed', facts: { ...facts, lease }, at: now() });
      await identity.page(q, newest.id, showsFace);
      return { row: { ...newest, lease }, resumed: true, face: await identity.due(q, newest) };
    }
    const row = await begun(q, exam, ticket, personKey, sittings.length);
    if (!(await insertSitting(q, row))) return null;
    await addEvent(q, row.id, { kind: 'opened', facts: { ...facts, lease: row.lease }, at: row.openedAt });
    await identity.plan(q, exam, row);
    await identity.page(q, row.id, showsFace);
    return { row, resumed: false, face: await identity.due(q, row) };
  }

  return {
    async open(ticket, page) {
      const { platformId, traineeId, examId } = ticket;
      if (!deps.limits.opening.take(`open|${platformId}|${traineeId}|${examId}`)) {
        return fail('tooFrequent', { retryAfterMs: 3_000 });
      }
      const exam = (await findExam(db, ticket.examId)) ?? fail('ticketScope');
      if (exam.platformId !== ticket.platformId || exam.classId !== ticket.classId) return fail('ticketScope');
      const candidate = (await findCandidate(db, exam, ticket.traineeId)) ?? fail('ticketScope');
      if (!(await deps.spend(ticket))) return fail('ticketSpent');
      const attempt = () => transaction(db, (q) => take(q, exam, ticket, candidate.personKey, page));
      const { row, resumed, face } = (await attempt()) ?? (await attempt()) ?? fail('unavailable');
      const items = candidateView(JSON.parse(row.paper) as Paper);
      const answers = new Map((await answersOf(db, row.id)).map(({ n, given }) => [n, given]));
      return {
        sittingId: row.id,
        key: sittingKey(secret, row.id, row.lease),
        exam: { id: exam.id, title: exam.title },
        attempt: row.attempt,
        resumed,
        items,
        pictures: await picturesOf(
          db,
          items.flatMap(({ picture }) => picture ?? []),
        ),
        answers: [...answers].map(([n, given]) => ({ n, given })),
        remainingMs: Math.max(0, row.deadlineAt - now()),
        ...askedIn(face),
      };
    },

    save: (id, key, { n, given, tookMs }) =>
      held(id, key, async (q, row, lease) => {
        const at = now();
        const next = decided(row, { kind: 'save', lease });
        const { items } = JSON.parse(row.paper) as Paper;
        const item = items[n - 1];
        if (item === undefined || formOf(given) !== kindOf(item.asked.form)) return fail('sittingItem');
        const { count, last } = await savedSoFar(q, id, n);
        const remainingMs = Math.max(0, row.deadlineAt - at);
        // Sent again because its acknowledgement was lost.
        if (last !== null && canonical(last.given) === canonical(given)) {
          return { remainingMs, ...askedIn(await identity.due(q, row)) };
        }
        if (count >= items.length * SAVES_EACH) return fail('sittingAnswers');
        // No longer than the sitting: the page's word is bounded by the server's clock.
        const took = Math.min(tookMs, at - row.openedAt);
        await addAnswer(q, id, { seq: count + 1, n, given, tookMs: took, at }, lease);
        if (row.paused) await writeState(q, id, next);
        return { remainingMs, ...askedIn(await identity.due(q, row)) };
      }),

    clock: (id, key) =>
      held(id, key, async (q, row, lease) => {
        const next = decided(row, { kind: 'save', lease });
        // It went, and came back as it was.
        if (row.paused) await writeState(q, id, next);
        return { remainingMs: Math.max(0, row.deadlineAt - now()), ...askedIn(await identity.due(q, row)) };
      }),

    pause: (id, key) =>
      held(id, key, async (q, row, lease) => {
        await writeState(q, id, decided(row, { kind: 'pause', lease }));
        await addEvent(q, id, { kind: 'paused', facts: {}, at: now() });
      }),

    tell: (id, key, fact) =>
      held(id, key, async (q, row, lease) => {
        decided(row, { kind: 'save', lease });
        const nth = await addEvent(q, id, { kind: 'page', facts: { fact }, at: now() });
        if (nth > EVENTS_MAX) fail('tooFrequent');
      }),

    handIn: (id, key) =>
      held(id, key, async (q, row, lease) => {
        const next = decided(row, { kind: 'handIn', lease });
        const exam = (await findExam(q, row.examId)) ?? fail('internal');
        if (next.phase !== 'handedIn') return fail('internal');
        const face = await identity.due(q, row, true);
        if (face !== null) return { result: null, face };
        const result = await handIn(q, deps, exam, row, next);
        return { result, passMark: exam.terms.passMark, handedInBy: next.by, leafIndex: null };
      }),

    result: (id, key) =>
      held(id, key, async (q, row) => {
        const exam = (await findExam(q, row.examId)) ?? fail('internal');
        const result = (await resultsOf(q, id)).at(-1);
        if (result === undefined) return null;
        const handedInBy = row.handedInBy ?? fail('internal');
        return { result, passMark: exam.terms.passMark, handedInBy, leafIndex: await deps.leafIndexOf(q, result.id) };
      }),
  };
}

const askedIn = (face: FaceChallenge | null): Asked => (face === null ? {} : { face });

type Shape = 'choice' | 'choices' | 'order' | 'number' | 'point';

function formOf(given: Given): Shape {
  if ('choice' in given) return 'choice';
  if ('choices' in given) return 'choices';
  if ('order' in given) return 'order';
  return 'number' in given ? 'number' : 'point';
}

function kindOf(form: Form): Shape {
  return form === 'single' ? 'choice' : form === 'multiple' ? 'choices' : form;
}
