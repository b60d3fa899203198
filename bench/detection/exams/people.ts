/**
 * Exams with simulated candidates: what each knows, how long an answer takes, how often the page is left, where they
 * sit. The same seed gives the same exam. Answers follow Bock's nominal model: the right choice gains with ability, a
 * wrong one tempts as it was drawn.
 */
import type { BankItem } from '../../../server/exams/blueprint.ts';
import { grade, type SavedAnswer } from '../../../server/exams/grade.ts';
import { drawPaper, type Paper, type PaperItem } from '../../../server/exams/paper.ts';
import type { Held, Sat } from '../../../server/exams/rules/rule.ts';
import { shuffled } from '../../../server/exams/shuffle.ts';

const LEVELS = ['easy', 'medium', 'hard'] as const;
const EASE = { easy: 1.6, medium: 0.6, hard: -0.5 } as const;
const WRONG = ['b', 'c', 'd'] as const;
const T0 = Date.parse('2026-06-01T01:00:00Z');
const PASS = 60;
const blueprint = LEVELS.map((difficulty) => ({ topic: '接地', difficulty, count: 15 }));

export interface Room {
  readonly random: () => number;
  readonly below: (n: number) => number;
  readonly normal: () => number;
  readonly bank: readonly BankItem[];
  /** What this ability chooses at an item. */
  readonly choose: (item: PaperItem, ability: number) => string;
}

export function roomOf(random: () => number): Room {
  const below = (n: number): number => Math.floor(random() * n);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const words = (text: string) => ({ zh: text, en: text });
  const bank = Array.from(
    { length: 90 },
    (_, i): BankItem => ({
      ...{ id: `i${i}`, topic: '接地', difficulty: LEVELS[i % 3] ?? 'easy' },
      item: {
        ...{ id: `i${i}`, form: 'single', answer: 'a' },
        ...words(`第 ${i} 题：接地线的截面积应当如何选择，才符合规程的要求？`),
        choices: ['a', ...WRONG].map((id) => ({ id, ...words(`选项 ${id}：不得小于相线截面的一半`) })),
      },
    }),
  );
  const pulls = new Map(bank.map(({ id }) => [id, WRONG.map(() => 0.8 * normal())]));
  function choose({ item, difficulty }: PaperItem, ability: number): string {
    const weights = [Math.exp(ability + EASE[difficulty] + 0.8), ...(pulls.get(item) ?? []).map(Math.exp)];
    let at = random() * weights.reduce((sum, one) => sum + one, 0);
    const nth = weights.findIndex((one) => {
      at -= one;
      return at < 0;
    });
    return nth === 0 ? 'a' : (WRONG[nth - 1] ?? 'd');
  }
  return { random, below, normal, bank, choose };
}

export interface Habit {
  readonly person: string;
  readonly ability: number;
  readonly attempt?: number;
  readonly openedAt?: number;
  readonly gapMs: (item: PaperItem) => number;
  readonly awayMs?: (item: PaperItem) => number;
  readonly chosen?: (item: PaperItem) => string | null;
  readonly answers?: (item: PaperItem) => boolean;
  /** When an item is answered, of one who follows another. */
  readonly moment?: ReadonlyMap<string, number>;
  readonly paper?: Paper;
  readonly device?: string;
  readonly address?: string;
}

export function sit(room: Room, habit: Habit): Sat {
  const { person, attempt = 1, moment } = habit;
  const openedAt = habit.openedAt ?? T0 + room.below(60_000);
  const paper = habit.paper ?? drawPaper(blueprint, room.bank, room.below);
  if (paper === null) throw new Error('the bank is too small');
  const order = moment === undefined ? paper.items : paper.items.toSorted((a, b) => at0(moment, a) - at0(moment, b));
  const answers: SavedAnswer[] = [];
  const looks: Sat['looks'][number][] = [];
  let at = openedAt;
  for (const item of order) {
    if (habit.answers?.(item) === false) continue;
    const gap = habit.gapMs(item);
    at = Math.max(at + 1, moment?.get(item.item) ?? at + gap);
    const away = habit.awayMs?.(item) ?? 0;
    if (away > 0) looks.push({ fact: 'hidden', at: at - Math.min(away, gap) }, { fact: 'visible', at: at - 1 });
    const chosen = habit.chosen?.(item) ?? room.choose(item, habit.ability);
    const choice = String(item.shown.indexOf(chosen) + 1);
    answers.push({ seq: answers.length + 1, n: item.n, given: { choice }, tookMs: gap, at });
  }
  const { score, passed } = grade(paper, answers, PASS);
  return {
    ...{ id: `${person}-${attempt}`, personKey: person, traineeId: person, attempt, openedAt, handedInAt: at + 5000 },
    ...{ items: paper.items, answers, looks, score, passed },
    ...{ devices: [habit.device ?? `d-${person}`], lessonDevices: [`d-${person}`] },
    addresses: [habit.address ?? `a-${person}`],
    networks: [`n-${habit.address ?? `a-${person}`}`],
    lessonNetworks: [`n-a-${person}`],
  };
}

