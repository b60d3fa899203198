/** A small province for the people's rooms: two platforms, three regions, and who may look at them. */
import { createSecretKey, randomBytes } from 'node:crypto';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { StoredAlert } from '../../server/alerts/alert.ts';
import { raise } from '../../server/alerts/raise.ts';
import { apiKeyHash, createAuth } from '../../server/auth/auth.ts';
import type { Principal } from '../../server/auth/principal.ts';
import type { Person } from '../../server/auth/scope.ts';
import { createTokens } from '../../server/auth/token.ts';
import type { Db } from '../../server/db/pool.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import { createLog } from '../../server/log.ts';
import { testDb } from '../support/db.ts';

export const T0 = Date.parse('2026-03-02T08:00:00.000+08:00');
export const log = createLog('silent');
export const tokens = createTokens(createSecretKey(randomBytes(32)));
/** The tests' seal is none at all; `broken` stands for one that does not open. */
export const unseal = (sealed: Buffer): string => {
  if (sealed.toString('utf8') === 'broken') throw new Error('the seal is broken');
  return sealed.toString('utf8');
};

export const keys = { pa: 'zxk_platform-a-key-0123456789', pb: 'zxk_platform-b-key-0123456789' };

const person = (personId: string, role: 'monitor' | 'reviewer', region: string): Person => ({
  kind: 'person',
  personId,
  username: personId,
  role,
  region,
});
export const people = {
  nation: person('nation', 'monitor', ''),
  jilin: person('jilin', 'reviewer', '22'),
  meihekou: person('meihekou', 'monitor', '220581'),
  jiangxi: person('jiangxi', 'reviewer', '36'),
  /** Regions that would see too much if a wildcard were one. */
  percent: person('percent', 'monitor', '%'),
  underscore: person('underscore', 'monitor', '22____'),
  backslash: person('backslash', 'monitor', '22\\'),
  quote: person('quote', 'monitor', "' or '1'='1"),
  ta1: { kind: 'trainee', traineeId: 'ta1', platformId: 'pa' },
  ta2: { kind: 'trainee', traineeId: 'ta2', platformId: 'pa' },
} as const satisfies Record<string, Principal>;

export const bearer = (principal: Principal): { authorization: string } => ({
  authorization: `Bearer ${tokens.sign(principal, 'subject')}`,
});
export const platformBearer = (id: keyof typeof keys): { authorization: string } => ({
  authorization: `Bearer ${keys[id]}`,
});

/**
 * pa: class ca1 (220581) with ta1, ta2; class ca2 (360100) with ta1.
 * pb: class cb1 (220102) with tb1, who is the same person as ta1.
 */
export async function world() {
  const test = await testDb();
  const { db } = test;
  await db.query(`insert into platforms (id, name, api_key_hash) values ('pa', '甲平台', $1), ('pb', '乙平台', $2)`, [
    apiKeyHash(keys.pa),
    apiKeyHash(keys.pb),
  ]);
  await db.query(`insert into policies (hash, body) values ('policy-1', '{}')`);
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked) values
       ('ta1', 'pa', 'person-1', convert_to('王小明', 'UTF8'), '', '2201**********001X'),
       ('ta2', 'pa', 'person-2', convert_to('=HYPERLINK("http://x")', 'UTF8'), '', '+220**********0029'),
       ('tb1', 'pb', 'person-1', convert_to('王小明', 'UTF8'), '', '2201**********001X'),
       ('tb2', 'pb', 'person-3', convert_to('broken', 'UTF8'), '', '3601**********0037')`,
  );
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash) values
       ('ca1', 'pa', '220581', '电工班', '甲校', '6-31-01-03', 'policy-1'),
       ('ca2', 'pa', '360100', '焊工班', '甲校', '6-18-02-04', 'policy-1'),
       ('cb1', 'pb', '220102', '育婴班', '乙校', '4-10-01-02', 'policy-1')`,
  );
  await db.query(
    `insert into lessons (id, title, duration_ms, media_url) values ('l1', '安全用电', 3600000, '/m1'), ('l2', '接地', 3600000, '/m2')`,
  );
  await db.query(
    `insert into roster (class_id, trainee_id) values ('ca1', 'ta1'), ('ca1', 'ta2'), ('ca2', 'ta1'), ('cb1', 'tb1')`,
  );
  for (const who of Object.values(people)) {
    if (who.kind !== 'person') continue;
    await db.query(`insert into people (id, username, password_hash, role, region) values ($1, $1, '', $2, $3)`, [
      who.personId,
      who.role,
      who.region,
    ]);
  }
  return { ...test, auth: createAuth({ db, tokens }) };
}

