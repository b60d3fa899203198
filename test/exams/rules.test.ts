/** Each rule over exams: caught once, and silent about an honest exam with a resit, slow people and quick ones. */
import { describe, expect, it } from 'vitest';
import { ruleWords } from '../../server/alerts/catalogue.ts';
import type { BankItem } from '../../server/exams/blueprint.ts';
import { grade, type SavedAnswer } from '../../server/exams/grade.ts';
import { suspicionsOf } from '../../server/exams/judging/judging.ts';
import { drawPaper, type Paper } from '../../server/exams/paper.ts';
import type { ExamRuleName } from '../../server/exams/rules/index.ts';
import type { Held, Sat } from '../../server/exams/rules/rule.ts';
import { shuffled } from '../../server/exams/shuffle.ts';
import { factsOf } from '../../web-console/factWords.ts';
import { drawer } from '../patterns/world.ts';
import { rightTo, T0 } from './world.ts';

const LEVELS = ['easy', 'medium', 'hard'] as const;
const words = (text: string) => ({ zh: text, en: text });
const bank: BankItem[] = Array.from({ length: 60 }, (_, i) => ({
  id: `i${i}`,
  topic: '接地',
  difficulty: LEVELS[i % 3]!,
  item: {
    ...{
      id: `i${i}`,
      form: 'single',
      answer: 'a',
      ...words(`第 ${i} 题：接地线的截面积应当如何选择，才符合规程的要求？`),
    },
    choices: ['a', 'b', 'c', 'd'].map((id) => ({ id, ...words(`选项 ${id}：不得小于相线截面的一半`) })),
  },
}));
const blueprint = LEVELS.map((difficulty) => ({ topic: '接地', difficulty, count: 10 }));

interface Habit {
  readonly right?: (n: number, difficulty: string) => boolean;
  readonly gapMs?: (n: number) => number;
  readonly answers?: (n: number) => boolean;
  readonly attempt?: number;
  readonly openedAt?: number;
  readonly device?: string;
  readonly address?: string;
  readonly network?: string;
  /** When each item is answered, in whatever order that comes to. */
  readonly moment?: (item: string) => number;
  /** How long the page is left before an item is answered; 0: it is not. */
  readonly awayMs?: (n: number) => number;
  /** The paper, and what is chosen at each item (the bank's id), where it is not left to chance. */
  readonly paper?: Paper;
  readonly chosen?: (item: string) => string;
}

const random = drawer(11);
const below = (n: number): number => Math.floor(random() * n);

function sit(person: string, habit: Habit = {}): Sat {
  const { attempt = 1, openedAt = T0 + below(3_600_000), device = `device-${person}` } = habit;
  const paper = habit.paper ?? drawPaper(blueprint, bank, below)!;
  const { gapMs = () => 20_000 + below(50_000), answers: given = () => true } = habit;
  const knows = { easy: 0.9, medium: 0.7, hard: 0.45 };
  const right = habit.right ?? ((_n: number, difficulty: string) => random() < knows[difficulty as keyof typeof knows]);
  const { moment, awayMs = () => 0 } = habit;
  let at = openedAt;
  const answers: SavedAnswer[] = [];
  const looks: Sat['looks'][number][] = [];
  const inOrder = moment === undefined ? paper.items : paper.items.toSorted((a, b) => moment(a.item) - moment(b.item));
  for (const item of inOrder) {
    if (!given(item.n)) continue;
    at = moment?.(item.item) ?? at + gapMs(item.n);
    if (awayMs(item.n) > 0) {
      looks.push({ fact: 'hidden', at: at - awayMs(item.n) - 500 }, { fact: 'visible', at: at - 500 });
    }
    const chosen = habit.chosen?.(item.item) ?? (right(item.n, item.difficulty) ? 'a' : 'bcd'[below(3)]!);
    const choice = String(item.shown.indexOf(chosen) + 1);
    answers.push({ seq: answers.length + 1, n: item.n, given: { choice }, tookMs: 1000, at });
  }
  const { score, passed } = grade(paper, answers, 60);
  const id = `${person}-${attempt}`;
  return {
    id,
    personKey: person,
    traineeId: person,
    attempt,
    openedAt,
    handedInAt: at + 5000,
    items: paper.items,
    answers,
    devices: [device],
    addresses: [habit.address ?? `address-${person}`],
    networks: [habit.network ?? `network-${person}`],
    lessonDevices: [`device-${person}`],
    lessonNetworks: [`network-${person}`],
    looks,
    score,
    passed,
  };
}

