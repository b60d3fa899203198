/**
 * What the ledger shows of itself at /metrics. Guarantees: asking costs one bounded query, however
 * many values come of it; while the database is away the stored values are NaN, and the rest is told.
 */
import type { Db } from '../db/pool.ts';
import type { Metrics } from '../metrics.ts';
import type { Outcome } from './batch.ts';
import type { SequencerState, SequencerStatus } from './sequencer.ts';
import { type Backlog, readBacklog } from './store.ts';

/** A scrape must not wait for a database that hangs: its other values are wanted then. */
const READ_TIMEOUT_MS = 1000;

const states: Readonly<Record<SequencerState, true>> = {
  resting: true,
  sealing: true,
  failing: true,
  stopped: true,
  ended: true,
};

interface Measured {
  readonly metrics: Metrics;
  readonly db: Db;
  readonly origin: () => string;
  readonly status: () => SequencerStatus;
}

/** The values that are read when they are asked for. */
export function showLedger({ metrics, db, origin, status }: Measured): void {
  let asked: Promise<Backlog> | null = null;
  const read = (pick: (backlog: Backlog) => number) => async (): Promise<number> => {
    asked ??= within(READ_TIMEOUT_MS, readBacklog(db, origin())).finally(() => {
      asked = null;
    });
    return pick(await asked);
  };
  metrics.gauge(
    'ledger_tree_size',
    'Leaves in this year’s tree',
    read((b) => b.size),
  );
  metrics.gauge(
    'ledger_pending_leaves',
    'Leaves that wait to be sealed, counted up to 100 000',
    read((b) => b.pending),
  );
  metrics.gauge(
    'ledger_oldest_pending_seconds',
    'How long the oldest waiting leaf has waited; 0: none waits',
    read((b) => b.oldestMs / 1000),
  );
  metrics.gauge(
    'ledger_doubted_leaves',
    'Leaves set aside because they contradict what they claim to prove: a person must look',
    read((b) => b.doubts),
  );
  metrics.oneOf(
    'ledger_state',
    'The state of this process’s sequencer; `stopped`: in doubt, a person must look',
    Object.keys(states) as SequencerState[],
    () => status().state,
  );
  metrics.gauge(
    'ledger_last_success_timestamp_seconds',
    'When this process last looked for leaves without a fault, since the epoch; 0: never',
    () => (status().succeededAt ?? 0) / 1000,
  );
}

/** `seal`, counted and timed. */
export function timed(metrics: Metrics, seal: () => Promise<Outcome>): () => Promise<Outcome> {
  const batches = metrics.counter('ledger_batches_total', 'Batches this process sealed');
  const leaves = metrics.counter('ledger_leaves_sealed_total', 'Leaves this process sealed');
  const failures = metrics.counter('ledger_failures_total', 'Batches of this process that failed or were in doubt');
  const seconds = metrics.histogram(
    'ledger_batch_seconds',
    'Seconds one sealed batch took',
    // A full batch takes well under a second; what takes longer than ten seals slower than leaves come.
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  return async () => {
    const started = performance.now();
    try {
      const outcome = await seal();
      if (outcome.kind === 'appended' && outcome.leaves > 0) {
        batches.inc();
        leaves.inc(outcome.leaves);
        seconds.observe((performance.now() - started) / 1000);
      }
      return outcome;
    } catch (error) {
      failures.inc();
      throw error;
    }
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database did not answer in time')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
