/** concurrentLogin and multiPagePlayback: one session earns at a time, playing takes over, and only play after that accuses. */
import { describe, expect, it } from 'vitest';
import { type Event, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { sumMs } from '../support/fold.ts';
import { minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;

describe.each([
  ['secondDevice', 'device-2', 'concurrentLogin'],
  ['secondPage', 'device-1', 'multiPagePlayback'],
] as const)('%s', (rule, device, code) => {
  it('the session that plays last takes the lease; the older is told and, still playing ten seconds on, is in the alert', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    const b = player(events, clock, { session: 'b', device, lesson: 'l2' });
    b.play(10_000);
    clock.now -= 10_000;
    a.play(20_000);
    b.play(10_000);
    const { folded, reasons, alerts, spans } = outcome(events, policy);
    expect(alerts).toEqual([`${code}.${rule}`]);
    const raised = folded.verdicts.flat().find((v) => v.verdict === 'alert');
    expect(raised).toMatchObject({ session: 'a', sessions: ['a', 'b'], severity: 'high' });
    expect(noticesOf(folded)).toContain(`takenOver a ${code}.leaseLost`);
    expect(reasons[`${code}.leaseLost`]).toBeGreaterThan(19_900);
    expect(
      sumMs(
        spans.filter((span) => span.session === 'b'),
        'held',
      ),
    ).toBeGreaterThan(19_900);
  });

  it('a page that stops within a few seconds of being told is in no alert', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    const b = player(events, clock, { session: 'b', device, lesson: 'l2' });
    b.play(5_000);
    clock.now -= 5_000;
    a.play(4_000, { patch: { cause: 'takenOver', player: ['paused', 24_000, 100] } });
    clock.now += 1_000;
    b.play(20_000);
    expect(outcome(events, policy)).toMatchObject({
      alerts: [],
      reasons: { [`${code}.leaseLost`]: expect.closeTo(4_000, -2) },
    });
  });

  it('play that goes on in small pieces adds up', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    player(events, clock, { session: 'b', device, lesson: 'l2' }).play(1_000);
    a.play(20_000, { every: 1_000 });
    expect(outcome(events, policy).alerts).toContain(`${code}.${rule}`);
  });
});

describe('the lease', () => {
  it('second tab merely opened keeps the first earning', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    const b = player(events, clock, { session: 'b' });
    b.beat({ player: ['paused', 0, 100] });
    a.play(60_000);
    b.beat({ player: ['paused', 0, 100] });
    a.play(20_000);
    b.close();
    a.play(20_000);
    const { alerts, held, denied, folded } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(noticesOf(folded)).toEqual([]);
    expect(held).toBeGreaterThan(120_000 - 100);
    expect(denied).toBeLessThan(100);
  });

  it('phone paused while the desk opens: a handover is legal', () => {
    const { events, clock } = stage();
    const phone = player(events, clock, { session: 'phone' });
    phone.play(20_000);
    phone.pause();
    const computer = player(events, clock, { session: 'desk', device: 'device-2' });
    computer.resume(20_000);
    computer.play(20_000);
    phone.beat({ cause: 'takenOver', player: ['paused', 20_000, 100] });
    computer.play(20_000);
    expect(outcome(events, policy)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
  });

  it.each(['device-1', 'device-2'])(
    'reload mid-lesson with late beats: paid, and nobody accused (now on %s)',
    (device) => {
      const { events, clock } = stage();
      const a = player(events, clock, { session: 'a' });
      a.play(20_000);
      const mark = events.length;
      a.play(8_000);
      // The last beat leaves by beacon and arrives after the new page has begun to play.
      const [last] = events.splice(mark) as [Event];
      const b = player(events, clock, { session: 'b', device });
      b.resume(28_000);
      b.play(2_000);
      events.push({ ...last, at: clock.now });
      b.play(30_000);
      const { alerts, held, denied } = outcome(events, policy);
      expect(alerts).toEqual([]);
      expect(held).toBeGreaterThan(60_000 - 150);
      expect(denied).toBeLessThan(150);
    },
  );

  it('beats queued before the takeover may come half a minute after it', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(10_000);
    const mark = events.length;
    a.play(8_000, { queued: true });
    const [last] = events.splice(mark) as [Event];
    clock.now += 2_000;
    const b = player(events, clock, { session: 'b', device: 'device-2' });
    b.resume(18_000);
    b.play(30_000);
    events.push({ ...last, at: clock.now });
    b.play(10_000);
    const { alerts, held } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(held).toBeGreaterThan(58_000 - 150);
  });

  it('a session that lost the lease never takes it again', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(20_000);
    b.close();
    a.play(40_000, { patch: { player: ['playing', 0, 100] } });
    const { folded, reasons } = outcome(events, policy);
    expect(folded.state.holder).toBeNull();
    expect(reasons['multiPagePlayback.leaseLost']).toBeGreaterThan(39_000);
  });

  it('eight devices earn what one does', () => {
    const { events, clock } = stage();
    const players = Array.from({ length: 8 }, (_, i) =>
      player(events, clock, { session: `s${i}`, device: `device-${i}`, lesson: `l${i}` }),
    );
    for (let round = 0; round < 6; round += 1) {
      const now = clock.now;
      for (const one of players) {
        clock.now = now;
        one.play(10_000);
      }
    }
    const { held, alerts } = outcome(events, policy);
    expect(held).toBeLessThanOrEqual(minute);
    expect(alerts).toContain('concurrentLogin.secondDevice');
  });

  it('claiming play of long before it opened, a session gets none of the other one’s time', () => {
    const one = desk();
    const a = one.open({ session: 'a' });
    a.play(60_000);
    const b = one.open({ session: 'b', device: 'device-2', lesson: 'l2' });
    one.clock.now += 1_000;
    b.beat({ span: [0, 60_000], runs: [[0, 59_997, 0, 60_000]], page: [60_000, 60_000, 0] });
    const { held } = outcomeOf(one);
    expect(held).toBeLessThanOrEqual(61_000);
  });
});
