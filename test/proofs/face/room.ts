/** The room of faces over a real judge, a real database and real routes; with eyes that see what the test says. */
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type Policy, type ProofKind, standardPolicy } from '../../../detector/index.ts';
import type { FaceChallenge, Posed } from '../../../sdk/wire.ts';
import type { Principal } from '../../../server/auth/principal.ts';
import { createPolicies } from '../../../server/classes/policies.ts';
import { AppError } from '../../../server/errors.ts';
import { createBuckets } from '../../../server/gateway/bucket.ts';
import { createErrorHandler } from '../../../server/http/errors.ts';
import type { Draft, Judge } from '../../../server/judge/contract.ts';
import { createLog } from '../../../server/log.ts';
import type { Challenge } from '../../../server/proofs/face/challenge.ts';
import { createFaces } from '../../../server/proofs/face/faces.ts';
import { FRAMES_TYPE, writeBurst } from '../../../server/proofs/face/frames.ts';
import { NOTICE } from '../../../server/proofs/face/notice.ts';
import type { FrameSeen } from '../../../server/proofs/face/observe.ts';
import { createFacePasses } from '../../../server/proofs/face/pass.ts';
import type { FacePool, Looked } from '../../../server/proofs/face/pool.ts';
import type { SealKeys } from '../../../server/proofs/face/seal.ts';
import { createProofs } from '../../../server/proofs/proofs.ts';
import { createQuestions } from '../../../server/proofs/question/questions.ts';
import { createQuestionStore } from '../../../server/proofs/question/store.ts';
import { alone, ONE_OF_FOUR } from '../../support/alone.ts';
import { seedCatalogue } from '../../support/catalogue.ts';
import { testDb } from '../../support/db.ts';
import { beatDraft, judgeOn, newSession } from '../../support/judge.ts';
import { descriptorOf, faceOf, frameWith, hashOf, type Look, performed } from './people.ts';

export const start = 1_800_000_000_000;
export const windowMs = 60_000;
export const lateMs = 30_000;
const MODEL = 'made-up@1';
const master = Buffer.alloc(32, 7);
const keyOf = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });

/** One proof releases, of either kind. */
const easy = alone(standardPolicy, ONE_OF_FOUR);
export const policy: Policy = {
  ...easy,
  proofs: { ...easy.proofs, face: { windowMs, lateMs, minLatencyMs: 0 } },
};

export type Room = Awaited<ReturnType<typeof room>>;

