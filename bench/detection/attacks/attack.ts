/**
 * One attacker and one simulated server, in virtual time: so many hours of a technique, with what it can
 * answer. Nobody is there, so all that is credited is fraud.
 */

import { type Beat, beatSchema, type Cause, type Reply } from '../../../sdk/wire.ts';
import { createPort } from '../../../test/support/world/detectorPort.ts';
import { createJudged } from '../../../test/support/world/judged.ts';
import type { Connection, Pushed } from '../../../test/support/world/link.ts';
import { between, createRandom, whole } from '../../../test/support/world/random.ts';
import { createSchedule } from '../../../test/support/world/schedule.ts';
import type { Bound } from '../../../test/support/world/sdkShell.ts';
import { createServer } from '../../../test/support/world/server.ts';
import { guessesRight, type Knowledge, knows, latencyMs } from './knowledge.ts';
import type { Client, Technique } from './technique.ts';

const LESSON_MS = 45 * 60_000;
const HOUR_MS = 3_600_000;
/** Held time that no proof has released by then is lost. */
const WEEK_MS = 8 * 24 * HOUR_MS;
const LATENCY_MS = 40;
/** A player's reading of its own position. */
const WOBBLE_MS = 3;
const NEXT_LESSON_MS = 1_500;

export interface Attacked {
  /** Wall time of the play that was claimed. */
  readonly claimedMs: number;
  readonly creditedMs: number;
  /** True time of the first alert; null: none. */
  readonly alertedAt: number | null;
  readonly rules: ReadonlySet<string>;
  readonly questions: number;
  readonly refusals: number;
}

