/** What differs, in words. Guarantees: one person who differs everywhere costs no more memory than this. */

/** So many differences of one person are named; the rest are counted. */
const NAMED = 20;

export interface Findings {
  say(what: string): void;
  /** In words, the last one telling of those that are not named. */
  named(): readonly string[];
}

export function createFindings(): Findings {
  const named: string[] = [];
  let more = 0;
  return {
    say(what) {
      if (named.length < NAMED) named.push(what);
      else more += 1;
    },
    named: () => (more === 0 ? named : [...named, `and ${more} more`]),
  };
}
