/**
 * How far somebody's answers convince: a sequential test (Wald 1945; as a running sum with a ceiling, Page
 * 1954). Each answer adds the logarithm of how much likelier it is of somebody who attends (92 % right)
 * than of somebody who knows a quarter of the bank and guesses the rest; scaled so that the right answer to
 * a question that can be guessed once in twenty counts 100.
 *
 *   right, guess chance g:   100 · ln(0.92 / (0.25 + 0.75 g)) / ln(0.92 / 0.2875)
 *   wrong:                   as ln(0.08 / (0.75 − 0.75 g)), which is −188 at one in twenty; the policy rounds it
 *
 * The points stand at the ceiling as long as the answers are right: each right answer then releases at once.
 */

/**
 * Up to this chance × 1000 of guessing it: the points of a right answer, rounded down, and how much of the
 * policy's points a wrong one takes, in per cent.
 */
const WORTH: readonly (readonly [guess: number, right: number, wrong: number])[] = [
  [50, 100, 100],
  [100, 89, 97],
  [200, 70, 92],
  [250, 63, 90],
  [340, 51, 84],
  [500, 33, 71],
];

/** The points of a right answer to what is guessed with this chance × 1000. */
export function rightOf(guess: number): number {
  return WORTH.find(([most]) => guess <= most)?.[1] ?? 0;
}

/** The points that a wrong answer to it takes, of what the policy says. */
export function wrongOf(guess: number, wrong: number): number {
  return Math.round((wrong * (WORTH.find(([most]) => guess <= most)?.[2] ?? 0)) / 100);
}

/**
 * A lesson's end brings a question that may be left for free. Half of all who attend stay for it; who knows a
 * quarter stays for what he knows. So its right answer says less, and that it was left says a little:
 *
 *   right:   ln(0.5 · 0.92 / 0.2875) is 0.40 of ln(0.92 / 0.2875)
 *   left:    ln(0.5 / 0.7125) is 0.16 of ln(0.08 / 0.7125)
 */
export const AT_END = { right: 0.4, left: 0.16 };

/** A right answer never takes points away: a ceiling that another class has raised stands. */
export function raised(standing: number, points: number, at: number): number {
  return Math.max(standing, Math.min(at, standing + points));
}
