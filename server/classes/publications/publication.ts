/** A publication of a policy, as people see it: who proposed what, for where, from when, and who agreed. */

/** Which classes: those whose region starts so, of this platform and occupation; null: of any. */
export interface PolicyScope {
  /** '' is the whole country; else two, four or six digits of GB/T 2260. */
  readonly region: string;
  readonly platformId: string | null;
  readonly occupationCode: string | null;
}

export interface Proposal extends PolicyScope {
  readonly policyHash: string;
  /** Judged beside the live policy and counted; no session opens under it. */
  readonly shadow: boolean;
  /** In force from then on, never from before it was published; ms since the epoch. */
  readonly effectiveAt: number;
}

/** proposed: no second person yet, and without effect. */
export const publicationStatuses = ['proposed', 'published', 'revoked'] as const;
export type PublicationStatus = (typeof publicationStatuses)[number];

/** By whom and when, server time, ms. */
export interface Deed {
  /** The username. */
  readonly by: string;
  readonly at: number;
}

export interface Publication extends Proposal {
  readonly id: string;
  readonly proposed: Deed;
  readonly published: Deed | null;
  readonly revoked: Deed | null;
}

export function statusOf({ published, revoked }: Publication): PublicationStatus {
  if (revoked !== null) return 'revoked';
  return published === null ? 'proposed' : 'published';
}

/** A class, as far as a scope looks at it. */
export interface Taught {
  /** Six digits. */
  readonly region: string;
  readonly platformId: string;
  readonly occupationCode: string;
}

/** Every region that covers this one. @example coveringRegions('220581') // ['', '22', '2205', '220581'] */
export function coveringRegions(region: string): string[] {
  return [0, 2, 4, 6].filter((digits) => digits <= region.length).map((digits) => region.slice(0, digits));
}
