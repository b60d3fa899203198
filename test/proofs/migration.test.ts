import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';

const migration = readFileSync(new URL('../../migrations/005_proofs.sql', import.meta.url), 'utf8');

describe.skipIf(!hasPostgres())('prompts of an earlier release', () => {
  let test: TestDb;
  beforeAll(async () => {
    test = await testDb();
  });
  afterAll(() => test?.drop());

  it('say “missed” where another came after their time, and “superseded” where it came before', async () => {
    const { db } = test;
    await db.query(
      'alter table prompts drop constraint prompts_outcome, drop column late_ms, drop column min_latency_ms',
    );
    await db.query(`insert into lessons (id, title, duration_ms, media_url) values ('l', 'l', 1, '/l')`);
    await db.query(
      `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id) values ('q', 'l', '', '', '[]', '')`,
    );
    const rows: readonly (readonly [
      id: string,
      person: string,
      issued: number,
      answered: number | null,
      string | null,
    ])[] = [
      ['missed', 'a', 1_000, null, 'superseded'],
      ['replaced', 'a', 100_000, null, 'superseded'],
      ['right', 'a', 120_000, 130_000, 'right'],
      ['late', 'a', 300_000, 365_000, 'expired'],
      ['waits', 'a', 500_000, null, null],
      // Never asked, since it could not be stored.
      ['unasked', 'b', 1_000, 1_000, 'superseded'],
      ['of another', 'b', 100_000, null, null],
    ];
    for (const [id, person, issued, answered, outcome] of rows) {
      await db.query(
        `insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, answered_ms, outcome)
         values ($1, $2, 's', 'q', '{}', $3, $4, $5, $6)`,
        [id, person, issued, issued + 60_000, answered, outcome],
      );
    }
    await db.query(migration);
    const after = await db.query('select id, outcome from prompts order by person_key, issued_ms');
    expect(after.rows.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['missed', 'missed'],
      ['replaced', 'superseded'],
      ['right', 'right'],
      ['late', 'expired'],
      ['waits', null],
      ['unasked', 'superseded'],
      ['of another', null],
    ]);
    await expect(db.query(`update prompts set outcome = 'guessed' where id = 'waits'`)).rejects.toThrow(
      /prompts_outcome/,
    );
  });
});
