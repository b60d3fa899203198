/**
 * The loop that seals. It is handed a function that seals one batch, and knows no database.
 *
 * States:
 *   resting   nothing known to be pending; woken by `poke()` or after `wakeMs`
 *   sealing   a batch is under way
 *   failing   the last batch met a fault that may pass (database away); tried again at the next wake
 *   stopped   a doubt about the stored ledger: for good, until a person has looked and restarted
 *   ended     `stop()` was called
 *
 * Guarantees: one batch at a time in this process; `stopped` never returns to sealing;
 * `stop()` first drains what is pending, unless in doubt or failing.
 */
import type { Log } from '../log.ts';
import { LedgerDoubt, type Outcome } from './batch.ts';

/** Another process's leaves, or a poke lost with its process, wait at most this long. */
const WAKE_MS = 1000;
/** After a poke, so that a busy judge's commits share a batch: at most ten checkpoints a second. */
const GATHER_MS = 100;

export type SequencerState = 'resting' | 'sealing' | 'failing' | 'stopped' | 'ended';

export interface SequencerStatus {
  readonly state: SequencerState;
  /** In doubt: what contradicts what. Not ready, and a person must look. */
  readonly doubt: string | null;
  /** In doubt, and it is our key that does not fit. */
  readonly wrongKey: boolean;
  /** When it last looked for leaves without a fault, ms since the epoch. */
  readonly succeededAt: number | null;
  /** Leaves this process has sealed, and the batches they took. */
  readonly leaves: number;
  readonly batches: number;
}

export interface Sequencer {
  /** Begins; `wakeMs` is the longest rest between two looks. */
  start(options?: { readonly wakeMs?: number }): void;
  /** Something is pending. Cheap; call it after each commit. */
  poke(): void;
  /** Drains and ends; resolves when the last batch is over. */
  stop(): Promise<void>;
  status(): SequencerStatus;
}

export interface SequencerDeps {
  readonly seal: () => Promise<Outcome>;
  readonly log: Pick<Log, 'error' | 'warn' | 'debug'>;
  /** ms since the epoch. */
  readonly now?: () => number;
}

export function createSequencer({ seal, log, now = Date.now }: SequencerDeps): Sequencer {
  let state: SequencerState = 'resting';
  let doubt: LedgerDoubt | null = null;
  let succeededAt: number | null = null;
  let leaves = 0;
  let batches = 0;
  let ending = false;
  let poked = false;
  let rouse: () => void = () => undefined;
  let running: Promise<void> | null = null;

  /** Seals until nothing is left, or another process does it. */
  async function drain(): Promise<void> {
    state = 'sealing';
    try {
      for (let more = true; more; ) {
        const outcome = await seal();
        more = outcome.kind === 'appended' && outcome.full;
        if (outcome.kind !== 'appended') continue;
        if (outcome.doubted > 0) {
          log.error(
            { doubted: outcome.doubted },
            'LEAVES SET ASIDE: they contradict what they are of; run `npm run verify`',
          );
        }
        if (outcome.leaves === 0) continue;
        leaves += outcome.leaves;
        batches += 1;
        log.debug({ leaves: outcome.leaves, size: outcome.size }, 'ledger batch sealed');
      }
      state = 'resting';
      succeededAt = now();
    } catch (error) {
      if (error instanceof LedgerDoubt) {
        state = 'stopped';
        doubt = error;
        log.error({ err: error }, 'LEDGER STOPPED: its stored state is in doubt; run `npm run verify`, mend, restart');
      } else {
        state = 'failing';
        log.warn({ err: error }, 'ledger batch failed; it is tried again');
      }
    }
  }

  /** Resolves after `ms`, or at `rouse()`. */
  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(wakeMs: number): Promise<void> {
    while (!ending) {
      poked = false;
      await drain();
      if (state === 'stopped') return;
      const gather = poked && state !== 'failing';
      if (!ending && !gather) await rest(wakeMs);
      if (!ending && poked) await rest(Math.min(GATHER_MS, wakeMs));
    }
    await drain();
    if (state !== 'stopped') state = 'ended';
  }

  return {
    start({ wakeMs = WAKE_MS } = {}) {
      running ??= loop(wakeMs);
    },
    poke() {
      // While failing, only the clock tries again: pokes come with every beat.
      if (poked || state === 'failing') return;
      poked = true;
      rouse();
    },
    async stop() {
      ending = true;
      rouse();
      await running;
    },
    status: () => ({
      state,
      doubt: doubt?.message ?? null,
      wrongKey: doubt?.about === 'key',
      succeededAt,
      leaves,
      batches,
    }),
  };
}
