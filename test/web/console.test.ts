import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertView } from '../../server/alerts/alert.ts';
import { type RuleName, ruleWords } from '../../server/alerts/catalogue.ts';
import { decisionsFrom as allowedByServer } from '../../server/alerts/status.ts';
import type { SpanView, TimelineSession } from '../../server/review/view.ts';
import { ALERTS_SHOWN, latestMs, takeIn } from '../../web-console/board/alerts.ts';
import { factsOf } from '../../web-console/factWords.ts';
import { hrefOf, parseRoute } from '../../web-console/shared/address.ts';
import { decisionsFrom } from '../../web-console/shared/decisions.ts';
import { dayOf, duration, shiftDay, timeOfDay, timeOrDay } from '../../web-console/shared/format.ts';
import { blocksOf, clustersOf, ticksOf } from '../../web-console/trainee/timeline.ts';
import { weakSigns } from '../../web-console/weakSigns.ts';

const words = { zh: '', en: '' };
const iso = (ms: number): string => new Date(ms).toISOString();

function alert(id: string, atMs: number, of: Partial<AlertView> = {}): AlertView {
  const known = { codeWords: words, ruleWords: words, severity: 'high', traineeId: 't', traineeName: null } as const;
  const subject = { kind: 'person', id: 't', name: null } as const;
  const where = { classId: 'c', className: 'c', sessions: ['s'], facts: {}, status: 'open', count: 1 } as const;
  const when = { at: iso(atMs), firstAt: iso(atMs), lastAt: iso(atMs) };
  return {
    id,
    code: 'dataTampering',
    kind: 'integrity',
    rule: 'clockHook',
    subject,
    ...known,
    ...where,
    ...when,
    ...of,
  };
}

function span(from: number, to: number, fate: SpanView['fate'] = 'credited', reason = 'presence.proven'): SpanView {
  const named = { sessionId: 's', classId: 'c', lessonId: 'l', reason, reasonWords: words, policyHash: 'p' };
  return {
    ...named,
    from: iso(from),
    to: iso(to),
    fate,
    seconds: (to - from) / 1000,
    leafIndex: null,
    leafOrigin: null,
  };
}

function session(id: string, opened: number, spans: SpanView[]): TimelineSession {
  const named = { traineeId: 't', platformId: 'p', classId: 'c', className: 'c', lessonId: 'l', lessonTitle: 'l' };
  return { sessionId: id, ...named, openedAt: iso(opened), closedAt: null, spans, prompts: [] };
}

describe('the alert stream', () => {
  test('shows each alert once, its latest status, newest first', () => {
    const first = takeIn([], [alert('a', 1000), alert('b', 3000)]);
    const again = takeIn(first, [alert('a', 1000, { status: 'lead' }), alert('c', 2000)]);
    expect(again.map(({ id, status }) => [id, status])).toEqual([
      ['b', 'open'],
      ['c', 'open'],
      ['a', 'lead'],
    ]);
  });

  test('one that grew keeps its place; a report that is older than what is shown changes nothing', () => {
    const grown = { count: 5, lastAt: iso(9000) };
    const shown = takeIn([alert('a', 1000), alert('b', 3000)], [alert('a', 1000, grown), alert('a', 1000)]);
    expect(shown.map(({ id, count }) => [id, count])).toEqual([
      ['b', 1],
      ['a', 5],
    ]);
    expect([latestMs(shown), latestMs([])]).toEqual([9000, 0]);
  });

  test('a flood leaves the newest', () => {
    const flood = Array.from({ length: ALERTS_SHOWN * 3 }, (_, i) => alert(`a${i}`, i * 1000));
    const shown = takeIn([], flood);
    expect(shown).toHaveLength(ALERTS_SHOWN);
    expect(shown[0]?.id).toBe(`a${flood.length - 1}`);
  });

  test('offers exactly the decisions the server takes', () => {
    for (const [status, offered] of Object.entries(decisionsFrom)) {
      expect([...offered].sort()).toEqual([...allowedByServer(status as AlertView['status'])].sort());
    }
  });
});