const honest = (): Sat[] => [
  ...Array.from({ length: 38 }, (_, p) => sit(`p${p}`)),
  // A family and a room share an address; one has a new telephone, one is at a relative's with the old one.
  ...['mother', 'son'].map((person) => sit(person, { address: 'home' })),
  ...Array.from({ length: 12 }, (_, p) => sit(`room${p}`, { address: 'room' })),
  sit('newPhone', { device: 'new' }),
  sit('visiting', { network: 'relative' }),
  // One looks away for a moment at each item, one is called away for long and knows no more afterwards.
  sit('glancing', { awayMs: () => 1500 }),
  sit('disturbed', { awayMs: (n) => (n % 3 === 0 ? 8000 : 0) }),
  sit('quick', { gapMs: () => 9000 + below(9000) }),
  sit('late', { answers: (n) => n <= 12 }),
  sit('late', { attempt: 2, openedAt: T0 + 86_400_000 }),
];
const held = (sat: readonly Sat[]): Held => ({
  ...{ examId: 'exam', classId: 'ca1', platformId: 'pa', region: '220581', institution: '甲校' },
  ...{ bankItems: bank.length, sat },
});
const found = (sat: readonly Sat[]) => suspicionsOf(held(sat), T0).map(({ rule, subject }) => `${rule} ${subject.id}`);

it('an honest exam raises nothing, in twenty drawings', () => {
  for (let i = 0; i < 20; i++) expect(found(honest())).toEqual([]);
});

/** What each cheat does, and who is named for it. */
const cheats: Readonly<
  Record<Exclude<ExamRuleName, 'examScoreChanged' | 'examOtherFace'>, () => { sat: Sat[]; named: string[] }>
> = {
  examTooFast: () => ({
    sat: [sit('x', { right: () => true, gapMs: (n) => (n % 3 === 0 ? 90_000 + below(9000) : 1500 + below(1500)) })],
    named: ['x'],
  }),
  examPace: () => ({ sat: [sit('x', { right: () => true, gapMs: () => 1000 + below(3000) })], named: ['x'] }),
  examEvenGaps: () => ({ sat: [sit('x', { gapMs: () => 20_000 + below(900) })], named: ['x'] }),
  examCycling: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    const sat = ['b', 'c', 'd', 'a'].map((chosen, i) =>
      sit('x', { paper, chosen: () => chosen, attempt: i + 1, openedAt: T0 + i * 90_000_000 }),
    );
    return { sat, named: ['x'] };
  },
  examHarvest: () => ({
    sat: [1, 2, 3].map((attempt) => sit('x', { attempt, answers: (n) => n < 3, openedAt: T0 + attempt * 90_000_000 })),
    named: ['x'],
  }),
  examManyAttempts: () => ({
    sat: [1, 2, 3, 4].map((attempt) =>
      sit('x', { attempt, openedAt: T0 + attempt * 1_200_000, gapMs: () => 30_000 + below(9000) }),
    ),
    named: ['x'],
  }),
  examSharedDevice: () => ({
    sat: ['x', 'y'].map((person) => sit(person, { device: 'one', openedAt: T0 + (person === 'x' ? 0 : 600_000) })),
    named: ['x', 'y'],
  }),
  examSameWrong: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    const list = new Map(paper.items.map(({ item }, i) => [item, i % 2 === 0 ? 'a' : 'bcd'[below(3)]!]));
    return {
      sat: ['x', 'y'].map((person) => sit(person, { paper, chosen: (item) => list.get(item)! })),
      named: ['x', 'y'],
    };
  },
  examLockstep: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    const clock = new Map(shuffled(paper.items, below).map(({ item }, i) => [item, T0 + i * 60_000 + below(30_000)]));
    return {
      // The second is told each answer: always some seconds later.
      sat: [0, 20_000].map((later, i) =>
        sit('xy'[i]!, { paper, openedAt: T0 - 60_000, moment: (item) => clock.get(item)! + later + below(2500) }),
      ),
      named: ['x', 'y'],
    };
  },
  examSameAddress: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    const list = new Map(paper.items.map(({ item }, i) => [item, i % 2 === 0 ? 'a' : 'bcd'[below(3)]!]));
    // Fewer in common than all pairs of an exam would have to have.
    return {
      sat: ['x', 'y'].map((person, p) =>
        sit(person, {
          ...{ paper, address: 'flat', openedAt: T0 + p * 86_400_000 },
          chosen: (item) => (p === 1 && Number(item.slice(1)) % 4 === 0 ? 'abcd'[below(4)]! : list.get(item)!),
        }),
      ),
      named: ['x', 'y'],
    };
  },
  examUnlikeLessons: () => ({ sat: [sit('x', { device: 'strange', network: 'elsewhere' })], named: ['x'] }),
  examLookup: () => ({
    // Knows four of ten, and looks up every other item.
    sat: [
      sit('x', { awayMs: (n) => (n % 2 === 0 ? 15_000 : 0), right: (n) => n % 2 === 0 || n % 5 === 0 }),
      sit('y', { awayMs: () => 12_000, right: () => true }),
    ],
    named: ['x', 'y'],
  }),
  examNoSpread: () => ({
    sat: Array.from({ length: 40 }, (_, p) => sit(`e${p}`, { right: () => random() < 0.97 })),
    named: ['甲校'],
  }),
};

