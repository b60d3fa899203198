/**
 * Work that is done again and again while the server runs. Guarantees: one run at a time, and a moment that finds
 * one still going on is left out; a run that fails is said, and the next one comes all the same; `stop` waits
 * for the one that is going on. It keeps no process alive.
 */
export interface Repeated {
  start(): void;
  stop(): Promise<void>;
}

export function repeated(work: () => Promise<unknown>, everyMs: number, failed: (error: unknown) => void): Repeated {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> | null = null;
  return {
    start() {
      timer = setInterval(() => {
        running ??= work()
          .catch(failed)
          .finally(() => {
            running = null;
          });
      }, everyMs);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await running;
    },
  };
}
