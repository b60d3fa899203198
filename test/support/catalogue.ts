/** The smallest catalogue a session can stand on: one platform, one class, two lessons, some trainees. */

import { createHash } from 'node:crypto';
import { demoPolicy, type Policy } from '../../detector/index.ts';
import type { Db } from '../../server/db/pool.ts';
import { alone } from './alone.ts';

export interface Catalogue {
  readonly platformId: string;
  readonly classId: string;
  readonly region: string;
  readonly lessons: readonly { readonly id: string; readonly durationMs: number }[];
  readonly trainees: readonly { readonly id: string; readonly personKey: string }[];
  readonly policyHash: string;
  readonly policy: Policy;
}

export async function seedCatalogue(
  db: Db,
  { trainees = 3, policy = alone(demoPolicy), tag = 'a' } = {},
): Promise<Catalogue> {
  const body = JSON.stringify(policy);
  const policyHash = createHash('sha256').update(body).digest('hex');
  const platformId = `platform-${tag}`;
  const classId = `class-${tag}`;
  const region = '220581';
  await db.query('insert into policies (hash, body) values ($1, $2) on conflict do nothing', [policyHash, body]);
  await db.query('insert into platforms (id, name, api_key_hash) values ($1, $1, $2)', [
    platformId,
    createHash('sha256').update(platformId).digest(),
  ]);
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
     values ($1, $2, $3, '消防设施操作员班', '演示培训学校', '4-07-05-04', $4)`,
    [classId, platformId, region, policyHash],
  );
  const lessons = ['one', 'two'].map((name) => ({ id: `${name}-${tag}`, durationMs: 200_000 }));
  for (const [i, lesson] of lessons.entries()) {
    await db.query('insert into lessons (id, title, duration_ms, media_url) values ($1, $1, $2, $3)', [
      lesson.id,
      lesson.durationMs,
      '/media/x.webm',
    ]);
    await db.query('insert into class_lessons values ($1, $2, $3)', [classId, lesson.id, i]);
    for (const n of [1, 2, 3]) {
      await db.query(
        `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id)
         values ($1, $2, '第一步?', 'First step?', $3, 'b')`,
        [
          `${lesson.id}-q${n}`,
          lesson.id,
          JSON.stringify(['a', 'b', 'c', 'd'].map((id) => ({ id, zh: `选项${id}`, en: `choice ${id}` }))),
        ],
      );
    }
  }
  const people = Array.from({ length: trainees }, (_, i) => ({
    id: `trainee-${tag}-${i}`,
    personKey: `person-${tag}-${i}`,
  }));
  for (const { id, personKey } of people) {
    await db.query(
      `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
       values ($1, $2, $3, '\\x00', '\\x00', '110105********002X')`,
      [id, platformId, personKey],
    );
    await db.query('insert into roster values ($1, $2)', [classId, id]);
  }
  return { platformId, classId, region, lessons, trainees: people, policyHash, policy };
}
