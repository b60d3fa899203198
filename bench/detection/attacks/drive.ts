/**
 * One attacker's sessions against one simulated server, in virtual time, for so many hours. Nobody is there, so
 * all that is credited is fraud, but for the time in which a technique lets somebody attend.
 */
import { type Beat, type Cause, type Reply, RUNS_MAX } from '../../../sdk/wire.ts';
import { type Bank, createChooser } from '../../../test/support/world/bank.ts';
import { createPort } from '../../../test/support/world/detectorPort.ts';
import { createJudged } from '../../../test/support/world/judged.ts';
import type { Challenge, Connection, Pushed, Totals } from '../../../test/support/world/link.ts';
import { between, chance, type Random, whole } from '../../../test/support/world/random.ts';
import { createSchedule } from '../../../test/support/world/schedule.ts';
import type { Bound } from '../../../test/support/world/sdkShell.ts';
import { createServer, type Faces } from '../../../test/support/world/server.ts';
import { type Mind, readingMs } from './knowledge.ts';
import { type Client, type Evasion, LESSON_MS, type Ways } from './technique.ts';

const HOUR_MS = 3_600_000;
/** Held time that no proof has released by then is lost. */
const WEEK_MS = 8 * 24 * HOUR_MS;
const LATENCY_MS = 40;
/** A check takes 8 s, and some to begin. */
const FACE_MS = 12_000;
/** A player's reading of its own position. */
const WOBBLE_MS = 3;
const NEXT_LESSON_MS = 1_500;
/** After another page took over, or the session was closed. */
const BACK_MS = 10_000;
/** Beats of a backlog are of this length. */
const BACKLOG_MS = 10_000;
/** What was held is lost: more than a beat's play is denied at once. */
const LOSS_MS = 60_000;

export interface Attacked {
  /** Wall time of the play that was claimed. */
  readonly claimedMs: number;
  readonly creditedMs: number;
  /** True time from the fraud's beginning to the first alert; null: none. */
  readonly alertedAt: number | null;
  readonly rules: ReadonlySet<string>;
  readonly questions: number;
  readonly refusals: number;
}

export interface Driven {
  readonly ways: Ways;
  readonly mind: Mind;
  /** Whether it gives any answer where the mind has none. */
  readonly guesses: boolean;
  readonly bank: Bank;
  readonly random: Random;
  readonly hours: number;
  readonly version?: number | undefined;
}

