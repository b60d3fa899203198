/**
 * Has questions drawn, in a thread of its own: what goes on meanwhile does not wait for it.
 *
 * Guarantees: jobs are drawn one after another, in their order; a job is answered or rejected, within
 * 8 s of its turn; no more than 64 wait, and one beyond is rejected at once.
 */
import { Worker } from 'node:worker_threads';
import { type Answer, createThreads, JobError, type Message, type Trouble } from '../../threads.ts';
import type { Sheet } from './sheet.ts';

export interface Image {
  readonly type: 'image/webp';
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

export interface Renderer {
  render(sheet: Sheet): Promise<Image>;
  /** Rejects what waits. */
  stop(): Promise<void>;
}

export type Job = Message<Sheet>;
export type Done = Answer<Image>;

/** About 5 s of work: whoever waits behind it is better asked in words. */
const WAITING_MAX = 64;
/** A drawing takes 80 ms of work; the first, with thread and letters, 1 to 2 s on a busy machine. */
const JOB_MS = 8000;

/** @param startThread another thread than the real one, for trying things out */
export function createRenderer({ startThread = start, jobMs = JOB_MS } = {}): Renderer {
  const threads = createThreads<Sheet, Image>({ start: startThread, size: 1, waitingMax: WAITING_MAX, jobMs });
  return {
    async render(sheet) {
      try {
        return await threads.do(sheet);
      } catch (error) {
        if (!(error instanceof JobError)) throw error;
        throw new Error(said(error.trouble, error.message, jobMs), { cause: error });
      }
    },
    stop: () => threads.stop(),
  };
}

function said(trouble: Trouble, message: string, jobMs: number): string {
  switch (trouble) {
    case 'busy':
      return `${WAITING_MAX} images wait to be drawn`;
    case 'late':
      return `an image was not drawn within ${jobMs} ms`;
    case 'stopped':
      return 'nothing is drawn any more';
    case 'died':
      return `the thread that draws: ${message}`;
    case 'failed':
      return message;
    default:
      return trouble satisfies never;
  }
}

function start(): Worker {
  return new Worker(new URL('./thread.mjs', import.meta.url), {
    execArgv: [],
    // A hundred times what a sheet takes.
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
}
