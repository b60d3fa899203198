/** Where sessions were opened from, in Postgres: hashes only (see origin.ts). */
import type { Queryable } from '../../db/pool.ts';

export interface OriginRow {
  readonly session: string;
  readonly personKey: string;
  readonly at: number;
  readonly address: Buffer;
  readonly network: Buffer;
}

/** One that is there already stays as it is. */
export async function writeOrigins(q: Queryable, rows: readonly OriginRow[]): Promise<void> {
  await q.query(
    `insert into session_origins (session_id, person_key, opened_ms, address, network)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::bytea[])
     on conflict (session_id) do nothing`,
    [
      rows.map(({ session }) => session),
      rows.map(({ personKey }) => personKey),
      rows.map(({ at }) => at),
      rows.map(({ address }) => address),
      rows.map(({ network }) => network),
    ],
  );
}

/** Deletes rows from before then, oldest first, at most so many; returns how many. */
export async function forgetOrigins(q: Queryable, beforeAt: number, limit: number): Promise<number> {
  const gone = await q.query(
    `delete from session_origins where session_id in (
       select session_id from session_origins where opened_ms < $1 order by opened_ms limit $2)`,
    [beforeAt, limit],
  );
  return gone.rowCount ?? 0;
}
