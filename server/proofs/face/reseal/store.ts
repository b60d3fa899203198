/**
 * Rows that the operator's keys sealed themselves, as was done before each person had a key. Guarantees: a row is
 * locked until it is sealed anew; what ended meanwhile stays ended.
 */
import type { Queryable } from '../../../db/pool.ts';
import type { Sealed } from '../vault.ts';

export interface OldRow {
  readonly what: Sealed;
  readonly personKey: string;
  /** Of a template; else of the check. */
  readonly id: string;
  readonly frame: number;
  readonly sealed: Buffer;
}

/** @param keyIds the operator's */
export async function lockOldRows(q: Queryable, keyIds: readonly string[], most: number): Promise<readonly OldRow[]> {
  const templates = await q.query<OldRow>(
    `select 'template' as what, person_key as "personKey", id, 0 as frame, sealed from face_templates
      where key_id = any($1) order by id limit $2 for update skip locked`,
    [keyIds, most],
  );
  const probes = await q.query<OldRow>(
    `select 'probe' as what, c.person_key as "personKey", p.check_id as id, p.frame, p.sealed
       from face_probes p join face_checks c on c.id = p.check_id
      where p.key_id = any($1) order by p.check_id, p.frame limit $2 for update of p skip locked`,
    [keyIds, most],
  );
  const frames = await q.query<OldRow>(
    `select 'frame' as what, c.person_key as "personKey", p.check_id as id, p.frame, p.sealed
       from face_frames p join face_checks c on c.id = p.check_id
      where p.key_id = any($1) order by p.check_id, p.frame limit $2 for update of p skip locked`,
    [keyIds, most],
  );
  return [...templates.rows, ...probes.rows, ...frames.rows];
}

export async function sealRowAnew(
  q: Queryable,
  { what, id, frame }: OldRow,
  { sealed, keyId }: { readonly sealed: Buffer; readonly keyId: string },
): Promise<void> {
  switch (what) {
    case 'template':
      await q.query('update face_templates set sealed = $2, key_id = $3 where id = $1', [id, sealed, keyId]);
      return;
    case 'probe':
      await q.query('update face_probes set sealed = $3, key_id = $4 where check_id = $1 and frame = $2', [
        ...[id, frame, sealed, keyId],
      ]);
      return;
    case 'frame':
      await q.query('update face_frames set sealed = $3, key_id = $4 where check_id = $1 and frame = $2', [
        ...[id, frame, sealed, keyId],
      ]);
      return;
    default:
      return what satisfies never;
  }
}
