/**
 * The page was left, come back to, and the answer that followed was right, again and again: it was looked up. Who is
 * only disturbed is as often right afterwards as otherwise; so what was right after leaving is held against what the
 * same person got right without leaving (Fisher's exact test), where all others found these items no easier. Who left before
 * nearly every item has nothing to be held against: then many leaves and nearly all right are enough.
 */
import { fisherLog10 } from '../chance.ts';
import { isItemRight, lastAnswers } from '../grade.ts';
import { examRule, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  /** Shorter is a message that came up, ms: nobody finds an answer sooner. */
  awayMinMs: 3000,
  leavesMin: 6,
  /** Answers without a leave, to hold the others against. */
  otherMin: 5,
  /** By so much may the items that were left for be easier for all others. */
  easierMax: 0.15,
  /** log10 of one in ten thousand. */
  chanceMaxLog10: -4,
  /** Without others to hold against: leaves, and of them right. */
  alwaysMin: 15,
  alwaysRightMin: 0.9,
});

interface Answered {
  readonly item: string;
  readonly left: boolean;
  readonly right: boolean;
}

export const examLookup = examRule({
  name: 'examLookup',
  code: 'examBrushing',
  severity: 'medium',
  judge: ({ sat }) => {
    const all = sat.map((one) => ({ one, answered: answeredOf(one) }));
    const usual = usualOf(all.map(({ answered }) => answered));
    return all.flatMap(({ one, answered }) => {
      const left = answered.filter((each) => each.left);
      const others = answered.filter((each) => !each.left);
      const hits = left.filter(({ right }) => right).length;
      if (left.length < thresholds.leavesMin) return [];
      const facts = { leaves: left.length, leavesRight: hits, awayMinMs: thresholds.awayMinMs };
      if (others.length < thresholds.otherMin) {
        const always = left.length >= thresholds.alwaysMin && hits >= left.length * thresholds.alwaysRightMin;
        return always ? { sat: one, facts } : [];
      }
      // Items that are easier for everybody are answered rightly more often, left or not.
      if (meanOf(usual, left) - meanOf(usual, others) > thresholds.easierMax) return [];
      const otherHits = others.filter(({ right }) => right).length;
      const chanceLog10 = fisherLog10(hits, left.length, otherHits, others.length);
      if (chanceLog10 > thresholds.chanceMaxLog10) return [];
      const { chanceMaxLog10 } = thresholds;
      const otherShare = round(otherHits / others.length);
      return { sat: one, facts: { ...facts, otherShare, chanceLog10: round(chanceLog10), chanceMaxLog10 } };
    });
  },
});

/** Items in the order in which they were answered last, and whether the page was left for them. */
function answeredOf(sat: Sat): readonly Answered[] {
  const away = awayOf(sat);
  const last = lastAnswers(sat.answers);
  return sat.answers.flatMap((answer, i) => {
    const item = sat.items[answer.n - 1];
    if (item === undefined || last.get(answer.n) !== answer) return [];
    const since = sat.answers[i - 1]?.at ?? sat.openedAt;
    const left = away.some(({ from, to }) => from >= since && to <= answer.at);
    return { item: item.item, left, right: isItemRight(item, answer) };
  });
}

/** Absences long enough to look something up. */
function awayOf({ looks }: Sat): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  let gone: number | null = null;
  for (const { fact, at } of looks) {
    if (fact === 'hidden' || fact === 'blurred') gone ??= at;
    else if (gone !== null) {
      if (at - gone >= thresholds.awayMinMs) found.push({ from: gone, to: at });
      gone = null;
    }
  }
  return found;
}

/** By item: what share of those who did not leave the page for it got it right. */
function usualOf(all: readonly (readonly Answered[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, { right: number; of: number }>();
  for (const { item, left, right } of all.flat()) {
    if (left) continue;
    const count = counts.get(item) ?? { right: 0, of: 0 };
    counts.set(item, count);
    count.of += 1;
    if (right) count.right += 1;
  }
  return new Map([...counts].map(([item, { right, of }]) => [item, (right + 1) / (of + 2)]));
}

function meanOf(usual: ReadonlyMap<string, number>, of: readonly Answered[]): number {
  return of.reduce((sum, { item }) => sum + (usual.get(item) ?? 0.5), 0) / of.length;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
