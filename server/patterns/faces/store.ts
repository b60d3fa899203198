/** Enrolled faces that are alike, as they were found. Reads only. */
import type { Queryable } from '../../db/pool.ts';
import type { Window } from '../pattern.ts';

/** One person, and the others whose face is like it. */
export interface Alike {
  readonly personKey: string;
  readonly people: number;
  readonly distance: number;
  readonly compared: number;
  readonly foundAt: number;
}

/** The nearest first. Each pair is told of for both. */
export async function readAlike(
  q: Queryable,
  { fromAt, toAt }: Window,
  { distanceMax, people }: { distanceMax: number; people: number },
): Promise<Alike[]> {
  const { rows } = await q.query<Alike>(
    `with each as (
       select person_key as own, other_key as other, distance, compared, found_ms from face_likenesses
       union all
       select other_key as own, person_key as other, distance, compared, found_ms from face_likenesses
     )
     select own as "personKey", count(distinct other)::int as people, min(distance)::float8 as distance,
            max(compared) as compared, max(found_ms) as "foundAt"
       from each where found_ms between $1 and $2 and distance <= $3
      group by own order by min(distance), own limit $4`,
    [fromAt, toAt, distanceMax, people],
  );
  return rows;
}
