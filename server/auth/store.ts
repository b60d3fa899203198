/** People, platforms and their API keys, as they are kept. */
import type { Queryable } from '../db/pool.ts';

export interface PersonRow {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: 'monitor' | 'reviewer' | 'platform' | 'trainee';
  readonly region: string;
  readonly platformId: string | null;
  readonly traineeId: string | null;
  /** The platform of the trainee, for a trainee's login. */
  readonly traineePlatformId: string | null;
}

export async function findPerson(db: Queryable, username: string): Promise<PersonRow | null> {
  const { rows } = await db.query<PersonRow>(
    `select p.id, p.username, p.password_hash as "passwordHash", p.role, p.region,
            p.platform_id as "platformId", p.trainee_id as "traineeId", t.platform_id as "traineePlatformId"
       from people p left join trainees t on t.id = p.trainee_id
      where p.username = $1`,
    [username],
  );
  return rows[0] ?? null;
}

/** The platform whose API key has this SHA-256, or `null`. */
export async function findPlatformByKeyHash(db: Queryable, hash: Buffer): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>('select id from platforms where api_key_hash = $1', [hash]);
  return rows[0]?.id ?? null;
}

/** Adds a person, or gives the one of that username this password, role and bounds. */
export async function putPerson(db: Queryable, person: Omit<PersonRow, 'traineePlatformId'>): Promise<void> {
  await db.query(
    `insert into people (id, username, password_hash, role, region, platform_id, trainee_id)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (username) do update
       set password_hash = excluded.password_hash, role = excluded.role, region = excluded.region,
           platform_id = excluded.platform_id, trainee_id = excluded.trainee_id`,
    [person.id, person.username, person.passwordHash, person.role, person.region, person.platformId, person.traineeId],
  );
}

/** Adds a platform, or gives the one of that id this name and API key. */
export async function putPlatform(db: Queryable, id: string, name: string, apiKeyHash: Buffer): Promise<void> {
  await db.query(
    `insert into platforms (id, name, api_key_hash) values ($1, $2, $3)
     on conflict (id) do update set name = excluded.name, api_key_hash = excluded.api_key_hash`,
    [id, name, apiKeyHash],
  );
}

/** The platform's name, or `null`: there is none of this id. */
export async function findPlatform(db: Queryable, id: string): Promise<{ readonly name: string } | null> {
  const { rows } = await db.query<{ name: string }>('select name from platforms where id = $1', [id]);
  return rows[0] ?? null;
}
