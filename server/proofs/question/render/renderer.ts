/**
 * Has questions drawn, in a thread of its own: what goes on meanwhile does not wait for it.
 *
 * The thread:  none ─(first job)─▶ idle ⇄ drawing ─(its time is up, or it dies)─▶ none
 *
 * Guarantees: jobs are drawn one after another, in their order; a job is answered or rejected, within
 * 8 s of its turn; no more than 64 wait, and one beyond is rejected at once.
 */
import { Worker } from 'node:worker_threads';
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

export interface Job {
  readonly id: number;
  readonly sheet: Sheet;
}
export type Done = { readonly id: number; readonly image: Image } | { readonly id: number; readonly failure: string };

/** About 5 s of work: whoever waits behind it is better asked in words. */
const WAITING_MAX = 64;
/** A drawing takes 80 ms of work; the first, with thread and letters, 1 to 2 s on a busy machine. */
const JOB_MS = 8000;

interface Waiting {
  readonly sheet: Sheet;
  readonly resolve: (image: Image) => void;
  readonly reject: (error: Error) => void;
}

/** @param startThread another thread than the real one, for trying things out */
export function createRenderer({ startThread = start, jobMs = JOB_MS } = {}): Renderer {
  const waiting: Waiting[] = [];
  let thread: Worker | null = null;
  let drawing: { readonly id: number; readonly job: Waiting; readonly timer: NodeJS.Timeout } | null = null;
  let jobs = 0;
  let stopped = false;

  function next(): void {
    if (drawing !== null) return;
    const job = waiting.shift();
    if (job === undefined) {
      // Nobody waits: the thread does not keep the process from ending.
      thread?.unref();
      return;
    }
    jobs += 1;
    const id = jobs;
    const timer = setTimeout(() => lose(new Error(`an image was not drawn within ${jobMs} ms`)), jobMs);
    drawing = { id, job, timer };
    try {
      thread ??= listenTo(startThread());
      thread.ref();
      thread.postMessage({ id, sheet: job.sheet } satisfies Job);
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function listenTo(worker: Worker): Worker {
    worker.on('message', (done: Done) => {
      if (drawing === null || drawing.id !== done.id) return;
      const { job, timer } = drawing;
      clearTimeout(timer);
      drawing = null;
      if ('image' in done) job.resolve(done.image);
      else job.reject(new Error(done.failure));
      next();
    });
    const gone = (error: Error): void => {
      if (worker === thread) lose(error);
    };
    worker.on('error', gone);
    worker.on('exit', () => gone(new Error('the thread that draws has ended')));
    return worker;
  }

  /** The thread is given up with its job; the next job starts another. */
  function lose(error: Error): void {
    const lost = thread;
    thread = null;
    void lost?.terminate();
    const mine = drawing;
    drawing = null;
    if (mine !== null) {
      clearTimeout(mine.timer);
      mine.job.reject(error);
    }
    next();
  }

  return {
    render(sheet) {
      if (stopped) return Promise.reject(new Error('nothing is drawn any more'));
      if (waiting.length >= WAITING_MAX) return Promise.reject(new Error(`${WAITING_MAX} images wait to be drawn`));
      return new Promise((resolve, reject) => {
        waiting.push({ sheet, resolve, reject });
        next();
      });
    },
    async stop() {
      stopped = true;
      for (const { reject } of waiting.splice(0)) reject(new Error('nothing is drawn any more'));
      const last = thread;
      lose(new Error('nothing is drawn any more'));
      await last?.terminate();
    },
  };
}

function start(): Worker {
  return new Worker(new URL('./thread.mjs', import.meta.url), {
    execArgv: [],
    // A hundred times what a sheet takes.
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
}