export function drive({ ways, mind, guesses, bank, random, hours, version }: Driven): Attacked {
  const schedule = createSchedule();
  const honestMs = ways.honestMs ?? 0;
  const endAt = honestMs + hours * HOUR_MS;
  let claimedMs = 0;
  let refusals = 0;
  let lessons = 0;
  let devices = 0;
  const judged = createJudged(() => claimedMs);
  const server = createServer({
    port: createPort(random, version),
    schedule,
    random,
    lessonMs: LESSON_MS,
    choose: createChooser(bank, random),
    ...(ways.face && { faces: show(ways.face) }),
    onCommitted: (event, heard) => judged.heard(schedule.now(), event, heard),
    onRefused: () => {
      refusals += 1;
    },
  });

  /** What comes before the camera, after as long as a check takes. */
  function show(face: NonNullable<Ways['face']>): Faces {
    let nth = 0;
    return (_session, _windowMs, done) => schedule.after(FACE_MS, () => done(face(random, ++nth)));
  }

  function start(lesson: string, mediaFrom: number, device: string): void {
    if (schedule.now() >= endAt) return;
    let client: Client | null = null;
    let before: Totals | null = null;
    const connection: Connection = {
      get alive() {
        return client?.over !== true;
      },
      push: (message) => schedule.after(LATENCY_MS, () => client !== null && hear(client, message)),
      cut: () => undefined,
    };
    const send = (request: Parameters<typeof server.serve>[1], then: (reply: Reply<unknown>) => void): void =>
      schedule.after(LATENCY_MS, () =>
        server.serve(connection, request, (reply) => schedule.after(LATENCY_MS, () => then(reply))),
      );

    send({ kind: 'open', lesson, device }, (reply) => {
      if (!reply.ok) return schedule.after(5_000, () => start(lesson, mediaFrom, device));
      const { session, nonce, nextMs, challenge } = reply.value as Bound;
      const openedAt = schedule.now();
      client = {
        ...{ session, lesson, openedAt, seq: 0, offset: 0, playsFrom: 0, mediaFrom },
        ...{ nonce, nextMs, silentUntil: 0, jumps: [], over: false },
      };
      if (challenge !== null) hear(client, { kind: 'challenge', ...challenge });
      goOn(client);
      const { movesEachMs } = ways;
      if (movesEachMs !== undefined) schedule.after(movesEachMs, () => reopen(`device-${++devices}`));
    });

    const clock = (one: Client): number => Math.round((schedule.now() - one.openedAt) * (ways.clockRate ?? 1));
    const position = (one: Client, at: number): number =>
      Math.min(LESSON_MS, one.mediaFrom + Math.max(0, at - one.playsFrom));

    function goOn(one: Client): void {
      const pause = ways.uploadsEachMs ?? ways.paceMs?.(one, random) ?? one.nextMs;
      const due = Math.max(pause, one.silentUntil - schedule.now());
      schedule.after(due, () => {
        if (one.over) return;
        if (schedule.now() < one.silentUntil) return goOn(one);
        if (schedule.now() >= endAt) return leave(one, () => undefined);
        const from = one.offset;
        if (ways.uploadsEachMs !== undefined) backlog(one);
        tell(one, 'interval', (ended) => (ended ? leave(one, next) : goOn(one)));
        breakOff(one, one.offset - from);
      });
    }
    /** All but the last beat of what was not told. */
    function backlog(one: Client): void {
      for (const to = clock(one) - BACKLOG_MS; one.offset < to && position(one, one.offset) < LESSON_MS; )
        tell(one, 'interval', () => undefined, { at: one.offset + BACKLOG_MS });
    }
    /** What it does between two beats by its own habit. */
    function breakOff(one: Client, playedMs: number): void {
      const { skips, pauses } = ways;
      if (skips !== undefined && one.offset - one.playsFrom >= skips.playsMs) {
        const at = position(one, one.offset);
        const to = Math.min(LESSON_MS, at + Math.round(skips.skipsMs));
        one.jumps.push([at, to]);
        one.mediaFrom = to;
        one.playsFrom = one.offset;
      }
      if (pauses !== undefined && chance(random, (pauses.perSecond * playedMs) / 1000)) quiet(one, 0, pauses.ms);
    }

    /** Says what was played up to now, or up to a moment before. */
    function tell(
      one: Client,
      cause: Cause,
      then: (ended: boolean) => void,
      { at = clock(one), state = 'playing' }: { at?: number; state?: 'playing' | 'paused' } = {},
    ): void {
      const from = one.offset;
      const playsFrom = Math.max(from, one.playsFrom);
      const wobble = (offset: number) => (offset === 0 ? 0 : whole(random, -WOBBLE_MS, WOBBLE_MS));
      const mediaTo = Math.min(LESSON_MS, Math.max(0, position(one, at) + wobble(at)));
      const mediaFrom = Math.min(mediaTo, position(one, playsFrom));
      const isOver = mediaTo >= LESSON_MS * (ways.stopsAt ?? 1);
      const ended = mediaTo >= LESSON_MS;
      const plays = at > playsFrom && mediaTo > mediaFrom;
      const ms = at - from;
      const usual: Beat = {
        seq: ++one.seq,
        cause: ended && cause === 'interval' ? 'ended' : cause,
        nonce: one.nonce,
        span: [from, at],
        runs: plays ? [[mediaFrom, mediaTo, playsFrom, at]] : [],
        player: [ended ? 'ended' : state, mediaTo, 100],
        page: [ms, ms, 0],
        frames: [Math.round(ms * 0.06), Math.round(ms * 0.025)],
        clocks: [ms, Math.round(ms / 100), Math.round(ms / 100)],
        input: [whole(random, 0, 3), 0, 0, 0],
        seeks: one.jumps.splice(0, RUNS_MAX),
        ...{ stalled: 0, signs: 0, rates: plays ? [100] : [], busy: 0 },
      };
      one.offset = at;
      const beat = ways.tell?.(usual, one, random) ?? usual;
      if (schedule.now() >= honestMs) for (const [, , a, b] of beat.runs) claimedMs += b - a;
      const queued = ways.uploadsEachMs !== undefined || (ways.queued?.(one, random) ?? false);
      send({ kind: 'beat', session: one.session, sealed: { body: JSON.stringify(beat), queued } }, (reply) => {
        if (!reply.ok) return reopen(device, one);
        const { nonce, nextMs, totals } = reply.value as Bound;
        if (ways.keepsNonce !== true) one.nonce = nonce;
        one.nextMs = nextMs;
        if (noted(one, totals)) return reopen(device, one);
        then(isOver);
      });
    }
    /** Whether it flees: what was held is lost. */
    function noted({ lesson: of }: Client, totals: Totals): boolean {
      mind.told?.(of, totals);
      const lostMs = before === null ? 0 : Math.min(before.heldMs - totals.heldMs, totals.deniedMs - before.deniedMs);
      before = totals;
      return ways.reopensOnLoss === true && lostMs >= LOSS_MS;
    }

    function leave(one: Client, then: () => void): void {
      if (one.over) return;
      tell(one, 'closing', () => undefined);
      one.over = true;
      schedule.after(ways.restMs?.(random) ?? NEXT_LESSON_MS, then);
    }
    const next = (): void => start(`lesson-${++lessons}`, 0, device);
    function reopen(on: string, one = client): void {
      if (one === null || one.over) return;
      const place = position(one, one.offset);
      tell(one, 'closing', () => undefined);
      one.over = true;
      schedule.after(NEXT_LESSON_MS, () => start(lesson, place, on));
    }

    function hear(one: Client, message: Pushed): void {
      if (message.kind !== 'challenge') {
        if (!one.over) {
          one.over = true;
          schedule.after(BACK_MS, () => start(lesson, position(one, one.offset), device));
        }
        return;
      }
      const attends = schedule.now() < honestMs;
      const { question } = message;
      const known = attends ? true : mind.answer(question);
      const given = known ?? (guesses && ways.unknown === undefined ? mind.guess(question) : null);
      if (ways.each !== undefined && !attends) evade(one, message, ways.each);
      if (given === null && ways.unknown !== undefined) evade(one, message, ways.unknown);
      if (given === null || (ways.each !== undefined && !attends)) return;
      schedule.after(attends ? readingMs(random) : (ways.answerMs ?? readingMs)(random), () => {
        // What was played until the answer is on record before it.
        if (!one.over && ways.keepsNonce !== true) tell(one, 'answering', () => undefined);
        const manner = { hand: (attends ? null : ways.hand) ?? ([whole(random, 4, 40), 0] as const) };
        mind.gave?.(question, given);
        send({ kind: 'answer', session: one.session, prompt: message.prompt, answer: given, manner }, () => undefined);
      });
    }

    function evade(one: Client, { remainingMs }: Challenge, how: Evasion): void {
      switch (how.kind) {
        case 'silent':
          quiet(one, 0, how.ms);
          break;
        case 'pauses':
          quiet(one, Math.max(0, remainingMs - how.beforeMs), how.beforeMs + 5_000);
          break;
        case 'reopens':
          schedule.after(between(random, 2_000, 6_000), () => reopen(device, one));
          break;
        default:
          how satisfies never;
      }
    }

    /** Pauses in so long, for so long, and says nothing meanwhile. */
    function quiet(one: Client, inMs: number, forMs: number): void {
      schedule.after(inMs, () => {
        if (one.over) return;
        tell(one, 'paused', () => undefined, { state: 'paused' });
        one.mediaFrom = position(one, one.offset);
        one.playsFrom = one.offset + Math.round(forMs);
        one.silentUntil = schedule.now() + forMs;
      });
    }
  }

  for (let page = 0; page < (ways.pages ?? 1); page++) {
    start(`lesson-${++lessons}`, 0, ways.devices === 'each' ? `device-${++devices}` : 'device-0');
  }
  while (schedule.nextAt() <= endAt + WEEK_MS) schedule.moveTo(schedule.nextAt());
  const alerts = judged.alerts.filter(({ at }) => at >= honestMs);
  return {
    claimedMs,
    creditedMs: judged.creditedSinceMs(honestMs),
    alertedAt: alerts[0] === undefined ? null : alerts[0].at - honestMs,
    rules: new Set(alerts.map(({ rule }) => rule)),
    questions: judged.questions(),
    refusals,
  };
}
