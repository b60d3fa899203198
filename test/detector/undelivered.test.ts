/** Media claimed as played that no server delivered: the page that plays nothing, and everybody honest. */
import { describe, expect, it } from 'vitest';
import { type DeliveredBy, type Policy, standardPolicy } from '../../detector/index.ts';
import { desk as deskOf } from '../support/desk.ts';
import type { PlayerOptions } from '../support/lesson.ts';
import { minute, outcomeOf } from '../support/outcome.ts';

const REASON = 'courseBrushing.undelivered';
const ALERT = 'courseBrushing.undelivered';
const lessonMs = 45 * minute;
const thresholds = standardPolicy.rules.undelivered!;
/** This rule alone, and no proofs: what is paid is seen at once in what is held. */
const policy: Policy = {
  ...standardPolicy,
  presence: { ...standardPolicy.presence, maxGapMs: 1e9, minDueMs: 1e9, maxDueMs: 1e9 },
  rules: { undelivered: thresholds },
};

function sitting(of: Policy = policy) {
  const desk = deskOf({ policy: of });
  let opened = 0;
  return {
    desk,
    open: (delivery: DeliveredBy | null, options: PlayerOptions = {}) =>
      desk.open({ session: `s${++opened}`, lessonMs, ...(delivery === null ? {} : { delivery }), ...options }),
    denied: () => outcomeOf(desk).reasons[REASON] ?? 0,
    held: () => outcomeOf(desk).held,
    alerts: () => outcomeOf(desk).alerts,
  };
}
type Sitting = ReturnType<typeof sitting>;

function expectClean({ denied, alerts }: Sitting): void {
  expect(denied()).toBe(0);
  expect(alerts()).toEqual([]);
}

describe('a page that plays nothing and invents runs', () => {
  it('is paid for a minute or two, then no more, and is named', () => {
    const one = sitting();
    one.open('server').play(20 * minute);
    expect(one.held()).toBeLessThan(100_000);
    expect(one.denied()).toBeGreaterThan(18 * minute);
    expect(one.alerts()).toContain(ALERT);
  });

  it('gets no second grace from a new page, another lesson, or both', () => {
    const one = sitting();
    const first = one.open('server');
    first.play(3 * minute);
    first.close();
    const before = one.held();
    one.open('server').play(3 * minute);
    one.open('server', { lesson: 'l2' }).play(3 * minute);
    one.open('platform', { lesson: 'l3' }).play(3 * minute);
    expect(one.held()).toBe(before);
  });

  it('that the platform would tell of has as long as a report may take, once', () => {
    const one = sitting();
    one.open('platform').play(40 * minute);
    const { reportLateMs } = thresholds;
    expect(one.held()).toBeLessThan(reportLateMs + 3 * minute);
    expect(one.alerts()).toContain(ALERT);
  });

  it('is paid for what was delivered, and not for the rest', () => {
    const one = sitting();
    const page = one.open('server');
    page.deliver([0, lessonMs / 10]);
    page.play(lessonMs);
    expect(one.held()).toBeGreaterThanOrEqual(lessonMs / 10);
    expect(one.held()).toBeLessThan(lessonMs / 10 + 110_000);
    expect(one.alerts()).toContain(ALERT);
  });

  it('is paid again for what is delivered from then on', () => {
    const one = sitting();
    const page = one.open('server');
    page.play(5 * minute);
    const before = one.held();
    page.deliver([0, lessonMs]);
    page.play(5 * minute);
    expect(one.held() - before).toBeGreaterThan(5 * minute - 1000);
  });

  it('does not live on what another lesson was sent', () => {
    const one = sitting();
    one.open('server', { lesson: 'l2' }).deliver([0, lessonMs]);
    one.open('server').play(10 * minute);
    expect(one.alerts()).toContain(ALERT);
  });

  it('does not live on what was sent longer ago than caches keep it', () => {
    const one = sitting();
    const { keepMs } = thresholds;
    const page = one.open('server');
    page.deliver([0, lessonMs]);
    page.close();
    one.desk.clock.now += keepMs + 1;
    const again = one.open('server');
    again.deliver([0, 1000]);
    again.play(10 * minute);
    expect(one.alerts()).toContain(ALERT);
  });

  it('cannot make its memory grow: islands, lessons and pages without end', () => {
    const one = sitting();
    for (let lesson = 0; lesson < 24; lesson += 1) {
      const page = one.open(lesson % 2 === 0 ? 'server' : 'platform', { lesson: `l${lesson}` });
      page.deliver(...Array.from({ length: 100 }, (_, i) => [i * 25_000, i * 25_000 + 1] as const));
      for (let i = 0; i < 40; i += 1) {
        page.play(700, { every: 700 });
        page.seek(((i * 37) % 60) * 40_000 + 12_000);
      }
      page.close();
    }
    one.desk.settle();
    const { rules, delivered } = one.desk.state();
    expect(JSON.stringify([rules.undelivered, delivered]).length).toBeLessThan(40_000);
  });
});

