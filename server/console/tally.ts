/** Tallies: how much is going on, for each region prefix that somebody watches. Pure. */

export interface Tally {
  /** Sessions whose page is heard of. */
  readonly sessions: number;
  /** Alerts nobody has decided on. */
  readonly alertsOpen: number;
}

/** Counts per full region code (6 digits). */
export type RegionCounts = ReadonlyMap<string, Tally>;

/** The sum over all regions that start with `prefix`. */
export function tallyOf(counts: RegionCounts, prefix: string): Tally {
  let sessions = 0;
  let alertsOpen = 0;
  for (const [region, count] of counts) {
    if (!region.startsWith(prefix)) continue;
    sessions += count.sessions;
    alertsOpen += count.alertsOpen;
  }
  return { sessions, alertsOpen };
}
