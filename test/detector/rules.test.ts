import { describe, expect, it } from 'vitest';
import { type BeatClaim, demoPolicy, type Event, Sign, standardPolicy } from '../../detector/index.ts';
import { alertsOf, type Folded, fold, sumMs } from '../support/fold.ts';
import { player, start } from '../support/lesson.ts';

const minute = 60_000;

function stage() {
  const events: Event[] = [];
  const clock = { now: start };
  return { events, clock };
}

function outcome(events: readonly Event[]) {
  const folded = fold(events);
  const spans = [...folded.spans.values()];
  const reasons: Record<string, number> = {};
  for (const span of spans) reasons[span.reason] = (reasons[span.reason] ?? 0) + span.ms;
  return {
    folded,
    credited: sumMs(spans, 'credited'),
    held: sumMs(spans, 'held'),
    denied: sumMs(spans, 'denied'),
    reasons,
    alerts: alertsOf(folded),
  };
}

const noticesOf = (folded: Folded) =>
  folded.verdicts.flat().flatMap((v) => (v.verdict === 'notice' ? [`${v.kind} ${v.session} ${v.reason}`] : []));
const challengesOf = (folded: Folded) => folded.verdicts.flat().filter((v) => v.verdict === 'challenge').length;

/** A really hidden Chromium tab, as measured: no frames, page timers at 1/s, the Worker at 10/s. */
function hiddenTab(ms: number, claims: 'hidden' | 'visible'): Partial<BeatClaim> {
  const s = ms / 1000;
  return {
    page: [claims === 'visible' ? ms : 0, 0, -1],
    frames: [0, 0],
    clocks: [ms, Math.round(s), Math.round(10 * s)],
    input: [0, 0, 0, 0],
  };
}

describe('an honest lesson', () => {
  it('holds every second until a right answer, then credits them all, and raises nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(minute);
    expect(outcome(events)).toMatchObject({ credited: 0, alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(minute - 100);
    a.prompt('p1');
    clock.now += 6_000;
    a.answer('p1');
    const after = outcome(events);
    expect(after.credited).toBeGreaterThan(minute - 100);
    expect(after.credited + after.denied).toBe(minute);
    expect(noticesOf(after.folded)).toContain('released s1 presence.proven');
  });

  it.each([
    ['a 15 fps phone', (ms: number) => ({ frames: [Math.round(ms / 66), Math.round(ms / 66)] as const })],
    ['a second monitor: visible, unfocused', (ms: number) => ({ page: [ms, 0, 0] as const })],
    [
      'a browser without Worker, rVFC or visibility record',
      (ms: number) => ({
        page: [ms, ms, -1] as const,
        frames: [Math.round(ms / 16), -1] as const,
        clocks: [ms, Math.round(ms / 100), -1] as const,
      }),
    ],
    ['a screen reader: no pointer, a few synthetic events', () => ({ input: [0, 2, 0, 2] as const })],
    ['an automated test browser', () => ({ signs: Sign.webdriver | Sign.offScreen })],
    [
      'a machine so busy that only page timers suffer',
      (ms: number) => ({ clocks: [ms, 1, Math.round(ms / 100)] as const }),
    ],
  ])('is not accused on %s', (_name, patch) => {
    const { events, clock } = stage();
    player(events, clock).play(minute, { patch: patch(10_000) });
    expect(outcome(events)).toMatchObject({ alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(minute - 100);
  });

  it('a paused lunch break claims nothing and costs nothing of the clock', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'paused', player: ['paused', 20_000, 100] });
    a.idle(2 * minute);
    a.play(20_000);
    expect(outcome(events)).toMatchObject({ alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(40_000 - 100);
  });

  it('re-watching at 2× earns nothing and accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(40_000);
    a.seek(0);
    a.play(15_000, { rate: 2 });
    const { reasons, alerts, held } = outcome(events);
    expect(alerts).toEqual([]);
    expect(reasons['coverage.seen']).toBeGreaterThan(14_500);
    expect(held).toBeLessThanOrEqual(40_000);
  });
});

describe('backgroundPlayback', () => {
  it('speaks at the moment of hiding, denies the hidden time and nothing else', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden' });
    expect(outcome(events).alerts).toEqual(['backgroundPlayback.hidden']);
    a.play(20_000, { patch: hiddenTab(10_000, 'hidden') });
    a.play(20_000);
    const { reasons, held } = outcome(events);
    expect(reasons['backgroundPlayback.hidden']).toBe(20_000);
    expect(held).toBeGreaterThan(40_000 - 100);
  });

  it('says nothing when the lesson was paused before the page was hidden', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden', player: ['paused', 20_000, 100] });
    expect(outcome(events).alerts).toEqual([]);
  });

  it.each([
    ['frames and timers', (ms: number) => hiddenTab(ms, 'visible')],
    ['faked animation frames at 1.3/s', (ms: number) => ({ ...hiddenTab(ms, 'visible'), frames: [13, 0] as const })],
    ['the browser’s own visibility record', (ms: number) => ({ page: [ms, ms, ms - 500] as const })],
  ])('a page that claims to be visible is contradicted by %s', (_name, patch) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.play(20_000, { patch: patch(10_000) });
    const { reasons, alerts } = outcome(events);
    expect(reasons['backgroundPlayback.spoofedVisibility']).toBe(20_000);
    expect(alerts).toEqual(['backgroundPlayback.spoofedVisibility']);
  });

  it('ten beats a second hide no frozen frames', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { every: 100, patch: { page: [100, 100, -1], frames: [0, 0], clocks: [100, 0, 1] } });
    expect(outcome(events).alerts).toContain('backgroundPlayback.spoofedVisibility');
  });

  it('a hidden page whose scripts hide it is called spoofed', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { patch: { signs: Sign.ownVisibility } });
    expect(outcome(events).alerts).toEqual([]);
    a.play(10_000, { patch: { ...hiddenTab(10_000, 'hidden'), signs: Sign.ownVisibility | Sign.visibilityMismatch } });
    expect(outcome(events).alerts).toEqual(['backgroundPlayback.spoofedVisibility']);
  });
});

