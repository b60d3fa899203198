/**
 * All observers of one lesson page, as one: looks in, transitions and findings out.
 *
 * Guarantees: everything that is registered is unregistered by `stop`; a fault of one look
 * goes to `onFault`, never into the page; findings cover exactly the time between two takes.
 */
import { createBusy } from './busy.ts';
import type { FactsWatch, MoreFacts } from './facts.ts';
import { watchFrames } from './frames.ts';
import type { HandWatch } from './hand.ts';
import { watchInput } from './input.ts';
import { watchMedia } from './media.ts';
import { listen, now, read } from './natives.ts';
import { watchPage } from './page.ts';
import type { Played } from './runs.ts';
import { createSigns } from './signs.ts';
import { startTicker } from './ticker.ts';
import type { Cause, PlayState } from './wire.ts';

/** What one stretch came to. Times in ms, not yet rounded. */
export interface Findings extends Played {
  readonly player: readonly [PlayState, number, number];
  readonly page: readonly [number, number, number];
  readonly frames: readonly [number, number];
  readonly clocks: readonly [number, number, number];
  readonly input: readonly [number, number, number, number];
  readonly signs: number;
  readonly busy: number;
  /** Absent: the part that finds it has not loaded. */
  readonly more?: Omit<MoreFacts, 'signs'> | undefined;
}

export interface Observers {
  /** Looks at everything at `at`; the transitions found. */
  look(at: number): readonly Cause[];
  /** A beat must be made now, before the lists overflow. */
  full(): boolean;
  /**
   * The thread stood still before the last look: the ticks that a Worker counted meanwhile are still on
   * their way, and a beat made now would leave them to the next. True for one look only.
   */
  catchingUp(): boolean;
  /** What was found up to the last look, which was at `at`. */
  take(at: number): Findings;
  /** The Worker has ticked so often since it began. */
  ticked(ticks: number): void;
  /** Resolves when the part that finds more has loaded; rejects where it does not, or too late. */
  readonly part: Promise<FactsWatch>;
  /** None until that has loaded. */
  readonly hand: HandWatch | undefined;
  stop(): void;
}

/** An anomaly that lasts is told again after this long, not at each look. */
const ANOMALY_AGAIN_MS = 5000;
/** The record and the getter change together; this long apart they contradict each other. */
const RECORD_LATE_MS = 500;
/** Two tickers and media events ask for looks; closer together they show nothing new. */
const LOOK_APART_MS = 60;

export interface ObserveHandlers {
  /** The server's origin: there is the part that finds more. */
  readonly endpoint: string;
  /** Called, at most each 60 ms or at an event, when it is worth to look. */
  onMoment(): void;
  onFault(fault: unknown): void;
}

export function observe(element: HTMLMediaElement, { endpoint, onMoment, onFault }: ObserveHandlers): Observers {
  let pageTicked = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let anomalyAt = Number.NEGATIVE_INFINITY;
  let agreedAt = Number.NEGATIVE_INFINITY;
  // The page's own Date, hooked or not, at load or later: whether it agrees with the monotonic clock is the point.
  let dateAt = Date.now();

  function poke(): void {
    try {
      onMoment();
    } catch (fault) {
      onFault(fault);
    }
  }
  const page = watchPage(poke);
  const media = watchMedia(element, poke);
  const frames = watchFrames(element);
  const input = watchInput();
  const signs = createSigns(element);
  let facts: FactsWatch | undefined;
  const part = import(/* @vite-ignore */ `${endpoint}/sdk/facts.mjs`).then((part: typeof import('./facts.ts')) => {
    facts = part.watchFacts(element, { read, now, listen }, endpoint);
    return facts;
  });
  part.catch(() => undefined);
  const busy = createBusy();
  let catchingUp = false;
  const ticker = startTicker((from) => {
    if (from === 'page') pageTicked = true;
    if (now() - lookedAt >= LOOK_APART_MS) poke();
  });

  function anomaly(at: number): boolean {
    const visible = page.visible();
    const hasWorker = ticker.hasWorker();
    const blocked = busy.look(at, hasWorker) > 0;
    catchingUp = blocked && hasWorker && !catchingUp;
    if (visible && media.playing()) frames.look(at, { ticked: pageTicked, hasWorker, blocked });
    else frames.reset();
    pageTicked = false;
    const fresh = signs.look({ swallowed: page.swallowed(at), proxied: input.proxied(), visible });
    if (!visible || !page.recordedHidden()) agreedAt = at;
    const unseen = frames.frozen() || at - agreedAt > RECORD_LATE_MS;
    const disagrees = fresh || (visible && media.playing() && unseen);
    if (!disagrees || at - anomalyAt < ANOMALY_AGAIN_MS) return false;
    anomalyAt = at;
    return true;
  }

  return {
    look(at) {
      lookedAt = at;
      const found = [page.look(at), media.look(at), anomaly(at) ? 'anomaly' : null] as const;
      facts?.observe(at, { visible: page.visible(), playing: media.playing() });
      return found.filter((cause) => cause !== null);
    },
    full: media.full,
    catchingUp: () => catchingUp,
    take(at) {
      const date = Date.now();
      const ticks = ticker.take();
      const seen = page.take(at);
      const more = facts?.found(seen[2] < 0);
      const findings: Findings = {
        ...media.take(),
        page: seen,
        frames: frames.take(),
        clocks: [date - dateAt, ticks.page, ticks.worker],
        input: input.take(),
        signs: signs.take() | (more?.signs ?? 0),
        busy: busy.take(),
        more,
      };
      dateAt = date;
      return findings;
    },
    ticked: ticker.heard,
    part,
    get hand() {
      return facts?.hand;
    },
    stop() {
      part.then((one) => one.stop()).catch(() => undefined);
      for (const part of [page, media, frames, input, ticker]) part.stop();
    },
  };
}
