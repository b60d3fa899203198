/** Gateways on real ports, with real Postgres and presence; with a judge that the test holds the strings of, or any other. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import jwt from 'jsonwebtoken';
import { type Policy, standardPolicy } from '../../detector/index.ts';
import type { Opened } from '../../sdk/wire.ts';
import type { Enrolment, PlatformKey } from '../../server/classes/entries.ts';
import type { Db } from '../../server/db/pool.ts';
import { AppError } from '../../server/errors.ts';
import type { SessionOpened } from '../../server/gateway/contract.ts';
import { createGateway, type Gateway, type GatewayDeps } from '../../server/gateway/gateway.ts';
import { createIo } from '../../server/gateway/io.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import { createLog, type Log } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { createProofs, type Proofs } from '../../server/proofs/proofs.ts';
import { createQuestions } from '../../server/proofs/question/questions.ts';
import { createRenderer } from '../../server/proofs/question/render/renderer.ts';
import { createQuestionStore } from '../../server/proofs/question/store.ts';
import { wordsFor } from '../../server/proofs/words.ts';
import { testDb } from '../support/db.ts';
import { createFakeJudge, type FakeJudge } from '../support/fakeJudge.ts';
import { connectWire, createPage, type Page, value, type Wire } from '../support/wire.ts';

export const es256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rs256 = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
export const es256Pem = pem(es256.publicKey);
export const rs256Pem = pem(rs256.publicKey);

const master = Buffer.from('7f1c0d4e9b8a36525f4e3d2c1b0a99887766554433221100ffeeddccbbaa9988', 'hex');

/** Everyone's answer is the choice with the bank's id `yes`. */
export async function seed(db: Db): Promise<void> {
  await db.query(`insert into platforms (id, name, api_key_hash) values ('pa', '甲', '\\x01'), ('pb', '乙', '\\x02')`);
  await db.query(
    `insert into platform_keys (platform_id, kid, alg, public_pem, retired_ms) values
       ('pa', 'k1', 'ES256', $1, null), ('pa', 'k2', 'RS256', $2, null), ('pa', 'old', 'ES256', $1, 1),
       ('pb', 'k1', 'RS256', $2, null), ('pa', 'server', 'ES256', $1, null)`,
    [es256Pem, rs256Pem],
  );
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked) values
       ('ta', 'pa', 'person-a', '', '', ''), ('tb', 'pa', 'person-b', '', '', ''), ('tc', 'pb', 'person-c', '', '', '')`,
  );
  await db.query(`insert into policies (hash, body) values ('policy', '{}')`);
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash) values
       ('ca', 'pa', '220581', '电工班', '甲校', '6-31-01-03', 'policy'), ('cb', 'pb', '220581', '焊工班', '乙校', '6-18-02-04', 'policy')`,
  );
  await db.query(
    `insert into lessons (id, title, duration_ms, media_url) values ('l1', '安全用电', 3600000, '/media/1'), ('l2', '接地', 3600000, '/media/2')`,
  );
  await db.query(`insert into class_lessons (class_id, lesson_id, position) values ('ca', 'l1', 1), ('cb', 'l1', 1)`);
  await db.query(`insert into roster (class_id, trainee_id) values ('ca', 'ta'), ('ca', 'tb'), ('cb', 'tc')`);
  for (const n of [1, 2, 3]) {
    await db.query(
      `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id) values ($1, 'l1', $2, $3, $4, 'yes')`,
      [`q${n}`, `第${n}题`, `Question ${n}`, JSON.stringify(['yes', 'no', 'maybe', 'never'].map(choice))],
    );
  }
}

const choice = (id: string) => ({ id, zh: `选项-${id}`, en: `choice-${id}` });

export interface Harness extends Served {
  readonly db: Db;
  readonly judge: FakeJudge;
  readonly proofs: Proofs;
  /** Milliseconds added to the server's clock. */
  skewMs: number;
  policy: Policy;
  /** Policies are read when this resolves. */
  policyComes: Promise<void>;
  readonly policiesAsked: string[];
  currentPolicy: (hash: string) => string;
  /** Everything logged so far, a line each, its level first. */
  logged(): string;
}

interface Options {
  readonly openWithinMs?: number;
  readonly dayBytes?: number;
  readonly redisUrl?: string | null;
}

/** With a judge that the test holds the strings of. */
export async function harness(options: Options = {}): Promise<Harness> {
  const test = await testDb();
  await seed(test.db);
  const lines: string[] = [];
  const log = createLog('silent');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    log[level] = ((...args: unknown[]) => {
      lines.push([level, ...args.map((one) => JSON.stringify(one, errors))].join(' '));
    }) as never;
  }
  const judge = createFakeJudge(test.db);
  const state = {
    skewMs: 0,
    policy: standardPolicy,
    policyComes: Promise.resolve(),
    policiesAsked: [] as string[],
    currentPolicy: (hash: string) => hash,
  };
  const now = () => Date.now() + state.skewMs;
  const loadPolicy = async (hash: string) => {
    state.policiesAsked.push(hash);
    await state.policyComes;
    return state.policy;
  };
  const question = createQuestions({
    ...{ store: createQuestionStore(test.db), judge, loadPolicy, renderer: createRenderer(), log, now },
    show: (session, challenge) => served.gateway.challenge(session, challenge),
  });
  const proofs = createProofs({ providers: { question }, log });
  const served = await serveGateway(test.db, log, options, {
    ...{
      judge,
      presence: proofs,
      loadPolicy,
      currentPolicy: async ({ policyHash }) => state.currentPolicy(policyHash),
      now,
    },
  });
  return Object.assign(state, served, {
    ...{ db: test.db, judge, proofs },
    logged: () => lines.join('\n'),
    async close() {
      await served.close();
      await test.drop();
    },
  });
}