export function attack(
  technique: Technique,
  knowledge: Knowledge,
  seed: number,
  hours: number,
  version?: number,
): Attacked {
  const random = createRandom(seed);
  const schedule = createSchedule();
  /** Which prompts it can answer: the same one is the same question, on whatever page. */
  const known = new Map<string, boolean>();
  let claimedMs = 0;
  let refusals = 0;
  let lessons = 0;
  let devices = 0;
  const endAt = hours * HOUR_MS;
  const judged = createJudged(() => claimedMs);
  const server = createServer({
    port: createPort(random, version),
    schedule,
    random,
    lessonMs: LESSON_MS,
    onCommitted: (event, heard) => judged.heard(schedule.now(), event, heard),
    onRefused: () => {
      refusals += 1;
    },
  });

  function start(lesson: string, mediaFrom: number, device: string): void {
    if (schedule.now() >= endAt) return;
    let client: Client | null = null;
    const connection: Connection = {
      alive: true,
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
        ...{ nonce, nextMs, silentUntil: 0, over: false },
      };
      if (challenge !== null) hear(client, { kind: 'challenge', ...challenge });
      goOn(client);
      const { movesEachMs } = technique;
      if (movesEachMs !== undefined) schedule.after(movesEachMs, () => reopen(`device-${++devices}`));
    });

    const clock = (one: Client): number => Math.round((schedule.now() - one.openedAt) * (technique.clockRate ?? 1));
    const position = (one: Client, at: number): number =>
      Math.min(LESSON_MS, one.mediaFrom + Math.max(0, at - one.playsFrom));

    function goOn(one: Client): void {
      const pause = technique.paceMs?.(one, random) ?? one.nextMs;
      const due = Math.max(pause, one.silentUntil - schedule.now());
      schedule.after(due, () => {
        if (one.over) return;
        if (schedule.now() < one.silentUntil) return goOn(one);
        if (schedule.now() >= endAt) return leave(one, () => undefined);
        tell(one, 'interval', (ended) => (ended ? leave(one, next) : goOn(one)));
      });
    }

    /** Says what was played up to now. */
    function tell(
      one: Client,
      cause: Cause,
      then: (ended: boolean) => void,
      state: 'playing' | 'paused' = 'playing',
    ): void {
      const at = clock(one);
      const from = one.offset;
      const playsFrom = Math.max(from, one.playsFrom);
      const wobble = (offset: number) => (offset === 0 ? 0 : whole(random, -WOBBLE_MS, WOBBLE_MS));
      const mediaTo = Math.min(LESSON_MS, Math.max(0, position(one, at) + wobble(at)));
      const mediaFrom = Math.min(mediaTo, position(one, playsFrom));
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
        ...{ seeks: [], stalled: 0, signs: 0, rates: plays ? [100] : [], busy: 0 },
      };
      one.offset = at;
      const beat = beatSchema.parse(technique.tell?.(usual, one, random) ?? usual);
      for (const [, , a, b] of beat.runs) claimedMs += b - a;
      const sealed = { body: JSON.stringify(beat), queued: technique.queued?.(one, random) ?? false };
      send({ kind: 'beat', session: one.session, sealed }, (reply) => {
        if (!reply.ok) return reopen(device, one);
        const { nonce, nextMs } = reply.value as Bound;
        if (technique.keepsNonce !== true) one.nonce = nonce;
        one.nextMs = nextMs;
        then(ended);
      });
    }

    function leave(one: Client, then: () => void): void {
      if (one.over) return;
      tell(one, 'closing', () => undefined);
      one.over = true;
      schedule.after(NEXT_LESSON_MS, then);
    }
    const next = (): void => start(`lesson-${++lessons}`, 0, device);
    function reopen(on: string, one = client): void {
      if (one === null || one.over) return;
      const place = position(one, one.offset);
      leave(one, () => start(lesson, place, on));
    }

    function hear(one: Client, message: Pushed): void {
      if (message.kind !== 'challenge') {
        if (!one.over) {
          one.over = true;
          schedule.after(NEXT_LESSON_MS, () => start(lesson, position(one, one.offset), device));
        }
        return;
      }
      const { prompt } = message;
      const knowsIt = known.get(prompt) ?? knows(knowledge, random);
      known.set(prompt, knowsIt);
      if (knowsIt || (technique.unknown === undefined && knowledge.otherwise === 'guesses')) {
        const correct = knowsIt || guessesRight(random);
        schedule.after(latencyMs(random), () => {
          // What was played until the answer is on record before it.
          if (!one.over && technique.keepsNonce !== true) tell(one, 'answering', () => undefined);
          send({ kind: 'answer', session: one.session, prompt, correct }, () => undefined);
        });
        return;
      }
      evade(one, message.remainingMs);
    }

    function evade(one: Client, remainingMs: number): void {
      const { unknown } = technique;
      if (unknown === undefined) return;
      switch (unknown.kind) {
        case 'silent':
          quiet(one, 0, unknown.ms);
          break;
        case 'pauses':
          quiet(one, Math.max(0, remainingMs - unknown.beforeMs), unknown.beforeMs + 5_000);
          break;
        case 'reopens':
          schedule.after(between(random, 2_000, 6_000), () => reopen(device, one));
          break;
        default:
          unknown satisfies never;
      }
    }

    /** Pauses in so long, for so long, and says nothing meanwhile. */
    function quiet(one: Client, inMs: number, forMs: number): void {
      schedule.after(inMs, () => {
        if (one.over) return;
        tell(one, 'paused', () => undefined, 'paused');
        one.mediaFrom = position(one, one.offset);
        one.playsFrom = one.offset + forMs;
        one.silentUntil = schedule.now() + forMs;
      });
    }
  }

  for (let page = 0; page < (technique.pages ?? 1); page++) {
    start(`lesson-${++lessons}`, 0, technique.devices === 'each' ? `device-${++devices}` : 'device-0');
  }
  while (schedule.nextAt() <= endAt + WEEK_MS) schedule.moveTo(schedule.nextAt());
  return {
    claimedMs,
    creditedMs: judged.creditedMs(),
    alertedAt: judged.alerts[0]?.at ?? null,
    rules: new Set(judged.alerts.map(({ rule }) => rule)),
    questions: judged.questions(),
    refusals,
  };
}
