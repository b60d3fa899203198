/**
 * Looks at the frames of a check in worker threads, never on the event loop.
 *
 * Guarantees: what a check's frames show is answered, or the reason why not, as a value: `refused` speaks of
 * the frames, `busy` and `engineDied` of this machine: the check is then asked again and its time held, as
 * nobody was judged. No more than `waitingMax` checks wait. A worker that hangs or dies is replaced.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createThreads, JobError } from '../threads.ts';
import { checkFrames, type FrameRefusal } from './decode.ts';
import type { EngineChoice } from './engine.ts';
import type { FrameSeen } from './observe.ts';

export type Looked =
  | { readonly kind: 'seen'; readonly model: string; readonly frames: readonly FrameSeen[] }
  /** `frame`: which of them, where it was one. */
  | { readonly kind: 'refused'; readonly refusal: FrameRefusal; readonly frame: number | null }
  | { readonly kind: 'busy' }
  | { readonly kind: 'engineDied' };

export interface FacePool {
  /** @param withinMs of no use to anybody later: what has not begun by then is `busy` and is not looked at */
  look(frames: readonly Uint8Array[], withinMs?: number): Promise<Looked>;
  waiting(): number;
  stop(): Promise<void>;
}

export interface Work {
  readonly frames: readonly Uint8Array[];
}
export type WorkDone = Extract<Looked, { kind: 'seen' | 'refused' }>;

/** A class that is asked in the same second. A check takes 0.5 to 1.5 s of a core: who waits too long is told so. */
const WAITING_MAX = 64;
/** A check takes 0.5 s; the first of a worker 2 to 5 s more, for the weights, on a busy machine. */
const JOB_MS = 20_000;

export interface FacePoolOptions {
  readonly engine: EngineChoice;
  readonly size?: number;
  readonly waitingMax?: number;
  readonly jobMs?: number;
  readonly log?: (message: string) => void;
  /** Another thread than the real one, for trying things out. */
  readonly start?: () => Worker;
}

export function createFacePool(options: FacePoolOptions): FacePool {
  const { engine, waitingMax = WAITING_MAX, jobMs = JOB_MS, log = () => undefined } = options;
  // One core is left to the event loop; a machine with one core shares it.
  const size = options.size ?? Math.max(1, availableParallelism() - 1);
  const threads = createThreads<Work, WorkDone>({
    start: options.start ?? (() => startThread(engine)),
    size,
    waitingMax,
    jobMs,
  });
  return {
    async look(frames, withinMs) {
      const refusal = checkFrames(frames);
      if (refusal !== null) return { kind: 'refused', refusal, frame: null };
      try {
        return await threads.do({ frames }, withinMs);
      } catch (error) {
        if (!(error instanceof JobError)) throw error;
        // Says what broke, and nothing of whom.
        if (error.trouble !== 'busy') log(`faces: ${error.trouble}: ${error.message}`);
        return error.trouble === 'busy' ? { kind: 'busy' } : { kind: 'engineDied' };
      }
    },
    waiting: () => threads.waiting(),
    stop: () => threads.stop(),
  };
}

function startThread(engine: EngineChoice): Worker {
  return new Worker(new URL('./thread.mjs', import.meta.url), {
    execArgv: [],
    workerData: engine,
    // Twice what the code and one check's frames take; weights lie outside the heap.
    resourceLimits: { maxOldGenerationSizeMb: 384 },
  });
}
