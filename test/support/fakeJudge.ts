/**
 * A judge without a detector: it stores sessions and events as the real one does, so admission
 * can be read back, and lets a test hold or fail its commits. Order and rejections are the real
 * judge's: a person's drafts are stored in order, and a rejection takes those behind it along.
 */
import type { Totals } from '../../sdk/wire.ts';
import type { Db } from '../../server/db/pool.ts';
import { AppError } from '../../server/errors.ts';
import type { Committed, Draft, Judge, NewSession } from '../../server/judge/contract.ts';

interface Waiting {
  readonly personKey: string;
  readonly draft: Draft | { readonly kind: 'opened'; readonly session: NewSession };
  readonly admittedAt: number | null;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

export interface FakeJudge extends Judge {
  /** Everything that was stored, in order. */
  readonly stored: (Draft & { readonly personKey: string; readonly admittedAt: number | null })[];
  readonly opened: NewSession[];
  /** Persons whose last socket here went. */
  readonly gone: string[];
  /** Persons whom a newer release has taken over. */
  readonly handedOver: Set<string>;
  /** What the next commits say of the next beat. */
  nextBeat: Committed['nextBeat'];
  /** Commits wait until `letGo`. */
  hold(): void;
  letGo(): void;
  /** The next commits fail. */
  fail(commits: number): void;
  waiting(): number;
}

export function createFakeJudge(db: Db): FakeJudge {
  const stored: FakeJudge['stored'] = [];
  const opened: NewSession[] = [];
  const gone: string[] = [];
  const handedOver = new Set<string>();
  const ordinals = new Map<string, number>();
  const beats = new Map<string, number>();
  let queue: Waiting[] = [];
  let held = false;
  let failing = 0;
  let pumping = false;

  function enqueue(personKey: string, draft: Waiting['draft'], admittedAt: number | null): Promise<Committed> {
    if (handedOver.has(personKey)) return Promise.reject(new AppError('newerRelease'));
    return new Promise((resolve, reject) => {
      queue.push({ personKey, draft, admittedAt, resolve, reject });
      setImmediate(pump);
    });
  }

  async function pump(): Promise<void> {
    if (pumping || held || queue.length === 0) return;
    pumping = true;
    const batch = queue;
    queue = [];
    if (failing > 0) {
      failing -= 1;
      for (const one of [...batch, ...queue.splice(0)]) one.reject(new AppError('commitFailed'));
    } else {
      for (const one of batch) await store(one).then(one.resolve, one.reject);
    }
    pumping = false;
    setImmediate(pump);
  }

  async function store({ personKey, draft, admittedAt }: Waiting): Promise<Committed> {
    const at = Date.now();
    const ordinal = (ordinals.get(personKey) ?? 0) + 1;
    ordinals.set(personKey, ordinal);
    const session = draft.kind === 'opened' ? draft.session.id : draft.session;
    if (draft.kind === 'opened') {
      const s = draft.session;
      await db.query(
        `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [s.id, personKey, s.traineeId, s.platformId, s.classId, s.lessonId, s.device, s.policyHash, at],
      );
      opened.push(s);
    } else {
      stored.push({ ...draft, personKey, admittedAt });
    }
    const beat = draft.kind === 'beat' ? draft : null;
    if (beat !== null) beats.set(personKey, (beats.get(personKey) ?? 0) + 1);
    if (draft.kind === 'closed') await db.query('update sessions set closed_ms = $2 where id = $1', [session, at]);
    await db.query(
      'insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line) values ($1, $2, $3, $4, $5, $6, $7)',
      [personKey, ordinal, session, beat?.beat.seq ?? null, beat?.mac ?? null, at, JSON.stringify({ ...draft, at })],
    );
    const totals: Totals = { creditedMs: beats.get(personKey) ?? 0, heldMs: 0, deniedMs: 0 };
    const proved = draft.kind === 'proofGiven' && draft.outcome === 'passed';
    return { at, verdicts: [], totals, proved, nextBeat: judge.nextBeat };
  }

  const judge: FakeJudge = {
    stored,
    opened,
    gone,
    handedOver,
    nextBeat: { minMs: 8_000, maxMs: 15_000 },
    open: (session) => enqueue(session.personKey, { kind: 'opened', session }, null),
    submit: (personKey, draft, admittedAt) => enqueue(personKey, draft, admittedAt ?? null),
    left: (personKey) => void gone.push(personKey),
    drain: async () => undefined,
    hold() {
      held = true;
    },
    letGo() {
      held = false;
      setImmediate(pump);
    },
    fail(commits) {
      failing += commits;
    },
    waiting: () => queue.length,
  };
  return judge;
}
