/**
 * Work that must not hold up the event loop, done in threads: a queue with an end, and a few threads.
 *
 * A thread:  none ─(first job)─▶ idle ⇄ working ─(its time is up, or it dies)─▶ none
 *
 * Guarantees: a job is answered or rejected, within `jobMs` of its turn; jobs begin in their order; no
 * more than `waitingMax` wait, and one beyond is rejected at once as `busy`; a thread that hangs or dies
 * costs the one job it had, and the next job has another thread; a job whose time is over before its turn is not
 * done at all; a process may end while threads idle.
 */
import type { Worker } from 'node:worker_threads';

/**
 * Why a job has no result. `busy`: too many wait. `late`: its time was up. `died`: its thread ended under
 * it. `failed`: the work itself said so. `stopped`: nothing is done any more. The first three are the
 * machine's, and the same job may be tried again.
 */
export type Trouble = 'busy' | 'late' | 'died' | 'failed' | 'stopped';

export class JobError extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble, message: string) {
    super(message);
    this.name = 'JobError';
    this.trouble = trouble;
  }
}

export interface Message<Job> {
  readonly id: number;
  readonly job: Job;
}
export type Answer<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly failure: string };

export interface Threads<Job, Result> {
  /** @param withinMs of no use to anybody later: if its turn has not come by then, it is rejected as `busy` */
  do(job: Job, withinMs?: number): Promise<Result>;
  /** How many jobs have no thread yet. */
  waiting(): number;
  /** Rejects what waits. */
  stop(): Promise<void>;
}

export interface ThreadsOptions {
  readonly start: () => Worker;
  readonly size: number;
  readonly waitingMax: number;
  readonly jobMs: number;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  /** On the clock of `performance.now()`. */
  readonly untilMs: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: JobError) => void;
}

interface Place<Job, Result> {
  thread: Worker | null;
  working: { readonly id: number; readonly task: Waiting<Job, Result>; readonly timer: NodeJS.Timeout } | null;
}

export function createThreads<Job, Result>(options: ThreadsOptions): Threads<Job, Result> {
  const { start, size, waitingMax, jobMs } = options;
  const queue: Waiting<Job, Result>[] = [];
  const places = Array.from({ length: size }, (): Place<Job, Result> => ({ thread: null, working: null }));
  let jobs = 0;
  let stopped = false;

  /** Those whose time is over would only make all behind them late as well. */
  function nextInTime(): Waiting<Job, Result> | undefined {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      if (performance.now() < task.untilMs) return task;
      task.reject(new JobError('busy', 'its turn did not come in time'));
    }
    return undefined;
  }

  function next(): void {
    for (const place of places) {
      if (place.working !== null) continue;
      const task = nextInTime();
      if (task === undefined) {
        // Nobody waits: the thread does not keep the process from ending.
        place.thread?.unref();
        continue;
      }
      jobs += 1;
      const id = jobs;
      const timer = setTimeout(() => lose(place, new JobError('late', `not done within ${jobMs} ms`)), jobMs);
      place.working = { id, task, timer };
      try {
        place.thread ??= listenTo(start(), place);
        place.thread.ref();
        place.thread.postMessage({ id, job: task.job } satisfies Message<Job>);
      } catch (error) {
        lose(place, new JobError('died', error instanceof Error ? error.message : String(error)));
      }
    }
  }

  function listenTo(worker: Worker, place: Place<Job, Result>): Worker {
    worker.on('message', (answer: Answer<Result>) => {
      if (place.working === null || place.working.id !== answer.id || worker !== place.thread) return;
      const { task, timer } = place.working;
      clearTimeout(timer);
      place.working = null;
      if ('result' in answer) task.resolve(answer.result);
      else task.reject(new JobError('failed', answer.failure));
      next();
    });
    const gone = (why: string): void => {
      if (worker === place.thread) lose(place, new JobError('died', why));
    };
    worker.on('error', (error: Error) => gone(error.message));
    worker.on('exit', () => gone('the thread has ended'));
    return worker;
  }

  /** The thread is given up with its job; the next job starts another. */
  function lose(place: Place<Job, Result>, error: JobError): void {
    const lost = place.thread;
    const mine = place.working;
    place.thread = null;
    place.working = null;
    void lost?.terminate();
    if (mine !== null) {
      clearTimeout(mine.timer);
      mine.task.reject(error);
    }
    next();
  }

  return {
    do(job, withinMs = Number.POSITIVE_INFINITY) {
      if (stopped) return Promise.reject(new JobError('stopped', 'the threads are stopped'));
      const free = places.some(({ working }) => working === null);
      if (!free && queue.length >= waitingMax) {
        return Promise.reject(new JobError('busy', `${waitingMax} jobs wait`));
      }
      return new Promise((resolve, reject) => {
        queue.push({ job, untilMs: performance.now() + withinMs, resolve, reject });
        next();
      });
    },
    waiting: () => queue.length,
    async stop() {
      stopped = true;
      const error = new JobError('stopped', 'the threads are stopped');
      for (const { reject } of queue.splice(0)) reject(error);
      const threads = places.map(({ thread }) => thread);
      for (const place of places) lose(place, error);
      await Promise.all(threads.map((thread) => thread?.terminate()));
    },
  };
}
