/**
 * Who sits: asks for faces in a sitting where its terms do, and takes what they came to.
 *
 *   planned ─due, and the page comes─▶ asked ─▶ passed | mismatch | failed     judged
 *      │                                 └────▶ unclear | missed | declined | noCamera | unconsented ─▶ a supervisor
 *      └─no face can be asked─▶ notAsked ─▶ a supervisor is asked
 *
 * Guarantees: everything here happens under the sitting's lock, in the caller's transaction; who shows no face has the
 * same paper, time and score, and it is noted once that somebody is to confirm who sits; a hand-in is put off by at
 * most the time of one check; so many judged checks that were another person's as the terms say raise an alert,
 * stored together with them, and nothing else does.
 */
import { randomInt } from 'node:crypto';
import type { FaceChallenge } from '../../../sdk/wire.ts';
import { type Queryable, transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { SittingEnd, SittingRoom } from '../../proofs/face/sitting.ts';
import type { ExamsDeps, FacesAsked } from '../contract.ts';
import type { JudgingDeps } from '../judging/judging.ts';
import { regionOf } from '../judging/store.ts';
import { otherFace } from '../rules/examOtherFace.ts';
import { decide } from '../sitting.ts';
import { handIn } from '../sittings/handIn.ts';
import { addEvent, findSitting, lockSitting, type SittingRow, sittingOf } from '../sittings/store.ts';
import { type Exam, findExam } from '../store.ts';
import { conclude, supervise } from './end.ts';
import { againAt, atHandIn, type Due, dueOf, openOf, planOf, type SittingProof, turnedAway } from './points.ts';
import { endProof, markAsked, notePage, pageShows, planProofs, proofsOf } from './store.ts';

const random = (): number => randomInt(2 ** 32) / 2 ** 32;

/** How a sitting asks who sits. Each within the caller's transaction, under the sitting's lock. */
export interface Identity {
  /** A new sitting: what is to be asked, and when. */
  plan(q: Queryable, exam: Exam, row: SittingRow): Promise<void>;
  /** A page opened or resumed the sitting. @param shows it can show a face check */
  page(q: Queryable, sittingId: string, shows: boolean): Promise<void>;
  /** What the page is to show now; null: nothing. */
  due(q: Queryable, row: SittingRow, handingIn?: boolean): Promise<FaceChallenge | null>;
}

interface IdentityDeps {
  /** `null`: this server looks at no faces. */
  readonly faces: FacesAsked | null;
  readonly now: () => number;
}

export function createIdentity({ faces, now }: IdentityDeps): Identity {
  async function ask(q: Queryable, row: SittingRow, all: readonly SittingProof[], { proof, merged }: Due) {
    const at = now();
    for (const { nth } of merged) await endProof(q, row.id, nth, 'notAsked', at);
    const can = faces !== null && !turnedAway(all) && (await pageShows(q, row.id)) && (await faces.able(q, row));
    if (!can) {
      await endProof(q, row.id, proof.nth, 'notAsked', at);
      await supervise(q, row.id, at);
      return null;
    }
    await markAsked(q, row.id, proof.nth, at);
    await addEvent(q, row.id, { kind: 'faceAsked', facts: { point: proof.point }, at });
    return faces.ask(q, row.id, row.personKey);
  }

  return {
    async plan(q, { terms }, { id, openedAt, deadlineAt }) {
      if (terms.faces == null) return;
      await planProofs(q, id, planOf(terms.faces, openedAt, deadlineAt, random));
    },

    page: (q, sittingId, shows) => notePage(q, sittingId, shows),

    async due(q, row, handingIn = false) {
      const all = await proofsOf(q, row.id);
      if (all.length === 0) return null;
      const open = openOf(all);
      if (open !== null) {
        const waits = faces === null ? ({ kind: 'none' } as const) : await faces.waits(q, row.id);
        if (waits.kind === 'waits') {
          // Whoever hands in while a check waits does that one, and no other after it.
          const last = handingIn ? atHandIn(all) : null;
          if (last !== null) await endProof(q, row.id, last.nth, 'notAsked', now());
          return waits.challenge;
        }
        // Its frames may be under way: nobody says yet that it was missed, and the hand-in need not wait.
        if (waits.kind === 'looking') return null;
        await conclude(q, row.id, open, 'missed', now());
        return handingIn ? null : dueAfter(q, row);
      }
      const due = dueOf(all, now(), handingIn);
      return due === null ? null : ask(q, row, all, due);
    },
  };

  async function dueAfter(q: Queryable, row: SittingRow): Promise<FaceChallenge | null> {
    const all = await proofsOf(q, row.id);
    const due = dueOf(all, now(), false);
    return due === null ? null : ask(q, row, all, due);
  }
}

type RoomDeps = Pick<ExamsDeps, 'db' | 'now' | 'seal'> & Pick<JudgingDeps, 'raise'>;

/** What the room of faces is handed of this one. */
export function createSittingRoom(deps: RoomDeps): SittingRoom {
  const { db, now, raise } = deps;
  return {
    async page(sitting) {
      const row = await findSitting(db, sitting);
      if (row === null) return null;
      return { personKey: row.personKey, openedAt: row.openedAt, closedAt: row.handedInAt };
    },

    async ended(end) {
      const committed = await transaction(db, async (q) => {
        const row = await lockSitting(q, end.sitting);
        const open = row === null ? null : openOf(await proofsOf(q, row.id));
        // Handed in meanwhile, or told already: what the result was sealed with stays.
        if (row === null || row.handedInAt !== null || open === null) return null;
        const at = now();
        await conclude(q, row.id, open, end.outcome, at);
        return end.outcome === 'mismatch' || end.outcome === 'failed' ? suspected(q, row, end, at) : null;
      });
      committed?.();
    },
  };

  async function suspected(q: Queryable, row: SittingRow, end: SittingEnd, at: number): Promise<(() => void) | null> {
    const exam = (await findExam(q, row.examId)) ?? fail('internal');
    const { faces } = exam.terms;
    if (faces == null) return null;
    const facts = otherFace(await proofsOf(q, row.id), faces.mismatches, end);
    if (facts === null) {
      // One is not enough to say anything of anybody, and too much to wait for the next random moment.
      await planProofs(q, row.id, [{ point: 'again', dueAt: againAt(at, random) }]);
      return null;
    }
    const committed = await raise(q, [
      {
        ...{ code: 'examImpersonation', rule: 'examOtherFace', severity: 'high', at },
        ...{ region: await regionOf(q, exam.classId), subject: { kind: 'person', id: row.personKey } },
        ...{ traineeId: row.traineeId, classId: exam.classId, platformId: exam.platformId },
        facts: { exam: exam.id, sitting: row.id, stopped: faces.onMismatch === 'stop', ...facts },
      },
    ]);
    if (faces.onMismatch === 'stop') {
      const stopped = decide(sittingOf(row), { kind: 'stop' }, at);
      if ('next' in stopped && stopped.next.phase === 'handedIn') await handIn(q, deps, exam, row, stopped.next);
    }
    return committed;
  }
}
