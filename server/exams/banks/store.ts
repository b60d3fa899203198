/** Banks of items for exams. Guarantees: a bank is its platform's own; what an import leaves out stays. */
import type { Queryable } from '../../db/pool.ts';
import type { BankItem } from '../blueprint.ts';

export interface BankRow {
  readonly platformId: string;
  readonly id: string;
  /** 国家职业分类大典, e.g. 4-07-05-04. */
  readonly occupationCode: string;
  /** 1 is the highest, 5 the lowest. */
  readonly level: number;
}

export async function putBank(q: Queryable, { platformId, id, occupationCode, level }: BankRow): Promise<void> {
  await q.query(
    `insert into exam_banks (platform_id, id, occupation_code, level) values ($1, $2, $3, $4)
     on conflict (platform_id, id) do update set occupation_code = excluded.occupation_code, level = excluded.level`,
    [platformId, id, occupationCode, level],
  );
}

export async function putItems(
  q: Queryable,
  platformId: string,
  bankId: string,
  items: readonly BankItem[],
): Promise<void> {
  await q.query(
    `insert into exam_items (platform_id, bank_id, id, topic, difficulty, item)
     select $1, $2, r.id, r.topic, r.difficulty, r.item
       from jsonb_to_recordset($3) as r(id text, topic text, difficulty text, item jsonb)
     on conflict (platform_id, bank_id, id) do update
       set topic = excluded.topic, difficulty = excluded.difficulty, item = excluded.item`,
    [platformId, bankId, JSON.stringify(items)],
  );
}

/** In the order of their ids. */
export async function itemsOf(q: Queryable, platformId: string, bankId: string): Promise<readonly BankItem[]> {
  const { rows } = await q.query<BankItem>(
    `select id, topic, difficulty, item from exam_items where platform_id = $1 and bank_id = $2 order by id`,
    [platformId, bankId],
  );
  return rows;
}

export async function bankExists(q: Queryable, platformId: string, bankId: string): Promise<boolean> {
  const { rowCount } = await q.query('select 1 from exam_banks where platform_id = $1 and id = $2', [
    platformId,
    bankId,
  ]);
  return rowCount === 1;
}

/** Those of these pictures (by the SHA-256 of their bytes) that are kept. */
export async function knownPictures(q: Queryable, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await q.query<{ sha256: string }>('select sha256 from question_pictures where sha256 = any($1)', [
    hashes,
  ]);
  return new Set(rows.map(({ sha256 }) => sha256));
}

export interface Picture {
  readonly sha256: string;
  readonly type: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

export async function picturesOf(q: Queryable, hashes: readonly string[]): Promise<readonly Picture[]> {
  if (hashes.length === 0) return [];
  const { rows } = await q.query<Picture>(
    'select sha256, type, width, height, bytes from question_pictures where sha256 = any($1)',
    [hashes],
  );
  return rows;
}
