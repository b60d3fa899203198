/**
 * Several people of one class who give the same wrong answers, far beyond chance: they answer from
 * one source. A question with one tempting wrong choice makes many take it; that choice is then no
 * surprise, and the chance held against says so. By the same token a list that most of those who are
 * wrong answer from makes its choices look common: it takes more questions to tell it.
 */
import { readWrongTogether, type WrongTogether } from '../answers/store.ts';
import { groupsOf } from '../groups.ts';
import { type Finding, pattern, type Window } from '../pattern.ts';
import { readPeople } from '../sessions/store.ts';
import { binomialTailLog10 } from '../statistics.ts';
import { ofPerson, type Whereabouts } from '../subjects.ts';

export const thresholds = Object.freeze({
  /** A week: wrong answers are few, and two people must have been wrong on the same eight. */
  windowMs: 7 * 86_400_000,
  peopleMin: 3,
  /** Different questions that two people both answered wrong. */
  wrongMin: 8,
  sameShareMin: 0.7,
  /**
   * One pair in 10^5 by chance. A class of 100 has 4950 pairs; that three people are tied by two such
   * pairs by chance happens in fewer than one class in 10,000.
   */
  chanceMaxLog10: -5,
  /** People of one class held against each other for one question. */
  peopleEach: 200,
  pairs: 20_000,
});

interface Evidence {
  readonly pairs: readonly WrongTogether[];
  readonly people: readonly Whereabouts[];
}

export const sharedAnswers = pattern({
  name: 'sharedAnswers',
  code: 'proxyAttendance',
  severity: 'medium',
  windowMs: thresholds.windowMs,
  async read(q, window: Window): Promise<Evidence> {
    const pairs = (await readWrongTogether(q, window, thresholds)).filter(isBeyondChance);
    const tied = groupsOf(pairs, thresholds.peopleMin).flatMap(({ members }) => members);
    return { pairs, people: await readPeople(q, window, tied) };
  },
  judge: judgeWrongTogether,
});

const chanceLog10 = ({ same, wrong, chance }: WrongTogether): number => binomialTailLog10(same, wrong, chance);
const isBeyondChance = (pair: WrongTogether): boolean => chanceLog10(pair) <= thresholds.chanceMaxLog10;

export function judgeWrongTogether({ pairs, people }: Evidence): Finding[] {
  const known = new Map(people.map((one) => [one.personKey, one]));
  return groupsOf(pairs.filter(isBeyondChance), thresholds.peopleMin).flatMap(({ members, ties }) =>
    members.flatMap((member) => {
      const whereabouts = known.get(member);
      const own = ties.filter(({ a, b }) => a === member || b === member);
      const [closest] = own.toSorted((one, other) => chanceLog10(one) - chanceLog10(other));
      if (whereabouts === undefined || closest === undefined) return [];
      return {
        ...ofPerson(whereabouts),
        sessions: [...new Set(own.flatMap((tie) => (tie.a === member ? tie.sessionsA : tie.sessionsB)))],
        evidenceAt: Math.max(...own.map(({ lastAt }) => lastAt)),
        facts: {
          people: members.length,
          peopleMin: thresholds.peopleMin,
          sameWrong: closest.same,
          wrongTogether: closest.wrong,
          expectedShare: Math.round(closest.chance * 100) / 100,
          chanceLog10: Math.round(chanceLog10(closest) * 10) / 10,
          chanceMaxLog10: thresholds.chanceMaxLog10,
          windowMs: thresholds.windowMs,
        },
      };
    }),
  );
}