const at0 = (moment: ReadonlyMap<string, number>, { item }: PaperItem): number => moment.get(item) ?? 0;

/** Log-normal about a mean of 20 to 60 s, as times of answers are; some are interrupted, some share a home. */
export function honest(room: Room, n: number): Sat[] {
  return Array.from({ length: n }, (_, p) => sit(room, honestly(room, `h${p}`, p)));
}

export function honestly(room: Room, person: string, p = 9): Habit {
  const pace = 20_000 + room.below(40_000);
  const interrupted = p % 5 === 0;
  return {
    ...{ person, ability: 0.9 * room.normal() },
    gapMs: () => Math.max(4000, Math.round(pace * Math.exp(0.5 * room.normal()))),
    awayMs: () => (interrupted && room.random() < 0.3 ? 1000 + room.below(20_000) : 0),
    // Two of a home, and a room of ten.
    address: p < 2 ? 'home' : p >= 30 ? 'room' : `a-${person}`,
  };
}

export function heldOf(room: Room, sat: readonly Sat[]): Held {
  return {
    ...{ examId: 'exam', classId: 'class', platformId: 'platform', region: '220581', institution: '甲校' },
    ...{ bankItems: room.bank.length, sat },
  };
}

export type Cheat = (room: Room) => readonly Sat[];

const quick = (room: Room, person: string): Habit => ({ ...honestly(room, person), address: `a-${person}` });

/** Each with those who cheat in it; everybody else of the exam is honest. */
export const cheats: Readonly<Record<string, Cheat>> = {
  'brushing: right answers at 1 to 3 s': (room) => [
    sit(room, { ...quick(room, 'x'), gapMs: () => 1000 + room.below(2000), chosen: () => 'a' }),
  ],
  'copying pair, same paper, four of five': (room) => pair(room, 0.8, 'x'),
  'copying pair, same paper, three of five, one address': (room) => pair(room, 0.6, 'flat'),
  'lockstep: told each answer within 20 s, three of five': (room) => {
    const first = sit(room, quick(room, 'x'));
    const lag = room.below(20_000);
    const told = new Map(
      first.answers.flatMap(({ n, at }) => {
        const item = first.items[n - 1]?.item;
        return item === undefined || room.random() > 0.6 ? [] : [[item, at + lag + room.below(2500)] as const];
      }),
    );
    const last = first.answers.at(-1)?.at ?? 0;
    const moment = new Map(
      first.items.map(({ item }) => [item, told.get(item) ?? first.openedAt + room.below(last - first.openedAt)]),
    );
    const paper = { v: 1, items: shuffled(first.items, room.below).map((item, i) => ({ ...item, n: i + 1 })) } as const;
    return [first, sit(room, { ...quick(room, 'y'), paper, moment, openedAt: first.openedAt - 1000 })];
  },
  'harvest: three attempts that read and answer nothing': (room) =>
    [1, 2, 3].map((attempt) =>
      sit(room, { ...quick(room, 'x'), attempt, openedAt: T0 + attempt * 4_000_000, answers: ({ n }) => n < 3 }),
    ),
  'looking up every other item': (room) => [
    sit(room, {
      ...quick(room, 'x'),
      ability: -1,
      awayMs: ({ n }) => (n % 2 === 0 ? 8000 + room.below(10_000) : 0),
      chosen: ({ n }) => (n % 2 === 0 ? 'a' : null),
    }),
  ],
  'somebody else on another device elsewhere': (room) => [
    sit(room, { ...quick(room, 'x'), ability: 1.5, device: 'another', address: 'elsewhere' }),
  ],
  'one device for two, one after another': (room) => {
    const first = sit(room, { ...quick(room, 'x'), device: 'one' });
    return [first, sit(room, { ...quick(room, 'y'), device: 'one', openedAt: first.handedInAt + 20_000 })];
  },
};

function pair(room: Room, share: number, address: string): readonly Sat[] {
  const source = sit(room, { ...quick(room, 'x'), ability: -0.3, address });
  const given = new Map(
    source.answers.map(({ n, given: one }) => {
      const item = source.items[n - 1];
      return [item?.item, 'choice' in one ? item?.shown[Number(one.choice) - 1] : undefined];
    }),
  );
  const paper = { v: 1, items: shuffled(source.items, room.below).map((item, i) => ({ ...item, n: i + 1 })) } as const;
  const copier = sit(room, {
    ...{ ...quick(room, 'y'), ability: -0.5, paper, address: address === 'x' ? 'a-y' : address },
    chosen: ({ item }) => (room.random() < share ? (given.get(item) ?? null) : null),
  });
  return [source, copier];
}