describe('concurrentLogin and multiPagePlayback', () => {
  it.each([
    ['device-2', 'concurrentLogin.secondDevice'],
    ['device-1', 'multiPagePlayback.secondPage'],
  ])(
    'the newest session (on %s) takes the lease; the older is told and, still playing, is in the alert',
    (device, alert) => {
      const { events, clock } = stage();
      const a = player(events, clock, { session: 'a' });
      a.play(20_000);
      clock.now += 5_000;
      const b = player(events, clock, { session: 'b', device, lesson: 'l2' });
      // A’s flush on being told: it played five seconds more before it lost the lease.
      clock.now -= 5_000;
      a.play(5_000, { patch: { cause: 'takenOver' } });
      a.play(10_000);
      clock.now -= 10_000;
      b.play(10_000);
      const { folded, reasons, alerts } = outcome(events);
      expect(alerts).toEqual([alert]);
      const raised = folded.verdicts.flat().find((v) => v.verdict === 'alert');
      expect(raised).toMatchObject({ sessions: ['a', 'b'] });
      expect(noticesOf(folded)[0]).toMatch(/^takenOver a/);
      expect(reasons[`${alert.split('.')[0]}.leaseLost`]).toBeGreaterThan(9_900);
      const held = [...folded.spans.values()].filter((span) => span.fate === 'held');
      expect(sumMs(held)).toBeGreaterThan(34_900);
    },
  );

  it('a handover from phone to desk is legal: overlap of sessions is not overlap of play', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    a.beat({ cause: 'paused', player: ['paused', 20_000, 100] });
    const b = player(events, clock, { session: 'b', device: 'device-2' });
    a.beat({ cause: 'takenOver', player: ['paused', 20_000, 100] });
    b.play(20_000);
    expect(outcome(events).alerts).toEqual([]);
  });

  it('beats of before the takeover that arrive after it are paid, and accuse nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(10_000);
    const made = { runs: [[10_000, 18_000, 10_000, 18_000]], span: [10_000, 18_000] } as Partial<BeatClaim>;
    clock.now += 10_000;
    player(events, clock, { session: 'b', device: 'device-2' });
    clock.now += 30_000;
    a.beat(made, true);
    expect(outcome(events).alerts).toEqual([]);
    expect(outcome(events).held).toBeGreaterThan(17_900);
  });

  it('ten devices earn what one does', () => {
    const { events, clock } = stage();
    const players = Array.from({ length: 10 }, (_, i) =>
      player(events, clock, { session: `s${i}`, device: `device-${i}`, lesson: `l${i}` }),
    );
    for (let round = 0; round < 6; round += 1) {
      const now = clock.now;
      for (const one of players) {
        clock.now = now;
        one.play(10_000);
      }
    }
    const { held, alerts } = outcome(events);
    expect(held).toBeLessThanOrEqual(minute);
    expect(alerts).toContain('concurrentLogin.secondDevice');
  });
});

