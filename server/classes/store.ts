/** The catalogue, its keys and the policies in Postgres: read by the gateway, written by the demo and by `npm run admin`. */
import type { Queryable } from '../db/pool.ts';
import type { Enrolment, PlatformKey } from './entries.ts';
import type { Form, Item } from './item.ts';
import type { BankPicture } from './picture.ts';

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
            c.region, c.occupation_code as "occupationCode", c.name as "className", c.policy_hash as "policyHash",
            l.title as "lessonTitle", l.duration_ms as "lessonMs", l.media_url as "mediaUrl",
            l.delivery, l.media_file as "mediaFile"
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

// ── writing: each statement may run again: what is there stays or is brought up to date ──

export interface ClassRow {
  readonly id: string;
  readonly platformId: string;
  readonly region: string;
  readonly name: string;
  readonly institution: string;
  readonly occupation: string;
  readonly policyHash: string;
}

/** A class that exists takes a newer policy: sessions keep the one they were opened with. `false`: it is another platform's. */
export async function putClass(db: Queryable, row: ClassRow): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update
       set region = excluded.region, name = excluded.name, institution_name = excluded.institution_name,
           occupation_code = excluded.occupation_code, policy_hash = excluded.policy_hash
       where classes.platform_id = excluded.platform_id`,
    [row.id, row.platformId, row.region, row.name, row.institution, row.occupation, row.policyHash],
  );
  return rowCount === 1;
}

export interface LessonRow {
  readonly id: string;
  readonly title: string;
  readonly durationMs: number;
  readonly mediaUrl: string;
  /** Under the media directory: this server delivers it. */
  readonly mediaFile?: string | undefined;
  /** The platform delivers it, and reports what it delivers. */
  readonly delivery?: 'platform' | undefined;
}

/** Puts a lesson at this place of a class. `false`: it is taught in another platform's class, and stays as it is. */
export async function putLesson(db: Queryable, classId: string, position: number, lesson: LessonRow): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into lessons (id, title, duration_ms, media_url, delivery, media_file) values ($1, $2, $3, $4, $6, $7)
     on conflict (id) do update
       set title = excluded.title, duration_ms = excluded.duration_ms, media_url = excluded.media_url,
           delivery = excluded.delivery, media_file = excluded.media_file
       where not exists (
         select 1 from class_lessons cl
           join classes theirs on theirs.id = cl.class_id
           join classes ours on ours.id = $5
          where cl.lesson_id = excluded.id and theirs.platform_id <> ours.platform_id)`,
    [
      ...[lesson.id, lesson.title, lesson.durationMs, lesson.mediaUrl, classId],
      ...[lesson.mediaFile === undefined ? (lesson.delivery ?? null) : 'server', lesson.mediaFile ?? null],
    ],
  );
  if (rowCount !== 1) return false;
  await db.query(
    `insert into class_lessons (class_id, lesson_id, position) values ($1, $2, $3)
     on conflict (class_id, lesson_id) do update set position = excluded.position`,
    [classId, lesson.id, position],
  );
  return true;
}

/** Whether a class of this id is there, whosever it is. */
export async function classExists(db: Queryable, id: string): Promise<boolean> {
  return (await db.query('select 1 from classes where id = $1', [id])).rowCount === 1;
}

export interface TaughtLesson {
  readonly id: string;
  readonly title: string;
  readonly durationMs: number;
}

/** The lessons of a class in their order, or the one lesson, if it is there. */
export async function lessonsOf(
  db: Queryable,
  which: { readonly classId: string } | { readonly lessonId: string },
): Promise<readonly TaughtLesson[]> {
  const { rows } =
    'lessonId' in which
      ? await db.query<TaughtLesson>('select id, title, duration_ms as "durationMs" from lessons where id = $1', [
          which.lessonId,
        ])
      : await db.query<TaughtLesson>(
          `select l.id, l.title, l.duration_ms as "durationMs" from lessons l
             join class_lessons cl on cl.lesson_id = l.id where cl.class_id = $1 order by cl.position, l.id`,
          [which.classId],
        );
  return rows;
}

export interface BankedItem {
  readonly form: Form;
  readonly template: boolean;
  /** The media that it is about, ms; `null`: the lesson as a whole. */
  readonly about: readonly [number, number] | null;
}

/** What the bank holds about a lesson, without words and keys. */
export async function bankOf(db: Queryable, lessonId: string): Promise<readonly BankedItem[]> {
  const { rows } = await db.query<BankedItem>(
    `select form, variables is not null as template,
            case when from_ms is not null then jsonb_build_array(from_ms, to_ms) end as about
       from questions where lesson_id = $1`,
    [lessonId],
  );
  return rows;
}

