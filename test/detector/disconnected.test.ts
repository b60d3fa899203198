/** The network: late, away, or stalled on the server's side. Delay alone costs nothing; absence is bounded. */
import { describe, expect, it } from 'vitest';
import { type Event, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { minute, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { lengthOf, player } from '../support/page.ts';

const policy = standardPolicy;
const late = (events: readonly Event[], from: number, at: number) =>
  events.map((event, i) => (i >= from ? { ...event, at } : event));

describe('a lost connection', () => {
  it('thirty seconds without one: labelled, held, and whole', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    const mark = events.length;
    a.play(30_000, { queued: true });
    const queued = late(events, mark, clock.now + 40);
    expect(outcome(queued, policy)).toMatchObject({ alerts: [] });
    expect(outcome(queued, policy).reasons['disconnected.awaiting']).toBeGreaterThan(29_900);
    clock.now += 50;
    a.play(10_000);
    expect(outcome([...queued, ...events.slice(queued.length)], policy).held).toBeGreaterThan(59_800);
  });

  it('is bounded: five minutes beyond the cap are worth the cap', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(policy.disconnected.capMs + 5 * minute, { queued: true });
    const { reasons, held } = outcome(late(events, 1, clock.now), policy);
    expect(reasons['disconnected.overCap']).toBeGreaterThan(4.9 * minute);
    expect(held).toBeLessThanOrEqual(policy.disconnected.capMs);
  });

  it('no label is needed: what a silent page brings at once is bounded the same', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.play(14 * minute);
    const { held } = outcome(late(events, 2, clock.now), policy);
    // What was made just before it arrived is live, like any beat.
    expect(held).toBeLessThanOrEqual(policy.disconnected.capMs + 10_000 + 32_000);
  });

  it('Wi-Fi away 6.5 min keeps the 840 s held and credits them on the next answer', () => {
    const one = desk();
    const a = one.open();
    a.play(840_000);
    one.settle();
    const held = outcomeOf(one).held;
    expect(held).toBeGreaterThan(839_000);
    // The player's buffer lasts for a minute; then it stalls until the line is back.
    const mark = one.events.length;
    a.play(60_000, { queued: true });
    one.clock.now += 5.5 * minute;
    a.beat({ cause: 'stalled', stalled: 330_000, player: ['stalled', a.position(), 100] }, true);
    for (let i = mark; i < one.events.length; i += 1) one.events[i] = { ...one.events[i]!, at: one.clock.now };
    expect(outcomeOf(one)).toMatchObject({ alerts: [], held: expect.closeTo(held + 60_000, -2) });
    one.attend(a, 2 * minute);
    const after = outcomeOf(one);
    expect(after.credited).toBeGreaterThan(900_000);
    expect(after.reasons['presence.lapsed'] ?? 0).toBe(0);
    expect(after.alerts).toEqual([]);
  });

  it('the server down as long: nothing arrives, nothing lapses', () => {
    const one = desk();
    const a = one.open();
    a.play(840_000);
    one.pass(6.5 * minute);
    one.attend(a, 2 * minute);
    const { credited, alerts, reasons } = outcomeOf(one);
    expect(credited).toBeGreaterThan(840_000);
    expect(alerts).toEqual([]);
    expect(reasons['presence.lapsed'] ?? 0).toBe(0);
  });
});

describe('a slow connection', () => {
  /** An attended hour whose beats come late by `delay(beat made after, nth)`, in order. */
  const hour = (delay: (since: number, nth: number) => number, every?: () => number) => {
    let last = 0;
    let begun = 0;
    const change = (event: Event, nth: number): Event => {
      begun ||= event.at;
      last = Math.max(last, event.at + delay(event.at - begun, nth));
      return { ...event, at: last };
    };
    const asked = { minIntervalMs: 1_600, maxIntervalMs: 3_000 };
    const one = desk({ change, ...(every === undefined ? {} : { policy: { ...standardPolicy, beat: asked } }) });
    one.attend(one.open({ lessonMs: 90 * minute }), 60 * minute, every === undefined ? {} : { every });
    return outcomeOf(one);
  };

  it.each([
    ['latency 2.5 s once a minute', 2_500, 6],
    ['latency 5 s once a minute', 5_000, 6],
    ['latency 5 s, every other beat', 5_000, 2],
    ['latency 5 s, all the time', 5_000, 1],
  ])('%s loses nothing worth a word', (_name, ms, nth) => {
    const { alerts, denied } = hour((_since, i) => (i > 0 && i % nth === 0 ? ms : 80));
    expect(alerts).toEqual([]);
    // Roundings, and nothing else.
    expect(denied).toBeLessThan(0.001 * 60 * minute);
  });

  it('a 6 s stall, when all beats wait and then come at once', () => {
    let beats = 0;
    const { alerts, denied } = hour(
      (since) => {
        const into = since % (5 * minute);
        return into >= 60_000 && into < 66_000 ? 66_000 - into : 40;
      },
      () => lengthOf(beats++) / 5,
    );
    expect(alerts).toEqual([]);
    expect(denied).toBeLessThan(0.001 * 60 * minute);
  });
});