describe('nothing is said of', () => {
  it('a session whose media nobody tells of', () => {
    const one = sitting();
    one.open(null).play(40 * minute);
    expectClean(one);
  });

  it('media read ahead, in whatever pieces', () => {
    const one = sitting();
    const page = one.open('server');
    for (let at = 0; at < lessonMs; at += 60_000) {
      page.deliver([at, at + 60_000]);
      page.play(60_000);
    }
    expectClean(one);
    expect(one.held()).toBeGreaterThan(lessonMs - 1000);
  });

  it('seeking back and forth', () => {
    const one = sitting();
    const page = one.open('server');
    for (let i = 0; i < 40; i += 1) {
      const to = ((i * 17) % 43) * minute;
      page.deliver([to, to + 45_000]);
      page.seek(to);
      page.play(40_000);
    }
    expectClean(one);
  });

  it('a page that is opened again and plays from its cache', () => {
    const one = sitting();
    const page = one.open('platform');
    page.deliver([0, lessonMs]);
    page.play(5 * minute);
    page.close();
    one.desk.clock.now += 20 * 60 * minute;
    const again = one.open('platform');
    again.resume(5 * minute);
    again.play(40 * minute);
    expectClean(one);
  });

  it('a session that took over and plays on from what the one before was sent', () => {
    const one = sitting();
    one.open('server').deliver([0, lessonMs]);
    one.open('server').play(30 * minute);
    expectClean(one);
  });

  it('reports that come late all the time, also for sessions that have closed', () => {
    const one = sitting();
    const lateMs = 12 * minute;
    const page = one.open('platform');
    for (let at = 0; at < lessonMs; at += minute) {
      page.play(minute);
      if (at >= lateMs) page.deliver([at - lateMs, at - lateMs + minute]);
    }
    page.close();
    const next = one.open('platform', { lesson: 'l2' });
    for (let at = 0; at < lateMs; at += minute) {
      next.play(minute);
      page.deliver([lessonMs - lateMs + at, lessonMs - lateMs + at + minute]);
    }
    expectClean(one);
    expect(one.desk.state().rules.undelivered?.owed.map(({ lesson }) => lesson)).toEqual(['l2']);
  });

  it('a report that comes when no page is open any more', () => {
    const one = sitting();
    const page = one.open('platform');
    page.play(10 * minute);
    page.close();
    one.desk.clock.now += 60 * minute;
    page.deliver([0, 10 * minute]);
    one.open('platform', { lesson: 'l2' }).play(5 * minute);
    expectClean(one);
  });

  it('an entry of a log that was lost here and there', () => {
    const one = sitting();
    const page = one.open('platform');
    for (let at = 0; at < lessonMs; at += 6_000) if (at % 60_000 !== 30_000) page.deliver([at, at + 6_000]);
    page.play(lessonMs);
    expectClean(one);
  });

  it('a retried range, twice delivered', () => {
    const one = sitting();
    const page = one.open('server');
    for (let at = 0; at < lessonMs; at += 60_000) {
      page.deliver([at, at + 60_000]);
      page.deliver([Math.max(0, at - 60_000), at + 60_000]);
      page.play(60_000);
    }
    expectClean(one);
  });
});

it('much that waits for its report is a weak sign, and no more', () => {
  const one = sitting();
  one.open('platform').play(14 * minute);
  expectClean(one);
});
