import { describe, expect, it } from 'vitest';
import type { BeatClaim } from '../../detector/index.ts';
import { sumMs } from '../support/fold.ts';
import { player } from '../support/lesson.ts';
import { minute, noticesOf, outcome, stage } from '../support/outcome.ts';

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
