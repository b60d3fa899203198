/**
 * How long the page's own thread did not run: a long task, a frozen page, a machine asleep. Frames and
 * page timers stop together then, which is one fact about one thread and accuses nobody.
 *
 * Guarantees: only a gap between two looks counts. A hidden page that lives is looked at each
 * 100 ms by a Worker's message; while its thread is blocked those messages pile up, and the looks that
 * they ask for come in one burst after the gap. Pure: it is handed the time, ms.
 */

export interface Busy {
  /** The time before this look in which the thread did not run; 0 when it ran. */
  look(at: number, hasWorker: boolean): number;
  /** All of it since the last take. */
  take(): number;
}

/** Looks come each 100 ms. */
const USUAL_MS = 100;
/** With a Worker a longer gap is no throttling. */
const GAP_MS = 400;
/** Without one, a hidden page is looked at once a second. */
const GAP_ALONE_MS = 1500;

export function createBusy(): Busy {
  let lookedAt = Number.NaN;
  let hadWorker = false;
  let total = 0;

  return {
    look(at, hasWorker) {
      const gap = at - lookedAt;
      // The Worker's first message ends a stretch that was looked at without it.
      const limit = hasWorker && hadWorker ? GAP_MS : GAP_ALONE_MS;
      lookedAt = at;
      hadWorker = hasWorker;
      if (!(gap > limit)) return 0;
      total += gap - USUAL_MS;
      return gap - USUAL_MS;
    },
    take() {
      const taken = total;
      total = 0;
      return taken;
    },
  };
}
