/** Writes the demo into the catalogue. Each statement may run again: what is there stays or is brought up to date. */
import type { Queryable } from '../db/pool.ts';
import type { DemoLesson } from './lessons.ts';

export async function putPlatform(db: Queryable, id: string, name: string, apiKeyHash: Buffer): Promise<void> {
  await db.query(
    `insert into platforms (id, name, api_key_hash) values ($1, $2, $3)
     on conflict (id) do update set name = excluded.name, api_key_hash = excluded.api_key_hash`,
    [id, name, apiKeyHash],
  );
}

export interface ClassRow {
  readonly id: string;
  readonly platformId: string;
  readonly region: string;
  readonly name: string;
  readonly institution: string;
  readonly occupation: string;
  readonly policyHash: string;
}

/** A class that exists takes a newer policy: sessions keep the one they were opened with. */
export async function putClass(db: Queryable, row: ClassRow): Promise<void> {
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set name = excluded.name, policy_hash = excluded.policy_hash`,
    [row.id, row.platformId, row.region, row.name, row.institution, row.occupation, row.policyHash],
  );
}

export async function putLesson(db: Queryable, classId: string, position: number, lesson: DemoLesson): Promise<void> {
  await db.query(
    `insert into lessons (id, title, duration_ms, media_url) values ($1, $2, $3, $4)
     on conflict (id) do update
       set title = excluded.title, duration_ms = excluded.duration_ms, media_url = excluded.media_url`,
    [lesson.id, lesson.title, lesson.durationMs, `/media/${lesson.file}`],
  );
  await db.query(
    `insert into class_lessons (class_id, lesson_id, position) values ($1, $2, $3)
     on conflict (class_id, lesson_id) do update set position = excluded.position`,
    [classId, lesson.id, position],
  );
  for (const question of lesson.questions) {
    await db.query(
      `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update
         set text_zh = excluded.text_zh, text_en = excluded.text_en,
             choices = excluded.choices, answer_id = excluded.answer_id`,
      [question.id, lesson.id, question.zh, question.en, JSON.stringify(question.choices), question.answer],
    );
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

export async function putTrainee(db: Queryable, classId: string, row: TraineeRow): Promise<void> {
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update
       set person_key = excluded.person_key, name_sealed = excluded.name_sealed,
           citizen_id_sealed = excluded.citizen_id_sealed`,
    [row.id, row.platformId, row.personKey, row.nameSealed, row.citizenIdSealed, row.citizenIdMasked],
  );
  await db.query('insert into roster (class_id, trainee_id) values ($1, $2) on conflict do nothing', [classId, row.id]);
}
