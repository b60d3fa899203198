/**
 * A simulated player that writes events: honest unless told otherwise. Time is a number
 * here, so an hour of study costs nothing.
 */
import type { BeatClaim, Event } from '../../detector/index.ts';

export const start = 1_800_000_000_000;

export interface PlayerOptions {
  readonly session?: string;
  readonly lesson?: string;
  readonly lessonMs?: number;
  readonly device?: string;
  readonly openAt?: number;
}

/** One session's page: `play`, `pause`, … append events to the shared list. */
export function player(events: Event[], clock: { now: number }, options: PlayerOptions = {}) {
  const session = options.session ?? 's1';
  const openedAt = clock.now;
  let seq = 0;
  let offset = 0;
  let position = 0;
  let jitter = 0;

  events.push({
    kind: 'opened',
    at: clock.now,
    session,
    lesson: options.lesson ?? 'l1',
    lessonMs: options.lessonMs ?? 3_600_000,
    device: options.device ?? 'device-1',
    policy: 'p',
    seed: 7,
  });

  /** What an untouched, visible browser says about `ms` of the span. */
  function honest(ms: number): Pick<BeatClaim, 'page' | 'frames' | 'clocks' | 'input' | 'signs'> {
    const s = ms / 1000;
    return {
      page: [ms, ms, 0],
      frames: [Math.round(60 * s), Math.round(25 * s)],
      clocks: [ms, Math.round(10 * s), Math.round(10 * s)],
      input: [1, 0, 0, 0],
      signs: 0,
    };
  }

  function beat(patch: Partial<BeatClaim>, queued = false, at = clock.now): void {
    const to = clock.now - openedAt;
    const from = offset;
    offset = to;
    events.push({
      kind: 'beat',
      at,
      session,
      queued,
      beat: {
        seq: ++seq,
        cause: 'interval',
        nonce: 'nonce-nonce-nonce',
        span: [from, to],
        runs: [],
        player: ['playing', position, 100],
        seeks: [],
        stalled: 0,
        ...honest(to - from),
        ...patch,
      },
    });
  }

  return {
    session,
    beat,
    /** Plays for `ms` at `rate`, beating every `every` ms of wall time. */
    play(ms: number, { rate = 1, every = 10_000, patch = {} as Partial<BeatClaim>, queued = false } = {}): void {
      for (let left = ms; left > 0; ) {
        const wall = Math.min(every, left);
        left -= wall;
        const from = clock.now - openedAt;
        clock.now += wall;
        // A real player's residual is a few milliseconds and telescopes.
        const drift = ((seq * 7919) % 7) - 3;
        const to = position + Math.round(wall * rate) + drift - jitter;
        jitter = drift;
        const run = [position, to, from, from + wall] as const;
        position = to;
        beat({ runs: [run], player: ['playing', position, Math.round(rate * 100)], ...patch }, queued);
      }
    },
    idle(ms: number): void {
      clock.now += ms;
    },
    seek(to: number): void {
      const from = position;
      position = to;
      beat({ cause: 'seeked', seeks: [[from, to]], player: ['playing', to, 100] });
    },
    prompt(id: string, windowMs = 45_000): void {
      events.push({ kind: 'prompted', at: clock.now, session, prompt: id, deadline: clock.now + windowMs });
    },
    answer(id: string, right = true): void {
      events.push({ kind: 'answered', at: clock.now, session, prompt: id, right });
    },
    tick(): void {
      events.push({ kind: 'tick', at: clock.now, session });
    },
    close(): void {
      events.push({ kind: 'closed', at: clock.now, session, cause: 'closing' });
    },
  };
}
