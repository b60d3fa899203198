/** Trainees with credited spans, their sessions and pending leaves: what the judge would have left behind. */
import { createHash } from 'node:crypto';
import { creditLeaf, pseudonym } from '../../ledger/leaf.ts';
import { type Signer, signerFrom } from '../../ledger/note.ts';
import type { Db } from '../../server/db/pool.ts';
import { saltsFor } from '../../server/ledger/store.ts';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
export const seed = sha256('a seed for tests');
export const signer: Signer = signerFrom('localhost/attendance/2026', seed);

const policy = sha256('policy').toString('hex');
const T0 = 1_767_225_600_000;

/** One platform, class and lesson. */
export async function ground(db: Db): Promise<void> {
  await db.query(`insert into platforms (id, name, api_key_hash) values ('p', 'p', 'x')`);
  await db.query(`insert into lessons (id, title, duration_ms, media_url) values ('l', 'l', 3600000, 'l.mp4')`);
  await db.query(`insert into policies (hash, body) values ($1, 'policy')`, [policy]);
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
     values ('c', 'p', '440100', 'c', 'i', 'o', $1)`,
    [policy],
  );
}

/** `spans` credited spans of `person`, ids from `first` on, each with its pending leaf, in one transaction's spirit. */
export async function credit(db: Db, person: string, spans: number, first = 1): Promise<string[]> {
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
     values ($1, 'p', $1, '', '', '') on conflict do nothing`,
    [person],
  );
  await db.query(
    `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms)
     values ('s-' || $1, $1, $1, 'p', 'c', 'l', 'd', $2, $3) on conflict do nothing`,
    [person, policy, T0],
  );
  const salt = (await saltsFor(db, [person])).get(person)!;
  const rows = Array.from({ length: spans }, (_, nth) => {
    const id = first + nth;
    const from = T0 + id * 20_000;
    const leaf = creditLeaf({
      trainee: pseudonym(salt, person),
      class: 'c',
      lesson: 'l',
      session: `s-${person}`,
      from,
      to: from + 12_345,
      creditedMs: 12_000,
      policy,
      detector: '1',
      evidence: { ordinal: id, chain: sha256(`${person}/${id}`).toString('hex') },
    });
    return { id, from, leaf };
  });
  const ids = rows.map((row) => row.id);
  await db.query(
    `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
     select $1, id, 's-' || $1, from_ms, from_ms + 12345, 12000, 'credited', 'presence.proven', false
     from unnest($2::int[], $3::bigint[]) as t (id, from_ms)`,
    [person, ids, rows.map((row) => row.from)],
  );
  // The event that each leaf rests on, and the head above them all.
  await db.query(
    `insert into events (person_key, ordinal, session_id, at_ms, line)
     select $1, id, 's-' || $1, from_ms + 12345, '{}' from unnest($2::bigint[], $3::bigint[]) as t (id, from_ms)`,
    [person, ids, rows.map((row) => row.from)],
  );
  await db.query(
    `insert into heads (person_key, ordinal, chain) values ($1, $2, '')
     on conflict (person_key) do update set ordinal = greatest(heads.ordinal, excluded.ordinal)`,
    [person, Math.max(0, ...ids)],
  );
  const leaves = rows.map((row) => row.leaf);
  await db.query(
    `insert into ledger_pending (person_key, span_id, leaf)
     select $1, id, leaf from unnest($2::int[], $3::text[]) with ordinality as t (id, leaf, nth) order by nth`,
    [person, ids, leaves],
  );
  return leaves;
}

/** The tree head straight from RFC 6962 §2.1, sharing nothing with the code under test. */
export function naiveRoot(leaves: readonly (string | Uint8Array)[]): Buffer {
  const hash = (...parts: (string | Uint8Array)[]): Buffer =>
    parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();
  const only = leaves[0];
  if (only === undefined) return hash();
  if (leaves.length === 1) return hash(Uint8Array.of(0), only);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hash(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
