/** The catalogue and the policies in Postgres. */
import type { Queryable } from '../db/pool.ts';
import type { Enrolment, PlatformKey } from './catalogue.ts';

type EnrolmentRow = Omit<Enrolment, 'traineeName'> & { readonly nameSealed: Buffer };

/** One row when all four belong together, otherwise `null`. */
export async function selectEnrolment(
  db: Queryable,
  platformId: string,
  traineeId: string,
  classId: string,
  lessonId: string,
): Promise<EnrolmentRow | null> {
  const { rows } = await db.query<EnrolmentRow>(
    `select t.person_key as "personKey", t.name_sealed as "nameSealed",
            c.region, c.name as "className", c.policy_hash as "policyHash",
            l.title as "lessonTitle", l.duration_ms as "lessonMs", l.media_url as "mediaUrl"
       from trainees t
       join roster r on r.trainee_id = t.id
       join classes c on c.id = r.class_id and c.platform_id = t.platform_id
       join class_lessons cl on cl.class_id = c.id
       join lessons l on l.id = cl.lesson_id
      where t.platform_id = $1 and t.id = $2 and c.id = $3 and l.id = $4`,
    [platformId, traineeId, classId, lessonId],
  );
  return rows[0] ?? null;
}

export async function selectPlatformKey(db: Queryable, platformId: string, kid: string): Promise<PlatformKey | null> {
  const { rows } = await db.query<PlatformKey>(
    `select alg, public_pem as "publicPem" from platform_keys
      where platform_id = $1 and kid = $2 and retired_ms is null`,
    [platformId, kid],
  );
  return rows[0] ?? null;
}

/** The stored text of a policy, or `null`. */
export async function findPolicyBody(db: Queryable, hash: string): Promise<string | null> {
  const { rows } = await db.query<{ body: string }>('select body from policies where hash = $1', [hash]);
  return rows[0]?.body ?? null;
}

/** The same bytes have the same name: adding them again changes nothing. */
export async function addPolicyBody(db: Queryable, hash: string, body: string): Promise<void> {
  await db.query('insert into policies (hash, body) values ($1, $2) on conflict (hash) do nothing', [hash, body]);
}
