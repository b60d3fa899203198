/**
 * Prompts in Postgres. Guarantees: a prompt is concluded once, whoever tries at the same time in
 * whatever process; at most one prompt waits for a person; a question comes from the bank of the
 * platform that shows it.
 */
import type { Answered } from '../../../sdk/wire.ts';
import type { Db } from '../../db/pool.ts';
import type { Ended } from '../provider.ts';
import type { Candidate } from './choose.ts';

/** How a prompt ended: by its answer, without one, or because another was asked instead. */
export type PromptOutcome = Answered['outcome'] | Ended | 'superseded';

/** One of `Question.choices`, in the bank's own words and order. */
export interface Choice {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
}

export interface Question {
  readonly id: string;
  readonly lessonId: string;
  readonly textZh: string;
  readonly textEn: string;
  readonly choices: readonly Choice[];
}

export interface Prompt {
  readonly id: string;
  readonly question: Question;
  /** The choices' ids in the order shown. */
  readonly choiceIds: readonly string[];
  readonly issuedAt: number;
  /** As the trainee is told. */
  readonly deadlineAt: number;
  /** An answer this much later still counts. */
  readonly lateMs: number;
  /** A right answer faster than this is no proof. */
  readonly minLatencyMs: number;
}

export interface OpenPrompt extends Prompt {
  readonly answerId: string;
}

export interface QuestionStore {
  /** The policy of a session, and when it closed (`null`: it is open); `null`: unknown. */
  session(id: string): Promise<{ readonly policyHash: string; readonly closedAt: number | null } | null>;
  /**
   * What the bank has about the session's own lesson, and about that one, if the session's platform
   * teaches it; with when this person was last asked each in the session's class.
   */
  candidates(session: string, lessonId: string, personKey: string): Promise<readonly Candidate[]>;
  /** Without its key; `null`: it is gone. */
  question(id: string): Promise<Question | null>;
  /** The newest stored beats of a person in a lesson, at most so many, in whatever sessions. */
  beats(personKey: string, lessonId: string, most: number): Promise<readonly string[]>;
  /** Stores a prompt; one that still waits for the person ends in the same transaction. */
  issue(prompt: Omit<Prompt, 'question'> & { questionId: string; personKey: string; session: string }): Promise<void>;
  /** Forgets a prompt that nobody was asked. */
  takeBack(id: string): Promise<void>;
  pending(personKey: string): Promise<Prompt | null>;
  /** The prompt with this id, if it is this person's and may still be answered, be it late; with the key. */
  open(id: string, personKey: string): Promise<OpenPrompt | null>;
  /** True for the caller that concluded it; false when it was concluded before. */
  conclude(id: string, outcome: Answered['outcome'], atMs: number): Promise<boolean>;
  /** Takes a conclusion back whose judgement could not be stored. */
  reopen(id: string, outcome: Answered['outcome']): Promise<void>;
  /** Ends what waited, past its deadline, for the person of this session. */
  end(session: string, how: Ended, nowMs: number): Promise<void>;
}

interface QuestionRow {
  readonly question_id: string;
  readonly lesson_id: string;
  readonly text_zh: string;
  readonly text_en: string;
  readonly choices: Choice[];
}

interface CandidateRow {
  readonly id: string;
  readonly lesson_id: string;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly last_ms: number | null;
}

interface PromptRow extends QuestionRow {
  readonly id: string;
  readonly choice_ids: string[];
  readonly issued_ms: number;
  readonly deadline_ms: number;
  readonly late_ms: number;
  readonly min_latency_ms: number;
}

const questionColumns = `questions.id as question_id, questions.lesson_id, questions.text_zh, questions.text_en,
                         questions.choices`;
const columns = `prompts.id, prompts.choice_ids, prompts.issued_ms, prompts.deadline_ms, prompts.late_ms,
                 prompts.min_latency_ms, ${questionColumns}`;
/** A missed prompt takes its one answer too: it comes to nothing, and is known to have come. */
const answerable = `(outcome is null or outcome = 'missed')`;

