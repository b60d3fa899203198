/**
 * A judge without a detector: it stores sessions and events as the real one does, so admission
 * can be read back, and lets a test hold or fail its commits. Order and rejections are the real
 * judge's: a person's drafts are stored in order, and a rejection takes those behind it along.
 */
import { emptyState } from '../../detector/index.ts';
import type { Totals } from '../../sdk/wire.ts';
import type { Db } from '../../server/db/pool.ts';
import { AppError } from '../../server/errors.ts';
import type { Committed, Draft, Judge, NewSession } from '../../server/judge/contract.ts';

interface Waiting {
  readonly personKey: string;
  readonly draft: Draft | { readonly kind: 'opened'; readonly session: NewSession };
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

export interface FakeJudge extends Judge {
  /** Everything that was stored, in order. */
  readonly stored: (Draft & { readonly personKey: string })[];
  readonly opened: NewSession[];
  readonly released: string[];
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
  const released: string[] = [];
  const ordinals = new Map<string, number>();
  const beats = new Map<string, number>();
  let queue: Waiting[] = [];
  let held = false;
  let failing = 0;
  let pumping = false;

  function enqueue(personKey: string, draft: Waiting['draft']): Promise<Committed> {
    return new Promise((resolve, reject) => {
      queue.push({ personKey, draft, resolve, reject });
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

  async function store({ personKey, draft }: Waiting): Promise<Committed> {
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
      stored.push({ ...draft, personKey });
    }
    const beat = draft.kind === 'beat' ? draft : null;
    if (beat !== null) beats.set(personKey, (beats.get(personKey) ?? 0) + 1);
    if (draft.kind === 'closed') await db.query('update sessions set closed_ms = $2 where id = $1', [session, at]);
    await db.query(
      'insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line) values ($1, $2, $3, $4, $5, $6, $7)',
      [personKey, ordinal, session, beat?.beat.seq ?? null, beat?.mac ?? null, at, JSON.stringify({ ...draft, at })],
    );
    const totals: Totals = { creditedMs: beats.get(personKey) ?? 0, heldMs: 0, deniedMs: 0 };
    return { at, state: emptyState, verdicts: [], totals };
  }

  return {
    stored,
    opened,
    released,
    open: (session) => enqueue(session.personKey, { kind: 'opened', session }),
    submit: (personKey, draft) => enqueue(personKey, draft),
    release: (personKey) => void released.push(personKey),
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
}