describe('courseBrushing', () => {
  it('2× on first viewing is not paid, is told at once, and can be made up at 1×', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.beat({ cause: 'rate', player: ['playing', 0, 200] });
    expect(outcome(events).alerts).toEqual(['courseBrushing.playbackRate']);
    a.play(20_000, { rate: 2 });
    expect(outcome(events)).toMatchObject({ held: 0, reasons: { 'courseBrushing.playbackRate': 20_000 } });
    a.seek(0);
    a.play(20_000);
    expect(outcome(events).held).toBeGreaterThan(19_900);
  });

  it('a rate hidden by an own getter shows in the media', () => {
    const { events, clock } = stage();
    player(events, clock).play(20_000, { rate: 2, patch: { player: ['playing', 0, 100] } });
    expect(outcome(events)).toMatchObject({ held: 0, alerts: ['courseBrushing.playbackRate'] });
  });

  it('a seek to the end covers nothing and is worth a look', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.seek(3_590_000);
    a.play(5_000);
    const { held, alerts } = outcome(events);
    expect(held).toBeLessThanOrEqual(15_000);
    expect(alerts).toEqual(['courseBrushing.seekAhead']);
  });

  it('one shot: a lesson reported whole after ten seconds earns nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    clock.now += 10_000;
    a.beat({ span: [0, 180_000], runs: [[0, 180_000, 0, 180_000]], page: [180_000, 180_000, 0] });
    expect(outcome(events)).toMatchObject({
      held: 0,
      alerts: ['courseBrushing.fasterThanClock'],
      reasons: { 'courseBrushing.fasterThanClock': 180_000 },
    });
  });

  it('a burst of a hundred beats earns the time that passed, once', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    const from = clock.now;
    a.play(17 * minute);
    const burst = events.map((event) => ({ ...event, at: from + (event.kind === 'opened' ? 0 : 10_000) }));
    const { held, alerts } = outcome(burst);
    expect(held).toBeLessThanOrEqual(10_000 + demoPolicy.clock.toleranceMs);
    expect(alerts).toContain('courseBrushing.fasterThanClock');
  });

  it('made-up positions: round ones, and ones that jitter apart from their clock', () => {
    const round = stage();
    const a = player(round.events, round.clock);
    for (let i = 0; i < 6; i += 1) {
      round.clock.now += 10_000;
      a.beat({ runs: [[i * 10_000, (i + 1) * 10_000, i * 10_000, (i + 1) * 10_000]] });
    }
    expect(outcome(round.events).alerts).toEqual(['courseBrushing.forgedBeats']);

    const loose = stage();
    const b = player(loose.events, loose.clock);
    for (let i = 0; i < 8; i += 1) {
      loose.clock.now += 10_000;
      const wobble = [380, -400, 350, -390, 399, -380, 390, -370][i] ?? 0;
      const base = i * 10_001 + 3;
      b.beat({ runs: [[base, base + 10_000 + wobble, i * 10_000, (i + 1) * 10_000]] });
    }
    expect(outcome(loose.events).alerts).toContain('courseBrushing.forgedBeats');
  });

  it.each([
    ['under any other cause', { cause: 'focused' as const }, 10_000, 1],
    ['cut into small beats', {}, 1_000, 1],
    ['in two runs a beat', {}, 10_000, 2],
  ])('round positions are seen %s', (_name, patch, every, cuts) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let at = 0; at < 60_000; at += every) {
      clock.now += every;
      const piece = every / cuts;
      const runs = Array.from({ length: cuts }, (_, i) => {
        const from = at + i * piece;
        return [from, from + piece, from, from + piece] as const;
      });
      a.beat({ ...patch, runs, player: ['playing', at + every, 100] });
    }
    expect(outcome(events).alerts).toContain('courseBrushing.forgedBeats');
  });

  it('a second of new media at the end of a 2× re-watch costs that second, not the honest minutes after it', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.seek(0);
    a.play(10_390, { rate: 2 });
    a.play(30_000, { rate: 1.008 });
    const { reasons, held } = outcome(events);
    expect(reasons['courseBrushing.playbackRate'] ?? 0).toBeLessThan(1_000);
    expect(held).toBeGreaterThan(49_000);
  });

  it('a clock that drifts by 100 ppm all day long accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 12 * 60 * minute });
    for (let hour = 0; hour < 8 * 15; hour += 1) {
      a.play(4 * minute, { rate: 1.0001, every: 12_000 });
      a.prompt(`p${hour}`);
      a.answer(`p${hour}`);
    }
    expect(outcome(events).alerts).toEqual([]);
  });

  it('a sliver of "hidden" in each beat does not switch the rate off', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { rate: 4, patch: { page: [9_800, 9_800, -1] } });
    expect(outcome(events).alerts).toContain('courseBrushing.playbackRate');
    expect(outcome(events).held).toBe(0);
  });

  it('a live beat about three silent minutes is worth what three minutes offline are', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(200_000, { every: 200_000 });
    const { held, reasons } = outcome(events);
    expect(held).toBeLessThanOrEqual(demoPolicy.offline.capMs);
    expect(reasons['offline.overCap']).toBeGreaterThan(70_000);
  });

  it('coverage in ever more fragments comes to an end, also while it is held', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 600; i += 1) {
      clock.now += 300;
      const from = (clock.now - start) as number;
      a.beat({ runs: [[i * 1_000 + 7, i * 1_000 + 107, from - 100, from]] });
    }
    expect(outcome(events).reasons['coverage.fragmented']).toBeGreaterThan(10_000);
    expect(JSON.stringify(fold(events).state).length).toBeLessThan(100_000);
  });

  it('offsets that go back or overlap are impossible', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    clock.now += 10_000;
    a.beat({ runs: [[10_003, 15_000, 5_000, 10_000]] });
    expect(outcome(events).alerts).toEqual(['courseBrushing.forgedBeats']);
  });

  it('a Date that runs at four times the clock is a hook', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { clocks: [40_000, 100, 100] } });
    expect(outcome(events).alerts).toEqual(['courseBrushing.clockHook']);
  });

  it('refused beats: one is an accident, three are a replay', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (const _ of [1, 2])
      events.push({ kind: 'refused', at: clock.now, session: a.session, code: 'beatMac', count: 1 });
    expect(outcome(events).alerts).toEqual([]);
    events.push({ kind: 'refused', at: clock.now, session: a.session, code: 'beatMac', count: 1 });
    expect(outcome(events).alerts).toEqual(['courseBrushing.replayedBeats']);
  });
});