export interface Served {
  readonly base: string;
  readonly gateway: Gateway;
  /** What was told of sessions that opened. */
  readonly openedFrom: readonly SessionOpened[];
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  /** A connection that carries a fresh session. */
  open(over?: Partial<TicketClaims>): Promise<{ wire: Wire; page: Page; opened: Opened }>;
  /** Moves a page to a new connection. */
  resume(page: Page): Promise<Wire>;
  post(path: string, body: string, type?: string): Promise<{ status: number; body: never; headers: Headers }>;
  close(): Promise<void>;
}

type Given = Pick<GatewayDeps, 'judge' | 'presence' | 'loadPolicy' | 'currentPolicy' | 'now'>;

/** A gateway on a port, over a catalogue that `seed` made. */
export async function serveGateway(
  db: Db,
  log: Log,
  { openWithinMs, dayBytes, redisUrl = null }: Options,
  given: Given,
): Promise<Served> {
  const metrics = createMetrics();
  const openedFrom: SessionOpened[] = [];
  const app = fastify({ loggerInstance: createLog('silent') as FastifyBaseLogger }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(log));
  const { io, close } = await createIo(app.server, { redisUrl }, log);
  const gateway = createGateway({
    ...given,
    ...{ io, db, master, words: wordsFor, metrics, log },
    findEnrolment: async (platformId, traineeId, classId, lessonId) => {
      const { rows } = await db.query<Enrolment>(
        `select t.person_key as "personKey", c.region, c.name as "className", c.policy_hash as "policyHash",
                l.title as "lessonTitle", l.duration_ms as "lessonMs", l.media_url as "mediaUrl", '王小明' as "traineeName"
           from trainees t join roster r on r.trainee_id = t.id
           join classes c on c.id = r.class_id and c.platform_id = t.platform_id
           join class_lessons cl on cl.class_id = c.id join lessons l on l.id = cl.lesson_id
          where t.platform_id = $1 and t.id = $2 and c.id = $3 and l.id = $4`,
        [platformId, traineeId, classId, lessonId],
      );
      return rows[0] ?? null;
    },
    platformKey: async (platformId, kid) => {
      const { rows } = await db.query<PlatformKey>(
        `select alg, public_pem as "publicPem" from platform_keys where platform_id = $1 and kid = $2 and retired_ms is null`,
        [platformId, kid],
      );
      return rows[0] ?? null;
    },
    platformOf: async (request) => {
      const id = /^Bearer key-(p[ab])$/.exec(request.headers.authorization ?? '')?.[1];
      if (id === undefined) throw new AppError('unauthenticated');
      return id;
    },
    playerUrl: (launch) => `/player/?launch=${launch}`,
    sessionOpened: (opened) => openedFrom.push(opened),
    ...(openWithinMs === undefined ? {} : { openWithinMs }),
    ...(dayBytes === undefined ? {} : { dayBytes }),
  });
  await app.register(gateway.routes);
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  const wires: Wire[] = [];

  return {
    base,
    gateway,
    openedFrom,
    async metric(name, labels = {}) {
      const found = await metrics.registry.getSingleMetric(`zhenxue_${name}`)?.get();
      return (found?.values ?? [])
        .filter((one) => Object.entries(labels).every(([k, v]) => (one.labels as Record<string, unknown>)[k] === v))
        .reduce((sum, one) => sum + one.value, 0);
    },
    async open(over = {}) {
      const wire = await connectWire(base);
      wires.push(wire);
      const opened = value(await wire.call<Opened>('open', openMessage(ticket(over))));
      return { wire, opened, page: createPage(opened) };
    },
    async resume(page) {
      const wire = await connectWire(base);
      wires.push(wire);
      const resumed = value(await wire.call<{ seq: number; nonce: string }>('resume', resumeMessage(page, wire)));
      page.nonce = resumed.nonce;
      return wire;
    },
    async post(path, body, type = 'text/plain') {
      const reply = await fetch(base + path, { method: 'POST', body, headers: { 'content-type': type } });
      return { status: reply.status, body: (await reply.json()) as never, headers: reply.headers };
    },
    async close() {
      for (const wire of wires) wire.ws.terminate();
      await gateway.drain();
      await close();
      await app.close();
    },
  };
}

const errors = (_key: string, one: unknown) => (one instanceof Error ? `${one.name}: ${one.message}` : one);

export interface TicketClaims {
  iss: string;
  sub: string;
  aud: string;
  class: string;
  lesson: string;
  jti: string;
  iat: number;
  exp: number;
  assistive?: boolean;
}

export const seconds = () => Math.floor(Date.now() / 1000);

export function claims(over: Partial<TicketClaims> = {}): TicketClaims {
  const at = seconds();
  return {
    ...{ iss: 'pa', sub: 'ta', aud: 'zhenxue-learn', class: 'ca', lesson: 'l1' },
    ...{ jti: randomUUID(), iat: at, exp: at + 300 },
    ...over,
  };
}

/** A ticket that platform `pa` signs with its ES256 key. */
export function ticket(over: Partial<TicketClaims> = {}, kid = 'k1'): string {
  return jwt.sign(claims(over), es256.privateKey, { algorithm: 'ES256', keyid: kid });
}

export const openMessage = (text: string) => ({ version: 1, ticket: text, device: 'device-0001' });

export const resumeMessage = (page: Page, wire: Wire) => ({
  version: 1,
  session: page.session,
  proof: page.proof(wire.id),
});
