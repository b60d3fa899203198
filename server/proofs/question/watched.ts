/**
 * What a person has lately watched of a lesson, from the stored beats. It decides what may be
 * asked, and credits nothing: a claim is enough. Play in a page that was hidden for most of a beat
 * was seen by nobody, so nobody is asked about it.
 */
import type { BeatClaim } from '../../../detector/index.ts';
import type { Stretch } from './choose.ts';

/**
 * Beats looked at, the newest first. At a beat each 8 to 15 s these are hours, and at one each second
 * still 20 minutes: beats that come thick do not push out what may be asked. At 500 bytes each they are 600 KB.
 */
export const BEATS_LOOKED_AT = 1_200;

/** @param lines stored events of beats, as the judge wrote them */
export function watchedIn(lines: readonly string[]): readonly Stretch[] {
  return lines.flatMap((line) => {
    const { beat } = JSON.parse(line) as { readonly beat: BeatClaim };
    const seen = beat.page[0] * 2 >= beat.span[1] - beat.span[0];
    return seen ? beat.runs.map(([from, to]): Stretch => [from, to]) : [];
  });
}
