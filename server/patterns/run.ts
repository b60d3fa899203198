/**
 * One run of all patterns, and what is forgotten after it.
 *
 * Guarantees: one process at a time; each pattern is a transaction of its own, so that one that
 * fails or takes too long keeps none of the others from being run; what it raises and the mark that
 * it was raised are stored together, or neither is.
 */
import type { Severity } from '../../detector/index.ts';
import { type Db, type Queryable, transactionOn } from '../db/pool.ts';
import { forgetOrigins } from './origins/store.ts';
import type { Finding, Pattern, PatternCode } from './pattern.ts';
import { type PatternName, patterns } from './rules/index.ts';
import { forgetMarks, isDue, limitStatements, noteRun, releaseRunLock, takeFresh, takeRunLock } from './store.ts';

/** A query that takes longer has met a day ten times the largest we know; the next run tries again. */
const STATEMENT_MS = 30_000;
/** New alerts of one pattern in one run: nobody reads more, and what is left over is found by the next run. */
const RAISED_MAX = 500;
/** How long it is kept where sessions were opened from: two quarters, the time in which hours are reviewed. */
export const RETENTION_MS = 180 * 86_400_000;
/** Rows forgotten in one run: more than a day leaves in ten minutes. */
const FORGOTTEN_MAX = 20_000;

/** A finding as it leaves this room. */
export interface Suspicion extends Finding {
  readonly code: PatternCode;
  readonly rule: PatternName;
  readonly severity: Severity;
  /** When it was found, ms since the epoch. */
  readonly at: number;
}

/** Raises alerts within the transaction; what it returns is called once that is committed. */
export type RaiseSuspicions = (q: Queryable, suspicions: readonly Suspicion[]) => Promise<() => void>;

export interface RunDeps {
  readonly db: Db;
  readonly raise: RaiseSuspicions;
  /** ms since the epoch. */
  readonly now: () => number;
}

export interface Outcome {
  readonly rule: PatternName;
  /** Subjects found; of them, those with evidence that was not raised before, and so raised now. */
  readonly found: number;
  readonly raised: number;
  readonly seconds: number;
  /** null: it was run to its end. */
  readonly error: Error | null;
}

export type Ran =
  | { readonly kind: 'ran'; readonly outcomes: readonly Outcome[]; readonly forgotten: number }
  /** They were run not long ago, in whatever process. */
  | { readonly kind: 'notDue' }
  /** Another process runs them now. */
  | { readonly kind: 'busy' }
  /** This process stops; what a pattern had not finished is undone. */
  | { readonly kind: 'stopped' };

export interface RunOptions {
  /** Not sooner than so long after the last run, whichever process it was in; null: now. */
  readonly everyMs?: number | null;
  /** Gives up at once: the connection is closed under whatever query it runs. */
  readonly signal?: AbortSignal;
}

export async function runPatterns(deps: RunDeps, { everyMs = null, signal }: RunOptions = {}): Promise<Ran> {
  const client = await deps.db.connect();
  // With the connection the lock is gone, whatever state it is in.
  let release = (broken?: Error): void => {
    release = () => undefined;
    client.release(broken);
  };
  const giveUp = (): void => release(new Error('stopping'));
  signal?.addEventListener('abort', giveUp);
  try {
    if (signal?.aborted) return { kind: 'stopped' };
    if (!(await takeRunLock(client))) return { kind: 'busy' };
    const ran = await runAll(client, deps, everyMs, signal);
    await releaseRunLock(client);
    return ran;
  } catch (error) {
    if (signal?.aborted) return { kind: 'stopped' };
    release(error as Error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    release();
  }
}

async function runAll(
  q: Queryable,
  deps: RunDeps,
  everyMs: number | null,
  signal: AbortSignal | undefined,
): Promise<Ran> {
  if (everyMs !== null && !(await isDue(q, everyMs))) return { kind: 'notDue' };
  await noteRun(q);
  const outcomes: Outcome[] = [];
  for (const pattern of patterns) {
    outcomes.push(await runOne(q, pattern, deps));
    signal?.throwIfAborted();
  }
  const forgotten = await transactionOn(q, () => forget(q, deps.now() - RETENTION_MS));
  return { kind: 'ran', outcomes, forgotten };
}

async function runOne(q: Queryable, pattern: Pattern<PatternName>, { raise, now }: RunDeps): Promise<Outcome> {
  const { name, code, severity } = pattern;
  const started = performance.now();
  const outcome = (found: number, raised: number, error: Error | null): Outcome => {
    return { rule: name, found, raised, seconds: (performance.now() - started) / 1000, error };
  };
  try {
    const { found, raised, committed } = await transactionOn(q, async () => {
      await limitStatements(q, STATEMENT_MS);
      const at = now();
      const findings = await pattern.find(q, at);
      const fresh = await takeFresh(q, name, findings, RAISED_MAX);
      const suspicions = fresh.map((finding) => ({ ...finding, code, severity, rule: name, at }));
      return { found: findings.length, raised: fresh.length, committed: await raise(q, suspicions) };
    });
    committed();
    return outcome(found, raised, null);
  } catch (error) {
    return outcome(0, 0, error as Error);
  }
}

async function forget(q: Queryable, beforeAt: number): Promise<number> {
  await limitStatements(q, STATEMENT_MS);
  return (await forgetOrigins(q, beforeAt, FORGOTTEN_MAX)) + (await forgetMarks(q, beforeAt, FORGOTTEN_MAX));
}
