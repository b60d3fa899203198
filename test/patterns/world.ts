/** Many people on a real Postgres: classes, sessions, answers and addresses, written as the rooms that own them would. */
import { createHash } from 'node:crypto';
import type { Hand } from '../../sdk/wire.ts';
import type { Facts } from '../../server/alerts/alert.ts';
import { raise, suspect } from '../../server/alerts/raise.ts';
import type { Db } from '../../server/db/pool.ts';
import { hashOrigin } from '../../server/patterns/origins/origin.ts';
import { writeOrigins } from '../../server/patterns/origins/store.ts';
import { type Ran, type RunOptions, runPatterns } from '../../server/patterns/run.ts';
import { factsOf } from '../../web-console/factWords.ts';
import { testDb } from '../support/db.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** When the patterns look, unless told otherwise. */
export const NOW = Date.parse('2026-03-02T20:00:00.000+08:00');
/** A morning before it. */
export const MORNING = NOW - 12 * HOUR;
export const LESSON_MS = 30 * MINUTE;

export interface SessionGiven {
  readonly person: string;
  readonly device: string;
  readonly openedAt: number;
  /** Default: a lesson. */
  readonly lengthMs?: number;
  /** Nothing closed it: it stays open long after the play has ended. */
  readonly leftOpen?: boolean;
  /** Default: `c1`. */
  readonly classId?: string;
  readonly address?: string;
}

export interface AnswerGiven {
  readonly person: string;
  readonly classId?: string;
  readonly question: string;
  readonly issuedAt: number;
  readonly latencyMs: number;
  /** The bank's id; `b` is right everywhere. Default: right. */
  readonly chosen?: string;
  /** The one whose page the answer was given on. Default: the person's own. */
  readonly device?: string;
  /** What its page told of the hand; default: nothing, as an older one. */
  readonly hand?: Hand;
  /** Asked by the accessible route. */
  readonly assistive?: boolean;
}

export interface RaisedAlert {
  readonly rule: string;
  readonly code: string;
  readonly severity: string;
  readonly subject_kind: string;
  readonly subject: string;
  readonly platform_id: string | null;
  readonly region: string;
  readonly sessions: string[];
  readonly facts: Record<string, number | string>;
  readonly count: number;
  readonly status: string;
}

export type World = Awaited<ReturnType<typeof world>>;

