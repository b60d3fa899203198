/**
 * The laws of credit, held for any interleaving of sessions, any claim, any delay. The
 * generator is an adversary: it opens many pages, lies about everything a browser can say,
 * and answers prompts when it likes.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BeatClaim,
  demoPolicy,
  type Event,
  type Policy,
  type State,
  step,
  totalsOf,
  wakeAt,
} from '../../detector/index.ts';
import { measure, union } from '../../detector/intervals.ts';
import { alone } from '../support/alone.ts';
import { fold, freeze, sumMs } from '../support/fold.ts';
import { start } from '../support/page.ts';

const policy: Policy = alone(demoPolicy);
const lessonMs = 180_000;
const causes = ['interval', 'playing', 'paused', 'hidden', 'visible', 'ended', 'takenOver', 'closing'] as const;

const ms = (max: number) => fc.integer({ min: 0, max });
const claim = fc.record({
  cause: fc.constantFrom(...causes),
  lengthMs: fc.oneof(ms(15_000), ms(400_000)),
  runs: fc.array(fc.tuple(ms(lessonMs + 20_000), ms(60_000), ms(5_000), fc.constantFrom(0.5, 1, 1, 1, 1.02, 2, 16)), {
    maxLength: 4,
  }),
  visible: fc.constantFrom(0, 0.5, 1, 1, 1),
  honestOffsets: fc.boolean(),
  state: fc.constantFrom('playing', 'playing', 'paused', 'ended', 'stalled' as const),
  queued: fc.boolean(),
  signs: fc.constantFrom(0, 0, 1, 127),
});

const command = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      device: fc.constantFrom('a', 'b'),
      lesson: fc.constantFrom('l1', 'l2'),
    }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('beat' as const), who: fc.nat(3), claim }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('honest' as const),
      ms: fc.integer({ min: 1, max: 14_000 }),
      seekTo: fc.option(ms(lessonMs), { freq: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(ms(3_000), ms(30_000), ms(400_000)) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      who: fc.nat(3),
      right: fc.boolean(),
      late: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), who: fc.nat(3) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** Turns commands into an admissible event list: what the gateway could let through. */
function stage(commands: readonly Command[]): Event[] {
  const events: Event[] = [];
  const open: { id: string; openedAt: number; offset: number; seq: number; position: number; mark: number }[] = [];
  let now = start;
  let prompts = 0;
  const openOne = (device: string, lesson: string) => {
    const id = `s${events.length}`;
    open.push({ id, openedAt: now, offset: 0, seq: 0, position: 0, mark: now });
    const draw = events.length * 0x9e3779b;
    events.push({ kind: 'opened', at: now, session: id, of: 'lesson', lesson, lessonMs, device, policy: 'p', draw });
  };
  openOne('a', 'l1');
  const send = (
    s: (typeof open)[number],
    queued: boolean,
    beat: Omit<BeatClaim, 'seq' | 'nonce' | 'seeks' | 'stalled'>,
  ) => {
    s.seq += 1;
    events.push({
      kind: 'beat',
      at: now,
      session: s.id,
      queued,
      beat: { seq: s.seq, nonce: 'n', seeks: [], stalled: 0, ...beat },
    });
  };
  for (const c of commands) {
    const s = open.length === 0 ? undefined : open[('who' in c ? c.who : open.length - 1) % open.length];
    switch (c.kind) {
      case 'open':
        openOne(c.device, c.lesson);
        break;
      case 'wait':
        now += c.ms;
        break;
      case 'tick':
        events.push({ kind: 'tick', at: now, session: s?.id ?? 'gone' });
        break;
      case 'close':
        if (s === undefined) break;
        events.push({ kind: 'closed', at: now, session: s.id, cause: 'closing' });
        open.splice(open.indexOf(s), 1);
        break;
      case 'answer': {
        if (s === undefined) break;
        const of = { session: s.id, proof: 'question', id: `p${++prompts}`, draw: events.length } as const;
        events.push({ kind: 'proofIssued', at: now, ...of, deadlineAt: now + 60_000 });
        if (c.late) now += 90_000;
        events.push({ kind: 'proofGiven', at: now, ...of, outcome: c.right ? 'passed' : 'failed' });
        break;
      }
      case 'honest': {
        if (s === undefined) break;
        now += c.ms;
        if (c.seekTo !== null) s.position = c.seekTo;
        const to = now - s.openedAt;
        // A page that lied about its clock before cannot be honest until time has caught up.
        if (to <= s.offset) break;
        const from = Math.max(s.offset, to - c.ms);
        const media = Math.min(s.position + (to - from), lessonMs);
        const span = [s.offset, to] as const;
        const length = to - s.offset;
        send(s, false, {
          cause: 'interval',
          span,
          runs: [[s.position, media, from, to]],
          player: ['playing', media, 100],
          page: [length, length, 0],
          frames: [length, length],
          clocks: [length, Math.round(length / 100), Math.round(length / 100)],
          input: [1, 1, 1, 0],
          signs: 0,
        });
        s.position = media;
        s.offset = to;
        break;
      }
      case 'beat': {
        if (s === undefined) break;
        const from = c.claim.honestOffsets ? s.offset : Math.max(0, s.offset - 5_000);
        const to = c.claim.honestOffsets ? Math.max(s.offset, now - s.openedAt) : from + c.claim.lengthMs;
        let at = from;
        const runs = c.claim.runs.map(([media, wall, gap, rate]) => {
          const begin = at + gap;
          at = begin + wall;
          return [media, media + Math.round(wall * rate), begin, at] as const;
        });
        const length = to - from;
        send(s, c.claim.queued, {
          cause: c.claim.cause,
          span: [from, Math.max(to, c.claim.honestOffsets ? from : at)],
          runs,
          player: [c.claim.state, 0, 100],
          page: [Math.round(length * c.claim.visible), length, -1],
          frames: [length, length],
          clocks: [length, length, length],
          input: [0, 0, 0, 9],
          signs: c.claim.signs,
        });
        s.offset = Math.max(s.offset, to);
        break;
      }
      default:
        c satisfies never;
    }
  }
  return events;
}