describe('idleAttendance and presence', () => {
  it('asks within about a minute of playing, once', () => {
    const { events, clock } = stage();
    player(events, clock).play(70_000);
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('a missed prompt is told, held, and a late right answer still releases', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(50_000);
    a.prompt('p1');
    a.play(50_000);
    const missed = outcome(events);
    expect(missed.alerts).toEqual(['idleAttendance.promptMissed']);
    expect(noticesOf(missed.folded)).toContain('promptMissed s1 presence.awaiting');
    a.answer('p1');
    expect(outcome(events).credited).toBeGreaterThan(99_900);
  });

  it('unanswered for longer than the gap: what was held lapses, what follows is not paid', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(demoPolicy.presence.maxGapMs + 2 * minute);
    const { credited, held, reasons, alerts } = outcome(events);
    expect(credited + held).toBe(0);
    expect(reasons['presence.lapsed']).toBeGreaterThan(demoPolicy.presence.maxGapMs - minute);
    expect(reasons['presence.none']).toBeGreaterThan(minute);
    expect(alerts).toContain('idleAttendance.presenceGap');
    // One right answer starts to count again from here, and brings back nothing.
    a.prompt('p1');
    a.answer('p1');
    a.play(20_000);
    expect(outcome(events)).toMatchObject({ credited: 0 });
    expect(outcome(events).held).toBeGreaterThan(19_900);
  });

  it('a guesser needs ever more right answers', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    for (const [id, right] of [
      ['p1', false],
      ['p2', true],
    ] as const) {
      a.prompt(id);
      a.answer(id, right);
    }
    expect(outcome(events).credited).toBe(0);
    a.prompt('p3');
    a.answer('p3');
    expect(outcome(events).credited).toBeGreaterThan(19_900);
  });

  it('reloading with fresh tickets releases nothing', () => {
    const { events, clock } = stage();
    for (let i = 0; i < 6; i += 1) {
      const one = player(events, clock, { session: `s${i}`, lesson: `l${i}` });
      one.play(50_000);
      one.close();
    }
    expect(outcome(events).credited).toBe(0);
  });

  it('closing the page does not dodge a question: it waits, and its answer still counts', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    a.prompt('p1');
    a.close();
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(10_000);
    expect(outcome(events).alerts).toEqual([]);
    const answered = [...events];
    b.answer('p1');
    expect(outcome(events).credited).toBeGreaterThan(29_900);
    // Not answered there either: missed like any other.
    const late = { now: clock.now };
    events.splice(0, events.length, ...answered);
    clock.now = late.now;
    b.play(50_000);
    expect(outcome(events).alerts).toEqual(['idleAttendance.promptMissed']);
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('an answer long after its window is no proof', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.prompt('p1');
    a.beat({ cause: 'paused', player: ['paused', 20_000, 100] });
    clock.now += 45_000 + demoPolicy.presence.lateMs + 1_000;
    a.answer('p1');
    expect(outcome(events).credited).toBe(0);
  });

  it('guessing is told, costs ever more time, and loses what is held', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(30_000);
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      a.prompt(`p${i}`);
      clock.now += 2_000;
      a.answer(`p${i}`, false);
      const { dueAt } = fold(events).state.prompting;
      waits.push((dueAt ?? 0) - clock.now);
      clock.now = dueAt ?? clock.now;
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000]);
    const { alerts, held, reasons } = outcome(events);
    expect(alerts).toEqual(['idleAttendance.promptGuessing']);
    expect(held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(29_900);
  });

  it('a page that claims play while it says "paused" is asked all the same', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(70_000, { patch: { player: ['paused', 0, 100] } });
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('"ended" far from the end asks for nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'ended', player: ['ended', 20_000, 100] });
    expect(challengesOf(fold(events))).toBe(0);
  });

  it('time of a closed page lapses without accusing the next one, and is asked for in time', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(30_000);
    a.close();
    clock.now += 2 * minute;
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(demoPolicy.presence.maxPromptMs + 5_000);
    expect(challengesOf(fold(events))).toBeGreaterThan(0);
    clock.now += 95_000;
    b.tick();
    expect(outcome(events).alerts).not.toContain('idleAttendance.presenceGap');
    expect(outcome(events).reasons['presence.lapsed']).toBeGreaterThan(29_900);
  });

  it('a bracket closes by the policy under which it was opened', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(30_000);
    const first = fold(events, demoPolicy);
    events.length = 0;
    clock.now += demoPolicy.presence.maxGapMs;
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.prompt('p1');
    b.answer('p1');
    expect(sumMs(fold(events, standardPolicy, first.state).spans.values(), 'credited')).toBe(0);
  });

  it('the question waits for the person: opening another course neither clears nor postpones it', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    a.prompt('p1');
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(50_000);
    const { credited, alerts, folded } = outcome(events);
    expect(credited).toBe(0);
    expect(alerts).toContain('idleAttendance.promptMissed');
    expect(noticesOf(folded)).toContain('promptMissed b presence.awaiting');
  });

  it('the end of a lesson asks for what is still held', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 30_000 });
    a.play(30_000);
    a.beat({ cause: 'ended', player: ['ended', 30_000, 100] });
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('synthetic input alone, beat after beat', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { input: [0, 0, 0, 9] } });
    expect(outcome(events).alerts).toEqual(['idleAttendance.syntheticInput']);
  });
});

