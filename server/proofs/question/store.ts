/**
 * Prompts in Postgres. Guarantees: a prompt is concluded once, whoever tries at the same time in
 * whatever process; at most one prompt waits for a person; a question comes from the bank of the
 * platform that shows it.
 */
import type { Words } from '../../../sdk/wire.ts';
import type { Form, Item } from '../../classes/item.ts';
import type { Db } from '../../db/pool.ts';
import type { Ended } from '../provider.ts';
import type { Candidate } from './choose.ts';
import { type Banked, guessOfBanked } from './guess.ts';
import type { Kept } from './manner.ts';
import type { Asked } from './template.ts';

/** What an answer came to: kept, and told to no page. */
export type AnswerOutcome = 'right' | 'wrong' | 'tooFast' | 'expired';
/** How a prompt ended: by its answer, without one, or because another was asked instead. */
export type PromptOutcome = AnswerOutcome | Ended | 'superseded';

/**
 * How it is shown. `words`: as the policy says. `assistive`: in words, for somebody who uses assistive technology.
 * `unable`, `failed`: in words though it should have been an image, for the page shows none, or none
 * could be made.
 */
export type ShownAs = 'words' | 'image' | 'assistive' | 'unable' | 'failed';

export interface Prompt {
  readonly id: string;
  /** With its key: what goes to a browser is picked from it by name. */
  readonly asked: Asked;
  /** The choices' ids in the order shown. */
  readonly choiceIds: readonly string[];
  readonly issuedAt: number;
  /** As the trainee is told. */
  readonly deadlineAt: number;
  /** An answer this much later still counts. */
  readonly lateMs: number;
  /** A right answer faster than this is no proof. */
  readonly minLatencyMs: number;
  readonly shownAs: ShownAs;
  /** With which its image is drawn; `null`: it is not shown as one. */
  readonly imageSeed: number | null;
  /** The person was asked the same item before; known once it is stored. */
  readonly again?: boolean;
}

/** What a session's page can draw, and who sits before it. */
export interface Page {
  readonly forms: readonly Form[];
  /** It can show a question as an image. */
  readonly images: boolean;
  /** The platform says that this trainee uses assistive technology. */
  readonly assistive: boolean;
}

/** A picture of the bank. */
export interface StoredPicture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** How a prompt was answered. */
export interface Concluded {
  readonly outcome: AnswerOutcome;
  /** What was taken, as `chosenBy` has it. Kept to hold people's wrong answers against each other. */
  readonly chosen: string | null;
  /** Whose page gave it. */
  readonly session: string;
  readonly kept: Kept;
  readonly atMs: number;
}

export interface QuestionStore {
  /** The policy of a session, and when it closed (`null`: it is open); `null`: unknown. */
  session(id: string): Promise<{ readonly policyHash: string; readonly closedAt: number | null } | null>;
  /**
   * What the bank has about the session's own lesson, and about that one, if the session's platform
   * teaches it; with when this person was last asked each in the session's class.
   */
  candidates(session: string, lessonId: string, personKey: string): Promise<readonly Candidate[]>;
  /** `null`: it is gone. */
  item(id: string): Promise<Item | null>;
  /** `null`: there is none of this hash. */
  picture(sha256: string): Promise<StoredPicture | null>;
  /** Keeps what a session's page can draw. */
  announce(session: string, page: Page): Promise<void>;
  /** That page; one that said nothing draws single choices. */
  page(session: string): Promise<Page>;
  /** The newest stored beats of a person in a lesson, at most so many, in whatever sessions. */
  beats(personKey: string, lessonId: string, most: number): Promise<readonly string[]>;
  /** Stores a prompt; one that still waits for the person ends in the same transaction. */
  issue(prompt: Prompt & { questionId: string; personKey: string; session: string }): Promise<void>;
  /** The prompt is shown in another way than it was first. */
  shownOtherwise(id: string, shownAs: ShownAs): Promise<void>;
  /** Forgets a prompt that nobody was asked. */
  takeBack(id: string): Promise<void>;
  pending(personKey: string): Promise<Prompt | null>;
  /** The prompt with this id, if it is this person's and may still be answered, be it late. */
  open(id: string, personKey: string): Promise<Prompt | null>;
  /** True for the caller that concluded it; false when it was concluded before. */
  conclude(id: string, answer: Concluded): Promise<boolean>;
  /** Takes a conclusion back whose judgement could not be stored. */
  reopen(id: string, outcome: AnswerOutcome): Promise<void>;
  /** Ends what waited, past its deadline, for the person of this session. */
  end(session: string, how: Ended, nowMs: number): Promise<void>;
}

interface QuestionRow {
  readonly question_id: string;
  readonly text_zh: string;
  readonly text_en: string;
  readonly form: Form;
  readonly choices: (Words & { readonly id: string })[];
  readonly answer_id: string | null;
  readonly variables: object | null;
  readonly key: object | null;
}

interface CandidateRow extends Banked {
  readonly id: string;
  readonly lesson_id: string;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly last_ms: number | null;
}