/** @param classes `c1`, `c2`, …: of the platform `pa`, each at its own school */
export async function world(classes = 1) {
  const test = await testDb();
  const { db } = test;
  await db.query(`insert into platforms (id, name, api_key_hash) values ('pa', '甲平台', '\\x01')`);
  await db.query(`insert into policies (hash, body) values ('policy', '{}')`);
  await db.query(`insert into lessons (id, title, duration_ms, media_url) values ('l1', '安全用电', $1, '/1')`, [
    LESSON_MS,
  ]);
  for (let n = 1; n <= classes; n += 1) {
    await db.query(
      `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
       values ($1, 'pa', $2, '班', $3, '6-31-01-03', 'policy')`,
      [`c${n}`, n % 2 === 0 ? '220581' : '220102', `第${n}职校`],
    );
  }
  await db.query(
    `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id)
     select 'q' || n, 'l1', '发现有人触电以后，在场的人首先应当做的一件事情是什么？', 'What comes first?', $1, 'b'
       from generate_series(1, 40) n`,
    [JSON.stringify(['a', 'b', 'c', 'd'].map((id) => ({ id, zh: `切断电源${id}`, en: id })))],
  );
  const known = new Set<string>();
  let sessions = 0;
  let prompts = 0;

  async function enrol(people: readonly string[]): Promise<void> {
    const fresh = [...new Set(people)].filter((person) => !known.has(person));
    for (const person of fresh) known.add(person);
    await db.query(
      `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
       select 't-' || person, 'pa', person, '', '', '' from unnest($1::text[]) person`,
      [fresh],
    );
  }

  /** Returns the sessions' ids. */
  async function study(given: readonly SessionGiven[]): Promise<string[]> {
    await enrol(given.map(({ person }) => person));
    const rows = given.map((one) => {
      const { person, device, openedAt, lengthMs = LESSON_MS, leftOpen = false, classId = 'c1' } = one;
      return { id: `s${++sessions}`, person, device, openedAt, playedUntil: openedAt + lengthMs, leftOpen, classId };
    });
    await db.query(
      `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms, closed_ms)
       select id, person, 't-' || person, 'pa', "classId", 'l1', device, 'policy', "openedAt",
              case when not "leftOpen" then "playedUntil" end
         from jsonb_to_recordset($1) as r(id text, person text, device text, "openedAt" bigint, "playedUntil" bigint,
              "leftOpen" boolean, "classId" text)`,
      [JSON.stringify(rows)],
    );
    await db.query(
      `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
       select person, substr(id, 2)::int, id, "openedAt", "playedUntil", "playedUntil" - "openedAt", 'held', 'presence.awaiting', true
         from jsonb_to_recordset($1) as r(id text, person text, "openedAt" bigint, "playedUntil" bigint)`,
      [JSON.stringify(rows)],
    );
    const key = createHash('sha256').update('origin').digest();
    const origins = rows.flatMap(({ id, person, openedAt }, i) => {
      const hashes = hashOrigin(key, given[i]?.address ?? '');
      return hashes === null ? [] : { session: id, personKey: person, at: openedAt, ...hashes };
    });
    await writeOrigins(db, origins);
    return rows.map(({ id }) => id);
  }

  /** Each person answers in a session of their own, on a device of their own. */
  async function answer(given: readonly AnswerGiven[]): Promise<void> {
    const deviceOf = ({ person, device = `device-${person}` }: AnswerGiven) => device;
    const who = (one: AnswerGiven) => `${one.person} ${one.classId ?? 'c1'} ${deviceOf(one)}`;
    const people = new Map(given.map((one) => [who(one), one]));
    const opened = await study(
      [...people.values()].map((one, n) => {
        const { person, classId = 'c1' } = one;
        const first = Math.min(...given.filter((one) => one.person === person).map(({ issuedAt }) => issuedAt));
        return {
          person,
          classId,
          device: deviceOf(one),
          openedAt: first - 1000 - 7 * n,
          lengthMs: 3 * HOUR + 1733 * n,
        };
      }),
    );
    const sessionOf = new Map([...people.keys()].map((key, i) => [key, opened[i]]));
    await db.query(
      `insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, answered_ms, outcome, chosen,
                            answered_session, manner, shown_as)
       select id, person, session, question, '{a,b,c,d}', "issuedAt", "issuedAt" + 60000, "issuedAt" + "latencyMs",
              case when chosen = 'b' then 'right' else 'wrong' end, chosen,
              session, manner, case when assistive then 'assistive' else 'words' end
         from jsonb_to_recordset($1) as r(id text, person text, session text, question text, "issuedAt" bigint,
              "latencyMs" bigint, chosen text, manner jsonb, assistive boolean)`,
      [
        JSON.stringify(
          given.map(({ hand, ...one }) => ({
            ...{ chosen: 'b', assistive: false, ...one, id: `p${++prompts}`, session: sessionOf.get(who(one)) },
            manner: { latencyMs: one.latencyMs, readMs: 800, ...(hand === undefined ? {} : { hand }) },
          })),
        ),
      ],
    );
  }

  return {
    db,
    study,
    answer,
    /** Runs all patterns, and fails when one of them does. */
    async run(at = NOW, options: RunOptions = {}): Promise<Ran> {
      const ran = await runPatterns(depsOf(db, at), options);
      if (ran.kind === 'ran') for (const { error } of ran.outcomes) if (error !== null) throw error;
      return ran;
    },
    async alerts(rule?: string): Promise<RaisedAlert[]> {
      const { rows } = await db.query<RaisedAlert>('select * from alerts order by rule, subject, at_ms');
      return rule === undefined ? rows : rows.filter((row) => row.rule === rule);
    },
    /** Facts of what was raised that the console has no words for: there ought to be none. */
    async wordless(): Promise<string[]> {
      const { rows } = await db.query<{ facts: Facts }>('select facts from alerts');
      const shown = rows.flatMap(({ facts }) => factsOf(facts, 'zh-CN'));
      // A code that stands as a value is shown as it is where it has no words.
      const bare = shown.filter(({ name, label, value }) => label === name || /^[a-z]+[A-Z]/.test(value));
      return [...new Set(bare.map(({ name }) => name))];
    },
    drop: () => test.drop(),
  };
}

export const depsOf = (db: Db, at: number) => ({
  db,
  now: () => at,
  raise: async (q: Pick<Db, 'query'>, suspicions: readonly Parameters<typeof suspect>[0][]) => {
    await raise(q as Db, suspicions.map(suspect));
    return () => undefined;
  },
});

/** The same numbers each time: mulberry32. */
export function drawer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
