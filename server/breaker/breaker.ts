/**
 * The breaker: once a minute, one process looks whether a rule accuses far more people of a platform
 * than it ever did there, and if so takes it out of the policy of that platform's new sessions for
 * a day. Guarantees: proofs stay; other platforms, open sessions and what was judged stay; each
 * trip is stored, and told to operators once.
 */
import { type Db, transaction } from '../db/pool.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { repeated } from '../repeated.ts';
import { decide, HOUR_MS, mayTrip } from './decide.ts';
import {
  addTrip,
  countRunning,
  forgetHours,
  readHours,
  readLoud,
  readSpell,
  takeBreakerLock,
  takeLeaves,
} from './store.ts';

const EVERY_MS = 60_000;
const BASELINE_MS = 14 * 24 * HOUR_MS;
/** Long enough for a person to look; a rule that is still as loud then trips again. */
const TRIP_MS = 24 * HOUR_MS;

export interface BreakerDeps {
  readonly db: Db;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
}

export interface Tripped {
  readonly id: string;
  readonly platformId: string;
  readonly rule: string;
}

export interface Breaker {
  /** One round; `null`: another process is at it. */
  run(): Promise<readonly Tripped[] | null>;
  start(): void;
  /** Resolves when a round that runs has ended. */
  stop(): Promise<void>;
}

export function createBreaker({ db, log, metrics, now }: BreakerDeps): Breaker {
  metrics.gauge('breaker_trips', 'Rules that are switched off on a platform just now', () => countRunning(db, now()));
  let stopping = false;

  async function look(): Promise<readonly Tripped[]> {
    const at = now();
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    // This hour and the one before: much of this one's credit still waits for its proof.
    const since = hour - HOUR_MS;
    const before = { from: since - BASELINE_MS, to: since };
    while (!stopping && (await takeLeaves(db, before.from)));
    await forgetHours(db, before.from);
    const found: Tripped[] = [];
    for (const { platformId, rule } of await readLoud(db, since)) {
      if (!mayTrip(rule)) continue;
      const spell = await readSpell(db, platformId, rule, since);
      const facts = decide(spell, await readHours(db, platformId, rule, before));
      if (facts === null) continue;
      const id = await addTrip(db, { platformId, rule, trippedAt: at, endsAt: at + TRIP_MS, facts });
      if (id === null) continue;
      found.push({ id, platformId, rule });
      log.error(
        { trip: id, platform: platformId, rule, ...facts },
        'a rule is far above its baseline and is switched off on this platform for a day; see npm run admin -- policy trips',
      );
    }
    return found;
  }

  const run = (): Promise<readonly Tripped[] | null> =>
    transaction(db, async (lock) => ((await takeBreakerLock(lock)) ? look() : null));

  const regularly = repeated(run, EVERY_MS, (error) => log.warn({ err: error }, 'the breaker could not look'));

  return {
    run,
    start: regularly.start,
    stop() {
      stopping = true;
      return regularly.stop();
    },
  };
}