export async function room({ policy: own = policy, keepDays = 0, pool, random }: RoomOptions = {}) {
  const { db, drop } = await testDb();
  const seeded = await seedCatalogue(db, { tag: 'fa', policy: own, trainees: 64 });
  const clock = { now: start };
  const now = () => clock.now;
  const { judge, notices } = judgeOn(db, clock);
  const lines: string[] = [];
  const log = createLog('silent');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    log[level] = ((...args: unknown[]) => void lines.push(JSON.stringify(args))) as never;
  }
  /** Who asks, where it is a person or a platform. */
  const principal: { is: Principal } = { is: { kind: 'platform', platformId: 'none' } };
  const drafts: Draft[] = [];
  let failing = 0;
  const submit: Judge['submit'] = (personKey, draft, admittedAt) => {
    if (draft.kind === 'proofGiven' && failing > 0) {
      failing -= 1;
      return Promise.reject(new AppError('commitFailed'));
    }
    drafts.push(draft);
    return judge.submit(personKey, draft, admittedAt);
  };

  /** What the eyes say of the next bursts; and what else happens while they look. */
  const eyes: { answers: (Looked | Promise<Looked>)[]; looks: number } = { answers: [], looks: 0 };
  const made: FacePool = {
    look: async () => {
      eyes.looks += 1;
      return (await eyes.answers.shift()) ?? { kind: 'busy' };
    },
    waiting: () => 0,
    stop: async () => undefined,
  };
  let looking = 0;
  const watched: FacePool = {
    ...(pool ?? made),
    async look(frames) {
      looking += 1;
      try {
        return await (pool ?? made).look(frames);
      } finally {
        looking -= 1;
      }
    },
  };
  const shown: (Posed & { readonly session: string })[] = [];
  const show = (session: string, challenge: Posed) => void shown.push({ session, ...challenge });
  const { load: loadPolicy } = createPolicies(db);
  const question = createQuestions({
    ...{ store: createQuestionStore(db), judge: { submit }, loadPolicy, show, log, now },
    renderer: { render: () => Promise.reject(new Error('no images here')), stop: async () => undefined },
  });
  const auth = { principal: async () => principal.is, fromToken: () => principal.is };
  const face = createFaces({
    auth,
    ...{ db, master, judge: { submit }, loadPolicy, show, log, now, keepDays },
    engine: { kind: 'faceApi' },
    keys: [keyOf('2026-11', 9)] satisfies SealKeys,
    buckets: createBuckets,
    pool: watched,
    ...(random === undefined ? {} : { random }),
    instead: (asked, personKey) => proofs.asked(asked, personKey),
    sittings: { page: async () => null, ended: async () => undefined },
  });
  const proofs = createProofs({ providers: { question, face }, log });

  const app = fastify({ bodyLimit: 64 * 1024 }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(log));
  await app.register(face.routes);
  await app.ready();
  let sessions = 0;
  let trainees = 0;

  async function call(path: string, pass: string, body: object | Buffer, type = FRAMES_TYPE) {
    const headers = { authorization: `Bearer ${pass}`, ...(Buffer.isBuffer(body) ? { 'content-type': type } : {}) };
    const reply = await app.inject({ method: 'POST', url: `/v1/face/${path}`, headers, payload: body });
    const said = reply.json() as Record<string, unknown> & { readonly error?: { readonly code: string } };
    return { status: reply.statusCode, code: said.error?.code, said, text: reply.body };
  }

  const frames = (count: number, bytes = 100) =>
    writeBurst({
      frames: Array.from({ length: count }, (_, i) => Buffer.alloc(bytes, i + 1)),
      atMs: Array.from({ length: count }, (_, i) => i * 500),
    });

  const me = {
    ...{
      db,
      seeded,
      principal,
      clock,
      judge,
      notices,
      proofs,
      face,
      shown,
      drafts,
      eyes,
      call,
      frames,
      app,
      loadPolicy,
    },
    /** As the room signs them. */
    passes: createFacePasses(master, now),
    logged: () => lines.join('\n'),
    /** Eyes look at a burst now. */
    busy: () => looking > 0,
    fail: (commits: number) => {
      failing = commits;
    },
    /** A session that has played 10 s, which are held: of somebody new, unless a number is given. */
    async learn({ trainee = trainees++, forms = ['single', 'face'] } = {}) {
      sessions += 1;
      const session = `session-${sessions}`;
      await judge.open(newSession(seeded, session, trainee, 'device-1', 0));
      await proofs.announced(session, forms);
      clock.now += 10_000;
      const { personKey } = seeded.trainees[trainee]!;
      await judge.submit(personKey, beatDraft(session, 1, 0, 10_000));
      const pass = (await proofs.standing(session, personKey, seeded.policyHash))?.pass ?? '';
      return { session, personKey, trainee, pass };
    },
    /** Somebody who consented and enrolled, at a page that can show a check. */
    async enrolled(options: { trainee?: number; person?: number; apart?: number } = {}) {
      const learner = await me.learn(options.trainee === undefined ? {} : { trainee: options.trainee });
      await call('consent', learner.pass, { session: learner.session, notice: NOTICE });
      eyes.answers.push(burstOf(options.person ?? 0, options.apart));
      const done = await call(`enrolment?session=${learner.session}`, learner.pass, frames(4));
      if (done.said['enrolled'] !== true) throw new Error(done.text);
      return learner;
    },
    async ask({ session, personKey }: { session: string; personKey: string }) {
      const kinds: readonly ProofKind[] = ['question', 'face'];
      const before = shown.length;
      clock.now += 1;
      await proofs.asked({ verdict: 'proofAsked', session, kinds, lesson: seeded.lessons[0]!.id }, personKey);
      return shown.length > before ? shown.at(-1)! : null;
    },
    async askFace(learner: { session: string; personKey: string }): Promise<FaceChallenge> {
      const asked = await me.ask(learner);
      if (asked?.form !== 'face') throw new Error(`a face was not asked: ${asked?.form}`);
      return asked;
    },
    /** Sends a burst for a check after it could have been done, and the eyes see this in it. */
    async send(session: string, challenge: FaceChallenge, looked: Looked | Promise<Looked>) {
      clock.now += 15_000;
      eyes.answers.push(looked);
      const { prompt, pass, shots } = challenge;
      const body = writeBurst({
        frames: shots.map((_, i) => Buffer.alloc(100, i + 1)),
        atMs: shots.map(({ atMs }) => atMs),
      });
      return call(`frames?session=${session}&check=${prompt}`, pass, body);
    },
    async checks({ personKey }: { personKey: string }) {
      const { rows } = await db.query<{ outcome: string | null; tries: number; distance: number | null }>(
        'select outcome, tries, distance from face_checks where person_key = $1 order by issued_ms',
        [personKey],
      );
      return rows;
    },
    outcomes: async (learner: { personKey: string }) => (await me.checks(learner)).map(({ outcome }) => outcome),
    async fates({ personKey }: { personKey: string }): Promise<Record<string, number>> {
      const { rows } = await db.query(
        'select fate, sum(ms)::int as ms from spans where person_key = $1 group by fate',
        [personKey],
      );
      return Object.fromEntries(rows.map(({ fate, ms }) => [fate, ms]));
    },
    async count(table: string): Promise<number> {
      const { rows } = await db.query<{ n: number }>(`select count(*)::int as n from ${table}`);
      return rows[0]!.n;
    },
    async close() {
      await app.close();
      await face.stop();
      await judge.drain();
      await drop();
    },
  };
  return me;
}

interface RoomOptions {
  readonly policy?: Policy;
  readonly keepDays?: number;
  readonly pool?: FacePool;
  readonly random?: () => number;
}

export const seen = (frames: readonly FrameSeen[]): Looked => ({ kind: 'seen', model: MODEL, frames });

/** Four good frames of one person, each a little other. */
export function burstOf(person: number, apart = 0.2): Looked {
  return seen(
    [1, 2, 3, 4].map((seed) =>
      frameWith(
        faceOf({ size: 9, descriptor: descriptorOf(person, apart, seed), hash: hashOf(person * 50 + seed + 900) }),
      ),
    ),
  );
}

let shots = 0;
/** What is seen of somebody who does what this check asks; each time in other pictures. */
export function acted(
  challenge: Pick<FaceChallenge, 'steps' | 'shots' | 'lengthMs'>,
  person = 0,
  change: (look: Look, index: number) => Look = (look) => look,
): Looked {
  shots += 1;
  const own = shots;
  return seen(
    performed({ ...challenge, deadlineMs: 60_000 } as Challenge, (look, i) =>
      change(
        { ...look, descriptor: descriptorOf(person, 0.3, own * 20 + i + 2), hash: hashOf(10_000 + own * 20 + i) },
        i,
      ),
    ),
  );
}