const histories = fc.array(command, { minLength: 5, maxLength: 60 }).map(stage);
const holds = (law: (events: Event[]) => void) =>
  fc.assert(fc.property(histories, law), { numRuns: Number(process.env['LAW_RUNS'] ?? 400) });

const claimed = (event: Event) =>
  event.kind === 'beat' ? event.beat.runs.reduce((sum, [, , from, to]) => sum + (to - from), 0) : 0;
const earning = (state: State, lesson: string) => totalsOf(state, lesson).creditedMs + totalsOf(state, lesson).heldMs;
const coverage = (state: State, lesson: string) =>
  state.held
    .filter((one) => one.span.lesson === lesson)
    .reduce((set, one) => union(set, one.media), state.lessons[lesson]?.[0] ?? []);

/** `before` with what `event` lets lapse taken out, and nothing of it added. */
function lapsed(before: State, after: State, event: Event): State {
  const kept = new Set(after.held.map(({ span }) => span.id));
  const settled = step(policy, before, freeze({ kind: 'tick', at: event.at, session: null })).state;
  return { ...settled, held: settled.held.filter(({ span }) => kept.has(span.id)) };
}

describe('the laws of credit', () => {
  it('1, 2: earning spans never overlap, never exceed their own length, never lie in the future', () => {
    holds((events) => {
      const { spans, state } = fold(events);
      const earned = [...spans.values()].filter((span) => span.fate !== 'denied').sort((a, b) => a.from - b.from);
      for (const [i, span] of earned.entries()) {
        expect(span.ms).toBeLessThanOrEqual(span.to - span.from);
        expect(span.to).toBeLessThanOrEqual(state.at);
        const next = earned[i + 1];
        if (next !== undefined) expect(span.to).toBeLessThanOrEqual(next.from);
      }
    });
  });

  it('3: a lesson earns at most its duration, and at most the union of what was played', () => {
    holds((events) => {
      const { state } = fold(events);
      for (const lesson of ['l1', 'l2']) {
        const sessions = new Set(
          events.flatMap((e) => (e.kind === 'opened' && e.lesson === lesson ? [e.session] : [])),
        );
        const played = events
          .flatMap((e) => (e.kind === 'beat' && sessions.has(e.session) ? e.beat.runs : []))
          .reduce((set, [from, to]) => union(set, from < to ? [[from, to]] : []), [] as ReturnType<typeof union>);
        expect(earning(state, lesson)).toBeLessThanOrEqual(lessonMs);
        expect(earning(state, lesson)).toBeLessThanOrEqual(measure(played));
        expect(earning(state, lesson)).toBeLessThanOrEqual(measure(coverage(state, lesson)));
      }
    });
  });

  it('4: a beat earns at most the media it newly covers, and at most the server time not accounted for yet', () => {
    holds((events) => {
      const { states } = fold(events);
      for (const [i, event] of events.entries()) {
        const before = states[i - 1];
        const after = states[i];
        if (event.kind !== 'beat' || before === undefined || after === undefined) continue;
        const session = before.sessions[event.session];
        if (session === undefined) continue;
        // Time passing, and play that outruns a bracket, may lapse held spans in the same step: look at what it adds.
        const settled = lapsed(before, after, event);
        const gain = earning(after, session.lesson) - earning(settled, session.lesson);
        const fresh = measure(coverage(after, session.lesson)) - measure(coverage(settled, session.lesson));
        expect(gain).toBeLessThanOrEqual(Math.max(0, fresh));
        expect(gain).toBeLessThanOrEqual(Math.max(0, event.at - session.cursor));
      }
    });
  });

  it('5: every credited second lies between two proofs with at most maxGap of play between them', () => {
    holds((events) => {
      const { spans, states } = fold(events);
      const proofs = states
        .flatMap(({ brackets }, i) => brackets.filter((one) => !(states[i - 1]?.brackets ?? []).includes(one)))
        .flatMap(([, opener, closes]) => (opener === null ? [] : [{ played: opener, closes }]));
      // Where on the play clock each span's time was laid: between the clock before the first event that told of it and after the last.
      const told = new Map<number, { from: number; to: number }>();
      for (const [i, event] of events.entries()) {
        if (event.kind !== 'beat') continue;
        for (const { span } of states[i]?.held ?? []) {
          const seen = told.get(span.id);
          const grew = states[i - 1]?.held.find((one) => one.span.id === span.id)?.span.ms !== span.ms;
          if (!grew) continue;
          told.set(span.id, { from: seen?.from ?? states[i - 1]?.played ?? 0, to: states[i]?.played ?? 0 });
        }
      }
      for (const span of spans.values()) {
        if (span.fate !== 'credited') continue;
        const place = told.get(span.id);
        const opener = proofs.findLast(({ played }) => played <= (place?.from ?? -1));
        const closer = proofs.find(({ closes, played }) => closes && played >= (place?.to ?? Number.POSITIVE_INFINITY));
        expect(opener).toBeDefined();
        expect(closer).toBeDefined();
        expect((closer?.played ?? 0) - (opener?.played ?? 0)).toBeLessThanOrEqual(policy.presence.maxGapMs);
      }
    });
  });

  it('5: what plays on after a missed deadline earns nothing until a proof is given', () => {
    holds((events) => {
      const { states } = fold(events);
      for (const [i, event] of events.entries()) {
        const before = states[i - 1];
        const after = states[i];
        if (event.kind !== 'beat' || before === undefined || after === undefined) continue;
        const missedAt = after.asking.missedAt;
        if (missedAt === null || before.asking.missedAt === null) continue;
        for (const { span } of after.held) expect(span.to).toBeLessThanOrEqual(Math.max(missedAt, before.at));
      }
    });
  });

  it('a tick at the moment it was asked for moves that moment forward', () => {
    holds((events) => {
      const { states } = fold(events);
      for (const state of states) {
        const at = wakeAt(state);
        if (at === null) continue;
        const woken = step(policy, state, { kind: 'tick', at, session: null }).state;
        expect(wakeAt(woken) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Math.max(at, woken.at));
      }
    });
  });

  it('5: no message but a right answer to a prompt of ours ever credits', () => {
    holds((events) => {
      const { spans } = fold(events.filter((event) => !(event.kind === 'proofGiven' && event.outcome === 'passed')));
      expect(sumMs(spans.values(), 'credited')).toBe(0);
    });
  });

  it('6: credited + held + denied is exactly the claimed play, per lesson and in total', () => {
    holds((events) => {
      const { spans, state, states } = fold(events);
      const total = events.reduce(
        (sum, event, i) => sum + (states[i - 1]?.sessions[event.session ?? ''] ? claimed(event) : 0),
        0,
      );
      expect(sumMs(spans.values())).toBe(total);
      for (const fate of ['credited', 'held', 'denied'] as const) {
        const lessons = new Set([...spans.values()].map(({ lesson }) => lesson));
        const kept = [...lessons].reduce((sum, lesson) => sum + totalsOf(state, lesson)[`${fate}Ms`], 0);
        expect(sumMs(spans.values(), fate)).toBe(kept);
      }
    });
  });

  it('7: the same events give byte-identical verdicts, also through a snapshot, and no state is touched', () => {
    holds((events) => {
      const whole = fold(events);
      const half = Math.floor(events.length / 2);
      const first = fold(events.slice(0, half));
      const second = fold(events.slice(half), policy, JSON.parse(JSON.stringify(first.state)) as State);
      expect(JSON.stringify([...first.verdicts, ...second.verdicts])).toBe(JSON.stringify(whole.verdicts));
      expect(JSON.stringify(second.state)).toBe(JSON.stringify(whole.state));
    });
  });
});