const platformOf = { ca1: 'pa', ca2: 'pa', cb1: 'pb' } as const;
const regionOf = { ca1: '220581', ca2: '360100', cb1: '220102' } as const;
const personOf = { ta1: 'person-1', ta2: 'person-2', tb1: 'person-1', tb2: 'person-3' } as const;
export type ClassId = keyof typeof platformOf;
export type TraineeId = keyof typeof personOf;

export async function addSession(
  db: Db,
  id: string,
  traineeId: TraineeId,
  classId: ClassId,
  { openedMs = T0, closedMs = null as number | null, lessonId = 'l1' } = {},
): Promise<void> {
  await db.query(
    `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms, closed_ms)
     values ($1, $2, $3, $4, $5, $6, 'device-1', 'policy-1', $7, $8)`,
    [id, personOf[traineeId], traineeId, platformOf[classId], classId, lessonId, openedMs, closedMs],
  );
}

/** That a page was heard of. */
export async function addBeat(db: Db, traineeId: TraineeId, session: string, seq: number, atMs: number): Promise<void> {
  await db.query(
    `insert into events (person_key, ordinal, session_id, seq, at_ms, line)
     select $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4, '{}' from events where person_key = $1`,
    [personOf[traineeId], session, seq, atMs],
  );
}

export async function addSpan(
  db: Db,
  traineeId: TraineeId,
  id: number,
  session: string,
  [fromMs, ms]: readonly [fromMs: number, ms: number],
  fate: 'credited' | 'held' | 'denied',
  reason: string,
): Promise<void> {
  await db.query(
    `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [personOf[traineeId], id, session, fromMs, fromMs + ms, ms, fate, reason, fate !== 'credited'],
  );
}

export function alertOf(
  id: string,
  traineeId: TraineeId,
  classId: ClassId,
  over: Partial<StoredAlert> = {},
): StoredAlert {
  const alert: StoredAlert = {
    id,
    suspicion: '',
    count: 1,
    subjectKind: 'person',
    subject: personOf[traineeId],
    personKey: personOf[traineeId],
    sessionId: `s-${id}`,
    sessions: [`s-${id}`],
    traineeId,
    classId,
    platformId: platformOf[classId],
    region: regionOf[classId],
    code: 'backgroundPlayback',
    rule: 'hidden',
    severity: 'medium',
    facts: { hiddenMs: 9000 },
    at: T0,
    lastAt: over.at ?? T0,
    ...over,
  };
  // As the judge names it: one session of each id, so one alert each unless a test says otherwise.
  const { personKey, sessionId, code, rule } = alert;
  return { ...alert, suspicion: over.suspicion ?? `${personKey}|${sessionId}|${code}.${rule}` };
}

export async function addAlert(db: Db, alert: StoredAlert): Promise<StoredAlert> {
  await raise(db, [alert]);
  return alert;
}

/** A server with the rooms that are handed in and the real error handler. */
export function bareApp() {
  const app = fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(log));
  return app;
}

/** Texts that mean something to some parser behind us. */
export const hostileTexts = [
  "' or '1'='1",
  "'; drop table alerts; --",
  '%',
  '_',
  '\\',
  '$1',
  '../../etc/passwd',
  '{{7*7}}',
  '\u202Etxt',
  '💥',
];
/** Texts that are refused before anything is asked. */
export const unreadableTexts = ['\u0000', 'a\u0000b', 'line\nbreak', 'x'.repeat(129)];
