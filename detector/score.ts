/**
 * What weak signs together bring, beside an alert (rules/suspicion.ts): they make questions come sooner and
 * harder, and from more points on a release needs more right answers. Nothing is denied for them.
 */
import type { Work } from './work.ts';

/** Questions come sooner, in a kind that a script cannot read. */
export function isWeak(work: Work): boolean {
  const band = work.policy.rules.suspicion;
  return band !== undefined && points(work, band.lastsMs) >= band.askAt;
}

/** So many more points must the answers stand at (standing.ts) before anything is released. */
export function withheld(work: Work): number {
  const band = work.policy.rules.suspicion;
  return band !== undefined && points(work, band.lastsMs) >= band.holdAt ? band.holdMore : 0;
}

function points({ state, at }: Work, lastsMs: number): number {
  const own = state.rules.suspicion;
  return own === undefined || at - own.at > lastsMs ? 0 : own.points;
}
