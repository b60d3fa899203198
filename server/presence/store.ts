/**
 * Prompts in Postgres. Guarantees: a prompt is settled once, whoever tries at the same time in
 * whatever process; at most one prompt waits for a person.
 */
import type { Db } from '../db/pool.ts';

/** How a prompt ended. `superseded`: another was asked instead. */
export type Outcome = 'right' | 'wrong' | 'tooFast' | 'expired' | 'superseded';

/** One of `Question.choices`, in the bank's own words and order. */
export interface Choice {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
}

export interface Question {
  readonly id: string;
  readonly textZh: string;
  readonly textEn: string;
  readonly choices: readonly Choice[];
}

export interface Prompt {
  readonly id: string;
  readonly question: Question;
  /** The choices' ids in the order shown. */
  readonly choiceIds: readonly string[];
  readonly issuedMs: number;
  readonly deadlineMs: number;
}

export interface PresenceStore {
  /** The lesson and the policy of a session; `null`: unknown. */
  session(id: string): Promise<{ readonly lessonId: string; readonly policyHash: string } | null>;
  questions(lessonId: string): Promise<readonly Question[]>;
  /** The question this person was asked last. */
  lastAsked(personKey: string): Promise<string | null>;
  /** Stores a prompt; one that still waits for the person is superseded in the same transaction. */
  issue(prompt: Omit<Prompt, 'question'> & { questionId: string; personKey: string; session: string }): Promise<void>;
  pending(personKey: string): Promise<Prompt | null>;
  /** The open prompt with this id, if it is this person's; with the key. */
  open(id: string, personKey: string): Promise<(Prompt & { readonly answerId: string }) | null>;
  /** True for the caller that settled it; false when it was settled before. */
  settle(id: string, outcome: Outcome, nowMs: number): Promise<boolean>;
  /** Takes a settlement back whose judgement could not be stored. */
  reopen(id: string, outcome: Outcome): Promise<void>;
}

interface PromptRow {
  readonly id: string;
  readonly choice_ids: string[];
  readonly issued_ms: number;
  readonly deadline_ms: number;
  readonly question_id: string;
  readonly text_zh: string;
  readonly text_en: string;
  readonly choices: Choice[];
}

const columns = `prompts.id, prompts.choice_ids, prompts.issued_ms, prompts.deadline_ms, prompts.question_id,
                 questions.text_zh, questions.text_en, questions.choices`;

export function createPresenceStore(db: Db): PresenceStore {
  return {
    async session(id) {
      const found = await db.query<{ lesson_id: string; policy_hash: string }>(
        'select lesson_id, policy_hash from sessions where id = $1',
        [id],
      );
      const row = found.rows[0];
      return row === undefined ? null : { lessonId: row.lesson_id, policyHash: row.policy_hash };
    },

    async questions(lessonId) {
      // Without the key: what is read here goes to a browser.
      const found = await db.query<{ id: string; text_zh: string; text_en: string; choices: Choice[] }>(
        'select id, text_zh, text_en, choices from questions where lesson_id = $1 order by id',
        [lessonId],
      );
      return found.rows.map((row) => ({
        id: row.id,
        textZh: row.text_zh,
        textEn: row.text_en,
        choices: row.choices,
      }));
    },

    async lastAsked(personKey) {
      const found = await db.query<{ question_id: string }>(
        'select question_id from prompts where person_key = $1 order by issued_ms desc limit 1',
        [personKey],
      );
      return found.rows[0]?.question_id ?? null;
    },

    async issue(prompt) {
      // One statement is one transaction; the update sees the table as it was before the insert.
      await db.query(
        `with superseded as (
           update prompts set outcome = 'superseded' where person_key = $2 and outcome is null
         )
         insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          prompt.id,
          prompt.personKey,
          prompt.session,
          prompt.questionId,
          prompt.choiceIds,
          prompt.issuedMs,
          prompt.deadlineMs,
        ],
      );
    },

    async pending(personKey) {
      const found = await db.query<PromptRow>(
        `select ${columns} from prompts join questions on questions.id = prompts.question_id
          where person_key = $1 and outcome is null order by issued_ms desc limit 1`,
        [personKey],
      );
      const row = found.rows[0];
      return row === undefined ? null : promptOf(row);
    },

    async open(id, personKey) {
      const found = await db.query<PromptRow & { answer_id: string }>(
        `select ${columns}, questions.answer_id
           from prompts join questions on questions.id = prompts.question_id
          where prompts.id = $1 and person_key = $2 and outcome is null`,
        [id, personKey],
      );
      const row = found.rows[0];
      return row === undefined ? null : { ...promptOf(row), answerId: row.answer_id };
    },

    async settle(id, outcome, nowMs) {
      const settled = await db.query(
        'update prompts set answered_ms = $2, outcome = $3 where id = $1 and outcome is null',
        [id, nowMs, outcome],
      );
      return settled.rowCount === 1;
    },

    async reopen(id, outcome) {
      await db.query('update prompts set answered_ms = null, outcome = null where id = $1 and outcome = $2', [
        id,
        outcome,
      ]);
    },
  };
}

function promptOf(row: PromptRow): Prompt {
  return {
    id: row.id,
    question: { id: row.question_id, textZh: row.text_zh, textEn: row.text_en, choices: row.choices },
    choiceIds: row.choice_ids,
    issuedMs: row.issued_ms,
    deadlineMs: row.deadline_ms,
  };
}
