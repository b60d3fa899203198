/**
 * Persons whom a newer release has taken over: this process can never judge them again.
 *
 * Their connections are ended so that they come back elsewhere. Where a load balancer sends them
 * here all the same, `open` and `resume` are refused from memory: the SDK then waits some three
 * seconds before each try, and a try costs no database. Guarantees: a bounded number of names is
 * kept, the oldest is forgotten first (the judge will then say it again).
 */

/** Persons and sessions. 100 000 names are about 10 MB; an old release lives for minutes beside a newer one. */
const NAMES_MAX = 100_000;

export interface HandedOver {
  /** @param name a person's key or a session's id */
  note(name: string): void;
  has(name: string): boolean;
}

export function createHandedOver(max = NAMES_MAX): HandedOver {
  const names = new Set<string>();
  return {
    note(name) {
      names.add(name);
      if (names.size <= max) return;
      const oldest = names.values().next();
      if (!oldest.done) names.delete(oldest.value);
    },
    has: (name) => names.has(name),
  };
}