interface PromptRow extends QuestionRow {
  readonly id: string;
  readonly choice_ids: string[];
  /** `null`: asked before what was asked was kept with it. */
  readonly asked: Asked | null;
  readonly issued_ms: number;
  readonly deadline_ms: number;
  readonly late_ms: number;
  readonly min_latency_ms: number;
  readonly shown_as: ShownAs;
  readonly image_seed: number | null;
  readonly again: boolean;
}

const questionColumns = `questions.id as question_id, questions.text_zh, questions.text_en, questions.form,
                         questions.choices, questions.answer_id, questions.variables, questions.key`;
const columns = `prompts.id, prompts.choice_ids, prompts.asked, prompts.issued_ms, prompts.deadline_ms, prompts.late_ms,
                 prompts.min_latency_ms, prompts.shown_as, prompts.image_seed, ${questionColumns},
                 exists (select 1 from prompts before
                          where before.person_key = prompts.person_key and before.question_id = prompts.question_id
                            and before.issued_ms < prompts.issued_ms) as again`;
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
        `select questions.id, questions.form, questions.lesson_id, questions.from_ms, questions.to_ms, asked.last_ms,
                jsonb_array_length(questions.choices) as choices, questions.variables is not null as template,
                case when questions.form in ('number', 'point') then questions.key end as key
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
      return found.rows.map(({ id, lesson_id, from_ms, to_ms, last_ms, ...banked }) => ({
        id,
        form: banked.form,
        guess: guessOfBanked(banked),
        lessonId: lesson_id,
        about: from_ms === null || to_ms === null ? null : [from_ms, to_ms],
        lastAskedAt: last_ms,
      }));
    },

    async item(id) {
      const found = await db.query<QuestionRow>(`select ${questionColumns} from questions where id = $1`, [id]);
      const row = found.rows[0];
      return row === undefined ? null : itemOf(row);
    },

    async picture(sha256) {
      const found = await db.query<StoredPicture>(
        'select type, width, height, bytes from question_pictures where sha256 = $1',
        [sha256],
      );
      return found.rows[0] ?? null;
    },

    async announce(session, { forms, images, assistive }) {
      await db.query(
        `insert into session_forms (session_id, forms, assistive) values ($1, $2, $3)
         on conflict (session_id) do nothing`,
        [session, [...forms, ...(images ? ['image'] : [])], assistive],
      );
    },

    async page(session) {
      const found = await db.query<{ forms: (Form | 'image')[]; assistive: boolean }>(
        'select forms, assistive from session_forms where session_id = $1',
        [session],
      );
      const { forms = ['single'], assistive = false } = found.rows[0] ?? {};
      return {
        forms: forms.filter((form) => form !== 'image'),
        images: forms.includes('image'),
        assistive,
      };
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
                              min_latency_ms, asked, shown_as, image_seed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          ...[prompt.id, prompt.personKey, prompt.session, prompt.questionId, prompt.choiceIds],
          ...[prompt.issuedAt, prompt.deadlineAt, prompt.lateMs, prompt.minLatencyMs],
          ...[JSON.stringify(prompt.asked), prompt.shownAs, prompt.imageSeed],
        ],
      );
    },

    async shownOtherwise(id, shownAs) {
      await db.query('update prompts set shown_as = $2 where id = $1', [id, shownAs]);
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
      const found = await db.query<PromptRow>(
        `select ${columns} from prompts join questions on questions.id = prompts.question_id
          where prompts.id = $1 and person_key = $2 and ${answerable}`,
        [id, personKey],
      );
      const row = found.rows[0];
      return row === undefined ? null : promptOf(row);
    },

    async conclude(id, { outcome, chosen, session, kept, atMs }) {
      const ended = await db.query(
        `update prompts set answered_ms = $2, outcome = $3, chosen = $4, answered_session = $5, manner = $6
          where id = $1 and ${answerable}`,
        [id, atMs, outcome, chosen, session, JSON.stringify(kept)],
      );
      return ended.rowCount === 1;
    },

    async reopen(id, outcome) {
      await db.query(
        `update prompts set answered_ms = null, outcome = null, chosen = null, answered_session = null, manner = null
          where id = $1 and outcome = $2`,
        [id, outcome],
      );
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

/** What the table keeps came through the schema of items, in `classes`: it is believed. */
function itemOf({ question_id, text_zh, text_en, form, choices, answer_id, variables, key }: QuestionRow): Item {
  return {
    ...{ id: question_id, zh: text_zh, en: text_en, form },
    ...(variables === null ? {} : { variables }),
    ...(form === 'number' || form === 'point' ? {} : { choices }),
    ...(answer_id === null ? {} : { answer: answer_id }),
    ...key,
  } as Item;
}

function promptOf(row: PromptRow): Prompt {
  return {
    ...{ id: row.id, choiceIds: row.choice_ids },
    asked: row.asked ?? asInTheBank(row),
    ...{ issuedAt: row.issued_ms, deadlineAt: row.deadline_ms },
    ...{ lateMs: row.late_ms, minLatencyMs: row.min_latency_ms },
    ...{ shownAs: row.shown_as, imageSeed: row.image_seed },
    again: row.again,
  };
}

/** Asked by a release that knew only single choices, word for word. */
function asInTheBank({ text_zh, text_en, choices, answer_id }: QuestionRow): Asked {
  return { form: 'single', text: { zh: text_zh, en: text_en }, choices, answer: answer_id ?? '' };
}
