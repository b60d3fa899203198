/**
 * A simulated player that writes events: honest unless told otherwise. Time is a number
 * here, so an hour of study costs nothing.
 */
import type { BeatClaim, DeliveredBy, Event, FaceRefusal, Manner, SessionKind } from '../../detector/index.ts';

export const start = 1_800_000_000_000;

export interface PlayerOptions {
  readonly session?: string;
  readonly lesson?: string;
  readonly lessonMs?: number;
  readonly device?: string;
  readonly of?: SessionKind;
  /** Hash of the policy that judges it. */
  readonly policy?: string;
  /** Who delivers its media and tells of it. */
  readonly delivery?: DeliveredBy;
  /** Where its page says that the key lies; default: out of reach of its scripts. */
  readonly sealed?: 'worker' | 'page' | 'untold';
  /** A face can be asked for. */
  readonly face?: true;
  /** What the server draws for events that need it; without it, always the same. */
  readonly draw?: () => number;
}

/** One session's page: `play`, `pause`, … append events to the shared list. */
export type Player = ReturnType<typeof player>;

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
    of: options.of ?? 'lesson',
    lesson: options.lesson ?? 'l1',
    lessonMs: options.lessonMs ?? 3_600_000,
    device: options.device ?? 'device-1',
    policy: options.policy ?? 'p',
    draw: options.draw?.() ?? 7,
    ...(options.delivery === undefined ? {} : { delivery: options.delivery }),
    ...(options.face === undefined ? {} : { face: options.face }),
    ...(options.sealed === 'untold' ? {} : { sealed: options.sealed ?? 'worker' }),
  });

  /** What an untouched, visible browser says about `ms` of the span. */
  function honest(ms: number): Pick<BeatClaim, 'page' | 'busy' | 'frames' | 'clocks' | 'input' | 'signs'> {
    const s = ms / 1000;
    return {
      page: [ms, ms, 0],
      busy: 0,
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
        beat(
          {
            runs: [run],
            rates: [Math.round(rate * 100)],
            player: ['playing', position, Math.round(rate * 100)],
            ...patch,
          },
          queued,
        );
      }
    },
    /** Tells that nothing plays any more, as a page does at once. */
    pause(): void {
      beat({ cause: 'paused', player: ['paused', position, 100] });
    },
    idle(ms: number): void {
      clock.now += ms;
    },
    /** Paused, with the page open: it goes on beating. */
    wait(ms: number, every = 15_000): void {
      for (let left = ms; left > 0; left -= every) {
        clock.now += Math.min(every, left);
        beat({ player: ['paused', position, 100], input: [0, 0, 0, 0] });
      }
    },
    seek(to: number): void {
      const from = position;
      position = to;
      beat({ cause: 'seeked', seeks: [[from, to]], player: ['playing', to, 100] });
    },
    /** A question is put to the trainee. */
    prompt(
      id: string,
      windowMs = 60_000,
      how: Pick<Extract<Event, { kind: 'proofIssued' }>, 'guess' | 'plain'> = {},
      proof: 'question' | 'face' = 'question',
    ): void {
      const deadlineAt = clock.now + windowMs;
      const draw = options.draw?.() ?? 11;
      const about = { proof, id, deadlineAt, draw } as const;
      events.push({ kind: 'proofIssued', at: clock.now, session, ...about, ...how });
    },
    position: () => position,
    /** Opens where the lesson was left: the page seeks there before it plays. */
    resume(at: number): void {
      const from = position;
      position = at;
      beat({ cause: 'seeked', seeks: [[from, at]], player: ['paused', at, 100] });
    },
    /** Media leaves a server for this session, or a report of it comes. */
    deliver(...media: (readonly [number, number])[]): void {
      events.push({ kind: 'delivered', at: clock.now, session, lesson: options.lesson ?? 'l1', media });
    },
    answer(id: string, right = true, manner?: Manner): void {
      const outcome = right ? 'passed' : 'failed';
      const draw = options.draw?.() ?? 13;
      const how = manner === undefined ? {} : { manner };
      events.push({ kind: 'proofGiven', at: clock.now, session, proof: 'question', id, outcome, draw, ...how });
    },
    /** A face check is put to the trainee, and comes to this at once. */
    face(id: string, refusal?: FaceRefusal): void {
      const [proof, draw] = ['face', options.draw?.() ?? 17] as const;
      events.push({ kind: 'proofIssued', at: clock.now, session, proof, id, deadlineAt: clock.now + 90_000, draw });
      const outcome = refusal === undefined ? 'passed' : 'failed';
      const why = refusal === undefined ? {} : { refusal };
      events.push({ kind: 'proofGiven', at: clock.now, session, proof, id, outcome, draw, ...why });
    },
    tick(): void {
      events.push({ kind: 'tick', at: clock.now, session });
    },
    close(): void {
      events.push({ kind: 'closed', at: clock.now, session, cause: 'closing' });
    },
  };
}