export function createQuestionStore(db: Db): QuestionStore {
  return {
    async session(id) {
      const found = await db.query<{ policy_hash: string; closed_ms: number | null }>(
        'select policy_hash, closed_ms from sessions where id = $1',
        [id],
      );
      const row = found.rows[0];
      return row === undefined ? null : { policyHash: row.policy_hash, closedAt: row.closed_ms };
    },

    async candidates(session, lessonId, personKey) {
      const found = await db.query<CandidateRow>(
        `select questions.id, questions.lesson_id, questions.from_ms, questions.to_ms, asked.last_ms
           from questions join sessions on sessions.id = $1
           left join (
             select prompts.question_id, max(prompts.issued_ms) as last_ms
               from prompts join sessions theirs on theirs.id = prompts.session_id
              where prompts.person_key = $3 and theirs.class_id = (select class_id from sessions where id = $1)
              group by prompts.question_id) asked on asked.question_id = questions.id
          where questions.lesson_id = sessions.lesson_id
             or (questions.lesson_id = $2 and exists (
                  select 1 from class_lessons join classes on classes.id = class_lessons.class_id
                   where class_lessons.lesson_id = $2 and classes.platform_id = sessions.platform_id))
          order by questions.id`,
        [session, lessonId, personKey],
      );
      return found.rows.map(({ id, lesson_id, from_ms, to_ms, last_ms }) => ({
        id,
        lessonId: lesson_id,
        about: from_ms === null || to_ms === null ? null : [from_ms, to_ms],
        lastAskedAt: last_ms,
      }));
    },

    async question(id) {
      // Without the key: what is read here goes to a browser.
      const found = await db.query<QuestionRow>(`select ${questionColumns} from questions where id = $1`, [id]);
      const row = found.rows[0];
      return row === undefined ? null : questionOf(row);
    },

    async beats(personKey, lessonId, most) {
      // Backwards along the index of each session's beats; a person's sessions of a lesson are few.
      const found = await db.query<{ line: string }>(
        `select beat.line
           from (select id from sessions where person_key = $1 and lesson_id = $2 order by opened_ms desc limit 20) own
          cross join lateral (
            select line, at_ms from events
             where session_id = own.id and seq is not null order by seq desc limit $3) beat
          order by beat.at_ms desc limit $3`,
        [personKey, lessonId, most],
      );
      return found.rows.map(({ line }) => line);
    },

    async issue(prompt) {
      // One statement is one transaction; the update sees the table as it was before the insert.
      await db.query(
        `with ended as (
           update prompts set outcome = case when deadline_ms + late_ms < $6 then 'missed' else 'superseded' end
            where person_key = $2 and outcome is null
         )
         insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, late_ms,
                              min_latency_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          ...[prompt.id, prompt.personKey, prompt.session, prompt.questionId, prompt.choiceIds],
          ...[prompt.issuedAt, prompt.deadlineAt, prompt.lateMs, prompt.minLatencyMs],
        ],
      );
    },

    async takeBack(id) {
      await db.query('delete from prompts where id = $1 and outcome is null', [id]);
    },

    async pending(personKey) {
      const found = await db.query<PromptRow>(
        `select ${columns} from prompts join questions on questions.id = prompts.question_id
          where person_key = $1 and ${answerable} order by issued_ms desc limit 1`,
        [personKey],
      );
      const row = found.rows[0];
      return row === undefined ? null : promptOf(row);
    },

    async open(id, personKey) {
      const found = await db.query<PromptRow & { answer_id: string }>(
        `select ${columns}, questions.answer_id
           from prompts join questions on questions.id = prompts.question_id
          where prompts.id = $1 and person_key = $2 and ${answerable}`,
        [id, personKey],
      );
      const row = found.rows[0];
      return row === undefined ? null : { ...promptOf(row), answerId: row.answer_id };
    },

    async conclude(id, outcome, atMs) {
      const ended = await db.query(
        `update prompts set answered_ms = $2, outcome = $3 where id = $1 and ${answerable}`,
        [id, atMs, outcome],
      );
      return ended.rowCount === 1;
    },

    async reopen(id, outcome) {
      await db.query('update prompts set answered_ms = null, outcome = null where id = $1 and outcome = $2', [
        id,
        outcome,
      ]);
    },

    async end(session, how, nowMs) {
      // Not the one that may have been asked meanwhile: its deadline lies ahead.
      await db.query(
        `update prompts set outcome = $2
          where outcome is null and deadline_ms <= $3
            and person_key = (select person_key from sessions where id = $1)`,
        [session, how, nowMs],
      );
    },
  };
}

function questionOf(row: QuestionRow): Question {
  return {
    ...{ id: row.question_id, lessonId: row.lesson_id, choices: row.choices },
    ...{ textZh: row.text_zh, textEn: row.text_en },
  };
}

function promptOf(row: PromptRow): Prompt {
  return {
    ...{ id: row.id, question: questionOf(row), choiceIds: row.choice_ids },
    ...{ issuedAt: row.issued_ms, deadlineAt: row.deadline_ms },
    ...{ lateMs: row.late_ms, minLatencyMs: row.min_latency_ms },
  };
}
