/**
 * From the judge's outlet to the people's screens.
 *
 * Guarantees: `fanOut` returns at once and never throws, whatever the database does:
 * the alert is already stored, and a screen is no reason to fail a commit. Alerts are
 * announced in the order they came. One query names a whole batch; when it fails the
 * alerts are announced without names rather than late.
 */
import type { AlertView, StoredAlert } from '../alerts/alert.ts';
import type { Log } from '../log.ts';

/** Alerts named by one query. */
const BATCH = 200;
/** Alerts waiting at most (some 10 MB). Beyond it the newest are dropped from the screen, counted, and stay stored. */
const WAITING_MAX = 10_000;

export interface FanOutDeps {
  /** The stored alerts as they are shown, in any order. */
  readonly views: (ids: readonly string[]) => Promise<readonly AlertView[]>;
  /** The same without what only the database knows. */
  readonly unnamed: (alert: StoredAlert) => AlertView;
  readonly emit: (alert: AlertView, region: string) => void;
  readonly log: Log;
}

export interface FanOut {
  fanOut(alert: StoredAlert): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

export function fanOutTo(deps: FanOutDeps): FanOut {
  const waiting: StoredAlert[] = [];
  let dropped = 0;
  let running: Promise<void> | null = null;

  async function named(batch: readonly StoredAlert[]): Promise<ReadonlyMap<string, AlertView>> {
    try {
      return new Map((await deps.views(batch.map((alert) => alert.id))).map((view) => [view.id, view]));
    } catch (error) {
      deps.log.error({ err: error }, 'alerts are announced without names');
      return new Map();
    }
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      const views = await named(batch);
      for (const alert of batch) {
        try {
          deps.emit(views.get(alert.id) ?? deps.unnamed(alert), alert.region);
        } catch (error) {
          deps.log.error({ err: error, alert: alert.id }, 'an alert was not announced; it is stored');
        }
      }
    }
    if (dropped > 0) deps.log.warn({ dropped }, 'alerts were not announced: too many at once; they are stored');
    dropped = 0;
    running = null;
  }

  return {
    fanOut(alert) {
      if (waiting.length >= WAITING_MAX) {
        dropped += 1;
        return;
      }
      waiting.push(alert);
      running ??= run();
    },
    idle: async () => {
      await running;
    },
  };
}