/** `false`: a question of this id belongs to another lesson. */
export async function putQuestion(db: Queryable, lessonId: string, item: Item): Promise<boolean> {
  const [from, to] = item.about ?? [null, null];
  const { choices, answer, key } = keyed(item);
  const { rowCount } = await db.query(
    `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id, from_ms, to_ms, form, variables, key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update
       set text_zh = excluded.text_zh, text_en = excluded.text_en, choices = excluded.choices,
           answer_id = excluded.answer_id, from_ms = excluded.from_ms, to_ms = excluded.to_ms,
           form = excluded.form, variables = excluded.variables, key = excluded.key
       where questions.lesson_id = excluded.lesson_id`,
    [
      ...[item.id, lessonId, item.zh, item.en, JSON.stringify(choices), answer, from, to, item.form],
      ...[item.variables ?? null, key].map((json) => (json === null ? null : JSON.stringify(json))),
    ],
  );
  return rowCount === 1;
}

/** Keeps a picture of the bank under its hash; the same one again is the one that is there. */
export async function putPicture(db: Queryable, { sha256, type, width, height, bytes }: BankPicture): Promise<void> {
  await db.query(
    `insert into question_pictures (sha256, type, width, height, bytes) values ($1, $2, $3, $4, $5)
     on conflict (sha256) do nothing`,
    [sha256, type, width, height, bytes],
  );
}

/** Where the table keeps an item's choices and its key. */
function keyed(item: Item): {
  readonly choices: readonly unknown[];
  readonly answer: string | null;
  readonly key: object | null;
} {
  switch (item.form) {
    case 'single':
      return { choices: item.choices, answer: item.answer, key: null };
    case 'multiple':
      return { choices: item.choices, answer: null, key: { answers: item.answers } };
    case 'order':
      return { choices: item.choices, answer: null, key: null };
    case 'number': {
      const { answer, tolerance, unit } = item;
      return { choices: [], answer: null, key: { answer, tolerance, ...(unit === undefined ? {} : { unit }) } };
    }
    case 'point':
      return { choices: [], answer: null, key: { picture: item.picture, region: item.region } };
    default:
      return item satisfies never;
  }
}

export interface TraineeRow {
  readonly id: string;
  readonly platformId: string;
  readonly personKey: string;
  readonly nameSealed: Buffer;
  readonly citizenIdSealed: Buffer;
  readonly citizenIdMasked: string;
}

/** Adds a trainee, or brings one up to date, and enrols. Ask `findTrainee` and `findTraineeOf` first whether it may. */
export async function putTrainee(db: Queryable, classId: string, row: TraineeRow): Promise<void> {
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update
       set person_key = excluded.person_key, name_sealed = excluded.name_sealed,
           citizen_id_sealed = excluded.citizen_id_sealed, citizen_id_masked = excluded.citizen_id_masked`,
    [row.id, row.platformId, row.personKey, row.nameSealed, row.citizenIdSealed, row.citizenIdMasked],
  );
  await db.query('insert into roster (class_id, trainee_id) values ($1, $2) on conflict do nothing', [classId, row.id]);
}

/** Whose a trainee's id is, and whether evidence already hangs on it; `null`: unknown. */
export async function findTrainee(
  db: Queryable,
  id: string,
): Promise<{ readonly platformId: string; readonly personKey: string; readonly studied: boolean } | null> {
  const { rows } = await db.query<{ platformId: string; personKey: string; studied: boolean }>(
    `select t.platform_id as "platformId", t.person_key as "personKey",
            exists (select 1 from sessions s where s.trainee_id = t.id) as studied
       from trainees t where t.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The id under which a platform knows this person, or `null`. */
export async function findTraineeOf(db: Queryable, platformId: string, personKey: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    'select id from trainees where platform_id = $1 and person_key = $2',
    [platformId, personKey],
  );
  return rows[0]?.id ?? null;
}

/** Any one sealed name of this platform, or `null`: shows whether a key is the one that sealed them. */
export async function findSealedName(db: Queryable, platformId: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ name: Buffer }>(
    'select name_sealed as name from trainees where platform_id = $1 limit 1',
    [platformId],
  );
  return rows[0]?.name ?? null;
}

/** `false`: the platform already has, or once had, a key of this name. */
export async function addPlatformKey(
  db: Queryable,
  platformId: string,
  kid: string,
  { alg, publicPem }: PlatformKey,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into platform_keys (platform_id, kid, alg, public_pem) values ($1, $2, $3, $4)
     on conflict (platform_id, kid) do nothing`,
    [platformId, kid, alg, publicPem],
  );
  return rowCount === 1;
}

/** `false`: there is no such key, or it is retired already. */
export async function retirePlatformKey(
  db: Queryable,
  platformId: string,
  kid: string,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update platform_keys set retired_ms = $3 where platform_id = $1 and kid = $2 and retired_ms is null`,
    [platformId, kid, nowMs],
  );
  return rowCount === 1;
}