describe('offline', () => {
  it('thirty seconds without a connection: labelled, held, and whole', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    const mark = events.length;
    a.play(30_000, { queued: true });
    // All queued beats arrive when the line is back.
    const late = events.map((event, i) => (i >= mark ? { ...event, at: clock.now + 40 } : event));
    expect(outcome(late)).toMatchObject({ alerts: [] });
    const spans = [...fold(late).spans.values()].filter((span) => span.reason === 'offline.awaiting');
    expect(sumMs(spans, 'held')).toBeGreaterThan(29_900);
    clock.now += 50;
    a.play(10_000);
    expect(outcome([...late, ...events.slice(late.length)]).held).toBeGreaterThan(59_800);
  });

  it('is bounded: ten minutes offline are worth the cap', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10 * minute, { queued: true });
    const at = clock.now;
    const { reasons } = (() => {
      const late = events.map((event) => (event.kind === 'beat' ? { ...event, at } : event));
      return { reasons: outcome(late).reasons };
    })();
    expect(reasons['offline.overCap']).toBeGreaterThan(7 * minute);
  });
});

describe('sessions', () => {
  it('a silent session is closed and says so', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.idle(demoPolicy.session.silentMs);
    a.tick();
    const { folded } = outcome(events);
    expect(noticesOf(folded)).toContain('closed s1 session.silent');
    expect(folded.state.sessions).toEqual({});
  });

  it('the state of a trainee who studies for a year stays small', () => {
    const { events, clock } = stage();
    for (let day = 0; day < 60; day += 1) {
      const one = player(events, clock, { session: `s${day}`, lesson: `l${day}` });
      one.play(4 * minute);
      one.prompt(`p${day}`);
      one.answer(`p${day}`);
      one.close();
      clock.now += 20 * 60 * minute;
    }
    const { state } = fold(events, standardPolicy);
    expect(state.held).toEqual([]);
    expect(JSON.stringify(state).length / 60).toBeLessThan(120);
  });
});