/** What an honest person does that comes close to it. */
const innocents: Readonly<Record<keyof typeof cheats, () => Sat[]>> = {
  examTooFast: () => [sit('x', { right: () => true, gapMs: () => 9000 + below(9000) })],
  examPace: () => [sit('x', { right: () => true, gapMs: () => 8000 + below(6000) })],
  examEvenGaps: () => [sit('x', { gapMs: () => 15_000 + below(20_000) })],
  // Believes the same wrong things until they are learnt.
  examCycling: () =>
    [1, 2, 3].map((attempt) =>
      sit('x', {
        attempt,
        openedAt: T0 + attempt * 90_000_000,
        chosen: (item) => (Number(item.slice(1)) % 4 < attempt ? 'a' : 'b'),
      }),
    ),
  // Gave up once, and came back.
  examHarvest: () => [
    sit('x', { answers: (n) => n < 3 }),
    sit('x', { attempt: 2, openedAt: T0 + 90_000_000, right: (n) => n % 4 !== 0 }),
  ],
  // All day long, each time with the time for a paper.
  examManyAttempts: () =>
    [1, 2, 3, 4].map((attempt) =>
      sit('x', { attempt, openedAt: T0 + attempt * 7_200_000, gapMs: () => 70_000 + below(60_000) }),
    ),
  examSharedDevice: () => {
    const first = sit('x', { device: 'one', openedAt: T0 });
    return [first, sit('y', { device: 'one', openedAt: first.handedInAt + 120_000 })];
  },
  // The same paper, and each their own mistakes.
  examSameWrong: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    return ['x', 'y'].map((person) => sit(person, { paper, right: () => random() < 0.5 }));
  },
  // Begin together, in one room, on the same paper, and each takes the time that it takes.
  examLockstep: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    return ['x', 'y'].map((person) => sit(person, { paper, openedAt: T0 }));
  },
  // Two of one household, on the same paper.
  examSameAddress: () => {
    const paper = drawPaper(blueprint, bank, below)!;
    return ['x', 'y'].map((person, p) => sit(person, { paper, address: 'flat', openedAt: T0 + p * 86_400_000 }));
  },
  // A new telephone, at home.
  examUnlikeLessons: () => [sit('x', { device: 'bought-today' })],
  // Disturbed at every third item, and no better for it.
  examLookup: () => [sit('x', { awayMs: (n) => (n % 3 === 0 ? 9000 : 0) })],
  // A good school: all but everybody passes, and what is hard is hard.
  examNoSpread: () => {
    const knows: Readonly<Record<string, number>> = { easy: 0.98, medium: 0.88, hard: 0.62 };
    return Array.from({ length: 40 }, (_, p) =>
      sit(`e${p}`, { right: (_n, difficulty) => random() < (knows[difficulty] ?? 0) }),
    );
  },
};

describe.each(Object.entries(cheats))('%s', (rule, cheat) => {
  it('is caught, and nobody else is', () => {
    const { sat, named } = cheat();
    // An exam that everybody passes has no honest ones beside.
    const all = rule === 'examNoSpread' ? sat : [...honest(), ...sat];
    const suspicions = suspicionsOf(held(all), T0);
    expect(
      suspicions
        .filter((one) => one.rule === rule)
        .map(({ subject }) => subject.id)
        .sort(),
    ).toEqual(named);
    expect(suspicions.filter(({ subject }) => !named.includes(subject.id))).toEqual([]);
    for (const { facts } of suspicions) {
      for (const { name, label } of factsOf(facts, 'zh-CN')) expect(label, name).not.toBe(name);
    }
    expect(ruleWords[rule as ExamRuleName].zh).toMatch(/\p{Script=Han}/u);
  });
});

it.each(Object.entries(innocents))('%s is silent about who comes close to it honestly', (rule, innocent) => {
  for (let i = 0; i < 10; i++) {
    const all = rule === 'examNoSpread' ? innocent() : [...honest(), ...innocent()];
    expect(found(all)).toEqual([]);
  }
});

it('two people of one exam room’s computer, one after another with time to change, are nobody’s suspicion', () => {
  const first = sit('x', { device: 'one', openedAt: T0 });
  expect(found([...honest(), first, sit('y', { device: 'one', openedAt: first.handedInAt + 120_000 })])).toEqual([]);
});

it('an exam that many sat elsewhere than they learnt says nothing of anybody’s device', () => {
  const centre = Array.from({ length: 30 }, (_, p) =>
    sit(`c${p}`, { device: `desk${p}`, network: 'centre', address: `centre${p}` }),
  );
  expect(found([...honest(), ...centre])).toEqual([]);
});

it('the right answers of a test’s paper are right', () => {
  const paper = drawPaper(blueprint, bank, below)!;
  const answers = paper.items.map((item, i) => ({ seq: i + 1, n: item.n, given: rightTo(item), tookMs: 0, at: T0 }));
  expect(grade(paper, answers, 60)).toMatchObject({ score: 100, passed: true });
});
