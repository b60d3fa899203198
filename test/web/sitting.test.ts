/** A sitting as it is drawn: every answer and every event is there, within the sitting, in both languages' words. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { AlertView } from '../../server/alerts/alert.ts';
import type { TimelineView } from '../../server/exams/view.ts';
import { examEn, examZh } from '../../web-console/examWords.ts';
import { hrefOf, parseRoute } from '../../web-console/shared/address.ts';

let drawn: typeof import('../../web-console/exam/sitting.ts');
let spoken: typeof import('../../web-console/shared/language.ts');
beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' }, title: '', createElement: () => ({}) });
  drawn = await import('../../web-console/exam/sitting.ts');
  spoken = await import('../../web-console/shared/language.ts');
});

const T0 = Date.parse('2026-03-02T01:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const answer = (seq: number, atMs: number, of: Partial<TimelineView['answers'][number]> = {}) =>
  ({
    ...{ seq, n: seq, topic: '接地', difficulty: 'easy' as const, text: { zh: '题', en: 'item' }, tookMs: 30_000 },
    ...{ right: true, counts: true, at: iso(T0 + atMs), ...of },
  }) as const;
const sitting: TimelineView = {
  ...{
    sittingId: 's1',
    examId: 'e1',
    title: '结业考核',
    classId: 'c1',
    traineeId: 't1',
    traineeName: '王**',
    attempt: 1,
  },
  ...{ openedAt: iso(T0), deadlineAt: iso(T0 + 3_600_000), handedInAt: iso(T0 + 300_000), handedInBy: 'candidate' },
  ...{ paperHash: 'ab', practice: null, completed: true, results: [] },
  events: [
    { at: iso(T0), kind: 'opened', facts: {} },
    { at: iso(T0 + 70_000), kind: 'page', facts: { fact: 'copied' } },
    { at: iso(T0 + 90_000), kind: 'page', facts: { fact: 'somethingNew' } },
    { at: iso(T0 + 300_000), kind: 'handedIn', facts: { by: 'candidate' } },
    { at: iso(T0 + 9e8), kind: 'practice', facts: {} },
  ],
  // The second says that it took longer than the time since the first.
  answers: [answer(1, 40_000), answer(2, 50_000, { right: false }), answer(3, 120_000, { counts: false })],
};
const alert = { id: 'a1', facts: { sitting: 's1' }, at: iso(T0 + 9e8), codeWords: { zh: '刷考', en: '' } } as const;
const alerts = [{ ...alert, ruleWords: { zh: '过快', en: '' } } as unknown as AlertView];

describe('a sitting', () => {
  test('is drawn whole: each answer in its lane, without overlap, within opening and hand-in', () => {
    const track = drawn.trackOf(sitting, alerts);
    expect(track.blocks.map(({ lane, from, to }) => [lane, from - T0, to - T0])).toEqual([
      ['right', 10_000, 40_000],
      ['wrong', 40_000, 50_000],
      ['changed', 90_000, 120_000],
    ]);
    expect(track.marks).toHaveLength(6);
    for (const { at } of track.marks) expect(at >= track.from && at <= track.to).toBe(true);
    expect(track.marks.filter(({ shape }) => shape === 'square').map(({ words }) => words)).toEqual([
      expect.stringContaining('刷考'),
    ]);
    expect(track.summary).toContain('答对 1 次，答错 1 次，改过 1 次');
  });

  test('that is open ends with the last thing that happened', () => {
    const open = { ...sitting, handedInAt: null, handedInBy: null, events: sitting.events.slice(0, 3) };
    expect(drawn.trackOf(open, []).to - T0).toBe(120_000);
  });

  test('tells what happened in words; what has none stands for itself', () => {
    expect(sitting.events.map(drawn.eventWords)).toEqual(['打开试卷', '复制', 'page somethingNew', '交卷', '实操评分']);
  });

  test('takes the alerts that name it, and no others', () => {
    const other = { ...alerts[0], id: 'a2', facts: { sitting: 's2' } } as AlertView;
    expect(drawn.alertsOf('s1', [...alerts, other]).map(({ id }) => id)).toEqual(['a1']);
  });
});

test('an address of exams is read as it is written, and nonsense is the board', () => {
  for (const route of [
    { page: 'exams' },
    { page: 'exam', id: 'final/2026 年' },
    { page: 'sitting', id: 'a?b#c' },
  ] as const) {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  }
  for (const hash of ['#/sittings/', '#/sittings', '#/exams/%E0%A4%A']) expect(parseRoute(hash).page).toMatch(/board/);
});

test('a number takes its word in what is said', () => {
  spoken.switchLanguage();
  expect([1, 2].map((count) => spoken.say('taskReports', { count }))).toEqual(['1 report sent', '2 reports sent']);
  spoken.switchLanguage();
});

test('no word about exams hides another of the console', async () => {
  const { catalogues } = await import('../../web-console/words.ts');
  for (const [key, words] of Object.entries(examZh))
    expect(catalogues['zh-CN'][key as keyof typeof examZh]).toBe(words);
  for (const [key, words] of Object.entries(examEn)) expect(catalogues.en[key as keyof typeof examZh]).toBe(words);
});