describe('the facts of an alert', () => {
  const shown = (facts: AlertView['facts'], language: 'zh-CN' | 'en') =>
    factsOf(facts, language).map(({ label, value }) => `${label} ${value}`);

  test('are labelled in both languages, with their units', () => {
    const facts = { aheadMs: 83_900, share: 0.42, rate: 2, measured: true, signs: 3, why: 'residuals' };
    expect(shown(facts, 'zh-CN')).toEqual([
      '超出实际时间 1:23',
      '跳过未学内容占全课 42%',
      '播放速度 2 倍',
      '由播放进度测得 是',
      '页面异常 页面可见性被改写、页面可见性前后不一',
      '判断依据 播放进度忽快忽慢',
    ]);
    expect(shown(facts, 'en')).toEqual([
      'Ahead of real time 1:23',
      'Unseen share skipped 42%',
      'Playback rate 2×',
      'Measured from progress yes',
      'Signs of tampering visibility overridden, visibility contradicts itself',
      'Ground progress too uneven for a player',
    ]);
    expect(shown({ backgroundMs: 450, takenOverAt: Date.parse('2025-03-01T00:00:00Z') }, 'en')).toEqual([
      'Played in the background 0.4 s',
      'Taken over at 03-01 08:00',
    ]);
  });

  test('that nobody has words for are shown as they are', () => {
    const facts = { novel: 7, why: 'somethingNew frames', signs: 1 << 20, constructor: 'x' };
    expect(shown(facts, 'en')).toEqual([
      'novel 7',
      'Ground somethingNew, frames stopped',
      'Signs of tampering 1048576',
      'constructor x',
    ]);
  });

  test('name the weak signs that add up, in the words of the server’s catalogue', () => {
    const facts = { points: 7, parts: 'noHand 2, constantLatency 4, novel 1' };
    expect(shown(facts, 'en')).toEqual([
      'Weak signs, together 7',
      'Weak signs, with their points No hand for very long 2, Each answer took the same time 4, novel 1',
    ]);
    const folder = new URL('../../detector/rules/', import.meta.url);
    const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const weak = sources.filter((source) => /\bweak\b/.test(source)).join('\n');
    // A rule names itself, or its shape is given the name.
    const named = new Set([...weak.matchAll(/(?:name: |export const \w+ = \w+\()'(\w+)'/g)].map(([, name]) => name));
    const rules = (Object.keys(ruleWords) as RuleName[]).filter((name) => named.has(name) && name !== 'suspicion');
    expect(rules.length).toBeGreaterThan(10);
    expect(weakSigns).toEqual(Object.fromEntries(rules.map((name) => [name, ruleWords[name]])));
  });

  test('include every fact the detector gives', () => {
    const folder = new URL('../../detector/rules/', import.meta.url);
    const given = readdirSync(folder).flatMap((file) => {
      const source = readFileSync(new URL(file, folder), 'utf8');
      // `facts: { … }`, `facts = { … }`, and forgedBeats' `made(own, { … })`.
      return [...source.matchAll(/(?:\bfacts(?::| =) |\bmade\(\w+, )\{([^}]*)\}/g)].flatMap(([, object = '']) =>
        [...object.matchAll(/(?:^|[{,])\s*(\w+)(?=\s*[:,]|\s*$)/g)].map(([, name = '']) => name),
      );
    });
    expect(given.length).toBeGreaterThan(20);
    for (const name of given) expect(factsOf({ [name]: 0 }, 'en')[0]?.label, name).not.toBe(name);
  });
});

describe('the timeline', () => {
  test('neighbours of one fate and reason are one block; another fate between them is not hidden', () => {
    const spans = [span(0, 10_000), span(10_300, 20_000), span(20_000, 30_000, 'denied', 'x'), span(31_000, 40_000)];
    expect(blocksOf(spans).map(({ from, to, fate }) => [from, to, fate])).toEqual([
      [0, 20_000, 'credited'],
      [20_000, 30_000, 'denied'],
      [31_000, 40_000, 'credited'],
    ]);
  });

  test('no second and no span is lost, whatever the spans are', () => {
    const anySpan = fc
      .tuple(fc.nat(5000), fc.nat(900), fc.constantFrom('credited', 'held', 'denied'), fc.constantFrom('x', 'y'))
      .map(([from, length, fate, reason]) => span(from * 100, (from + length) * 100, fate, reason));
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 60 }), (spans) => {
        const blocks = blocksOf(spans);
        const sum = (of: readonly { seconds: number }[]) => of.reduce((all, each) => all + each.seconds, 0);
        expect(sum(blocks)).toBeCloseTo(sum(spans), 6);
        expect(blocks.reduce((all, block) => all + block.spans, 0)).toBe(spans.length);
        for (const block of blocks) expect(block.to).toBeGreaterThanOrEqual(block.from);
      }),
    );
  });

  test('sessions that overlap share an axis; one hours later has its own', () => {
    const hour = 3_600_000;
    const sessions = [
      session('a', 0, [span(0, 600_000)]),
      session('b', 300_000, [span(300_000, 900_000)]),
      session('c', 5 * hour, []),
    ];
    const clusters = clustersOf(sessions, [alert('x', 400_000, { sessions: ['a', 'b'] })]);
    expect(clusters.map((cluster) => cluster.rows.map((row) => row.session.sessionId))).toEqual([['a', 'b'], ['c']]);
    expect(clusters[0]?.rows.map((row) => row.alerts.length)).toEqual([1, 1]);
    for (const cluster of clusters) expect(cluster.to).toBeGreaterThan(cluster.from);
  });

  test('ticks are round, inside the axis, and never too many', () => {
    fc.assert(
      fc.property(fc.nat(86_400_000), fc.integer({ min: 60_000, max: 86_400_000 }), (from, length) => {
        const ticks = ticksOf(from, from + length, 8);
        expect(ticks.length).toBeLessThanOrEqual(9);
        for (const at of ticks) expect(at % 5000 === 0 && at >= from && at <= from + length).toBe(true);
      }),
    );
  });
});

describe('times and addresses', () => {
  test('are Chinese time wherever this runs', () => {
    expect(timeOfDay('2025-03-01T16:00:05.000Z')).toBe('00:00:05');
    expect(dayOf('2025-03-01T16:00:05.000Z')).toBe('2025-03-02');
    expect(timeOrDay('2025-03-01T16:00:05.000Z', Date.parse('2025-03-09T00:00:00Z'))).toBe('03-02 00:00');
    expect(shiftDay('2025-03-01', -1)).toBe('2025-02-28');
  });

  test('durations are rounded down', () => {
    expect([duration(59.999), duration(3600), duration(-1)]).toEqual(['00:59', '1:00:00', '00:00']);
  });

  test('any trainee id survives the address bar; nonsense is the board', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        const to = { page: 'trainee', id, date: '2025-03-01' } as const;
        expect(parseRoute(hrefOf(to))).toEqual(to);
      }),
    );
    for (const hash of ['', '#', '#/', '#/trainees/', '#/trainees/%E0%A4%A', '#/x/y']) {
      expect(parseRoute(hash)).toEqual({ page: 'board' });
    }
    expect(parseRoute('#/trainees/a?date=%3Cscript%3E')).toEqual({ page: 'trainee', id: 'a', date: null });
  });
});
