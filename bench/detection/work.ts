/**
 * The runs of a bench, spread over processes. Guarantees: results come in the order of the jobs, whichever process
 * finished first, so that sums over them are the same on every machine.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Job, ResultOf } from './worker.ts';

export interface Workers {
  /** In the order of `jobs`. Ends early, with what came before, once `enough` says so of the results in order. */
  run<J extends Job>(
    jobs: Iterable<J>,
    each?: (result: ResultOf<J>, at: number) => 'enough' | undefined,
  ): Promise<readonly ResultOf<J>[]>;
  close(): void;
}

export function startWorkers(processes = availableParallelism()): Workers {
  const workers = Array.from({ length: processes }, () =>
    // Maps, sets and infinities travel as they are.
    fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      serialization: 'advanced',
      execArgv: ['--import', 'tsx'],
    }),
  );

  /** Fails, with the job, when its process ends over it. */
  function ask<J extends Job>(worker: ChildProcess, job: J): Promise<ResultOf<J>> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        worker.off('message', onMessage);
        worker.off('exit', onExit);
        then();
      };
      const onMessage = (result: ResultOf<J>): void => settle(() => resolve(result));
      const onExit = (): void => settle(() => reject(new Error(`a process ended over ${JSON.stringify(job)}`)));
      worker.on('message', onMessage);
      worker.on('exit', onExit);
      worker.send(job);
    });
  }

  return {
    async run(jobs, each) {
      const left = jobs[Symbol.iterator]();
      const came: (ResultOf<Job> | undefined)[] = [];
      let given = 0;
      let told = 0;
      let over = false;
      await Promise.all(
        workers.map(async (worker) => {
          while (!over) {
            const next = left.next();
            if (next.done === true) return;
            const at = given++;
            came[at] = await ask(worker, next.value);
            for (let result = came[told]; !over && result !== undefined; result = came[told]) {
              over = each?.(result as never, told++) === 'enough';
              if (each === undefined) told++;
            }
          }
        }),
      );
      return came.slice(0, told) as never;
    },
    close() {
      for (const worker of workers) if (worker.connected) worker.disconnect();
    },
  };
}
