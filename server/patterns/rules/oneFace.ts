/**
 * One face, many names: the face that somebody enrolled is nearly another person's of the same platform. A signal for
 * a person to look at, and never more: relatives are alike, twins are the same to any recogniser, and whoever is
 * compared with thousands is near to somebody by chance. `compared` says with how many it was.
 */
import { type Alike, readAlike } from '../faces/store.ts';
import { type Finding, pattern } from '../pattern.ts';
import { readPeople } from '../sessions/store.ts';
import { ofPerson, type Whereabouts } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 30 * 86_400_000,
  /**
   * Of the recogniser's descriptors. Of strangers measured (bench/face.md), none of 345 single frames and of 60 bursts
   * was as near; so few comparisons say no more than that, with 95 %, fewer than 1.1 % of single frames are.
   */
  distanceMax: 0.36,
  /** People told of in one run, the nearest first. */
  people: 200,
});

interface Evidence {
  readonly alike: readonly Alike[];
  readonly people: readonly Whereabouts[];
}

export const oneFace = pattern({
  name: 'oneFace',
  code: 'proxyAttendance',
  severity: 'low',
  windowMs: thresholds.windowMs,
  async read(q, window): Promise<Evidence> {
    const alike = await readAlike(q, window, thresholds);
    return {
      alike,
      people: await readPeople(
        q,
        window,
        alike.map(({ personKey }) => personKey),
      ),
    };
  },
  judge: judgeFaces,
});

export function judgeFaces({ alike, people }: Evidence): Finding[] {
  const where = new Map(people.map((one) => [one.personKey, one]));
  return alike.flatMap(({ personKey, people: others, distance, compared, foundAt }) => {
    const own = where.get(personKey);
    if (own === undefined || distance > thresholds.distanceMax) return [];
    return {
      ...ofPerson(own),
      // People decide whether to tell the platform whose faces are alike.
      platformId: null,
      sessions: [],
      evidenceAt: foundAt,
      facts: {
        people: others + 1,
        distance: Math.round(distance * 1000) / 1000,
        distanceMax: thresholds.distanceMax,
        compared,
      },
    };
  });
}
