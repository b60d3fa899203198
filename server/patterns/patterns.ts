/**
 * The patterns of one process: on a schedule, counted.
 *
 * Guarantees: however many processes there are, the patterns run about every ten minutes in all,
 * and never twice at once; a run that fails is told and the next is tried; after `stop`, which does
 * not wait for a long query, nothing runs and nothing is written any more.
 */
import type { Db } from '../db/pool.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createOriginRecorder, type OriginRecorder } from './origins/recorder.ts';
import { type RaiseSuspicions, type Ran, runPatterns } from './run.ts';

const EVERY_MS = 10 * 60_000;
/** Timers of several processes are not in step: whoever comes a little early must not leave it to the next round. */
const DUE_MS = EVERY_MS - 60_000;

export interface Patterns {
  readonly origins: Pick<OriginRecorder, 'record'>;
  start(): void;
  /** Stores the origins that wait, and gives up a run that is under way: the next one finds the same. */
  stop(): Promise<void>;
}

interface PatternsDeps {
  readonly db: Db;
  /** The key of the hashes of addresses. */
  readonly originKey: Buffer;
  readonly raise: RaiseSuspicions;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}

export function createPatterns({ db, originKey, raise, log, metrics, now }: PatternsDeps): Patterns {
  const runs = metrics.counter('pattern_runs_total', 'Runs of the patterns over many people, by how they went', [
    'outcome',
  ]);
  const findings = metrics.counter('pattern_findings_total', 'Subjects raised by a pattern', ['rule']);
  const failures = metrics.counter('pattern_failures_total', 'Patterns that failed or took too long', ['rule']);
  const seconds = metrics.histogram(
    'pattern_seconds',
    'Seconds one pattern took in one run',
    // The database ends what takes longer than 30.
    [0.05, 0.25, 1, 2.5, 5, 10, 30],
    ['rule'],
  );
  const lost = metrics.counter(
    'session_origins_lost_total',
    'Sessions of which it was not stored where they were opened from',
  );
  const origins = createOriginRecorder({ db, key: originKey, log, lost: (count) => lost.inc(count) });
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  function count(ran: Ran): void {
    runs.inc({ outcome: ran.kind });
    if (ran.kind !== 'ran') return;
    for (const { rule, found, raised, seconds: took, error } of ran.outcomes) {
      seconds.observe({ rule }, took);
      findings.inc({ rule }, raised);
      if (error !== null) {
        failures.inc({ rule });
        log.warn({ err: error, rule }, 'a pattern was not run to its end');
      } else if (raised > 0) log.info({ rule, found, raised }, 'a pattern was found');
    }
  }

  async function run(): Promise<void> {
    try {
      count(await runPatterns({ db, raise, now }, { everyMs: DUE_MS, signal: stopping.signal }));
    } catch (error) {
      runs.inc({ outcome: 'failed' });
      log.warn({ err: error }, 'the patterns were not run');
    }
  }

  return {
    origins,
    start() {
      timer = setInterval(() => {
        running ??= run().finally(() => {
          running = null;
        });
      }, EVERY_MS);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      stopping.abort();
      await Promise.all([running, origins.drain()]);
    },
  };
}
