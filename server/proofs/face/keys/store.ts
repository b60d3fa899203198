/**
 * Each person's own key, sealed, in Postgres. Guarantees: one a person; made only while a consent stands; gone in
 * the transaction that ends it, after which nothing that it sealed can be opened, wherever a copy lies.
 */
import type { Queryable } from '../../../db/pool.ts';

export interface StoredKey {
  readonly personKey: string;
  readonly id: string;
  readonly sealed: Buffer;
  /** Of the operator's key that sealed it. */
  readonly keyId: string;
}

const columns = 'person_key as "personKey", id, sealed, key_id as "keyId"';

export async function destroyKey(q: Queryable, personKey: string): Promise<void> {
  await q.query('delete from face_keys where person_key = $1', [personKey]);
}

/** Whether this is still the person's key. */
export async function hasKey(q: Queryable, personKey: string, id: string): Promise<boolean> {
  const { rowCount } = await q.query('select 1 from face_keys where person_key = $1 and id = $2', [personKey, id]);
  return rowCount === 1;
}

/** Keys that one of these sealed, locked; none that another process has in hand. @param keyIds the operator's */
export async function lockOlder(q: Queryable, keyIds: readonly string[], most: number): Promise<readonly StoredKey[]> {
  const { rows } = await q.query<StoredKey>(
    `select ${columns} from face_keys where key_id = any($1) order by person_key limit $2 for update skip locked`,
    [keyIds, most],
  );
  return rows;
}

/** Keys that none of these sealed: nobody can open them. @param keyIds the operator's */
export async function countLost(q: Queryable, keyIds: readonly string[]): Promise<number> {
  const { rows } = await q.query<{ n: number }>('select count(*)::int as n from face_keys where key_id <> all($1)', [
    keyIds,
  ]);
  return rows[0]?.n ?? 0;
}

export async function sealKeyAnew(q: Queryable, { personKey, sealed, keyId }: StoredKey): Promise<void> {
  await q.query('update face_keys set sealed = $2, key_id = $3 where person_key = $1', [personKey, sealed, keyId]);
}

export function createKeyStore(db: Queryable) {
  return {
    async keys(personKeys: readonly string[]): Promise<readonly StoredKey[]> {
      const { rows } = await db.query<StoredKey>(`select ${columns} from face_keys where person_key = any($1)`, [
        personKeys,
      ]);
      return rows;
    },

    /** The person's key; this one, if there is none yet. `null`: no consent stands. */
    async keyOr(fresh: StoredKey, atMs: number): Promise<StoredKey | null> {
      const { personKey, id, sealed, keyId } = fresh;
      // Looked for first: an insert would wait for whoever is sealing it anew.
      const [found] = await this.keys([personKey]);
      if (found !== undefined) return found;
      await db.query(
        `insert into face_keys (person_key, id, sealed, key_id, made_ms)
         select $1, $2, $3, $4, $5 from face_consents where person_key = $1 and ended_ms is null
         on conflict (person_key) do nothing`,
        [personKey, id, sealed, keyId, atMs],
      );
      const [made] = await this.keys([personKey]);
      return made ?? null;
    },
  };
}
export type KeyStore = ReturnType<typeof createKeyStore>;
