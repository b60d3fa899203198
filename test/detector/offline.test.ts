import { describe, expect, it } from 'vitest';
import { fold, sumMs } from '../support/fold.ts';
import { player } from '../support/lesson.ts';
import { minute, outcome, stage } from '../support/outcome.ts';

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
