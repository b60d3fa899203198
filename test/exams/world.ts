/** An exam to sit: a bank of sixteen items about two topics, a class whose trainees have studied, and its HTTP. */
import { randomBytes } from 'node:crypto';
import type { Given } from '../../sdk/wire.ts';
import { raise, type Suspected, suspect } from '../../server/alerts/raise.ts';
import type { Auth } from '../../server/auth/principal.ts';
import type { Db, Queryable } from '../../server/db/pool.ts';
import type { Sealing } from '../../server/exams/contract.ts';
import { createExams } from '../../server/exams/exams.ts';
import { createSittingRoom } from '../../server/exams/identity/identity.ts';
import { auditResults, judgeHeld } from '../../server/exams/judging/judging.ts';
import { createExamLimits } from '../../server/exams/limits.ts';
import type { Paper, PaperItem } from '../../server/exams/paper.ts';
import { handInDue } from '../../server/exams/sittings/clock.ts';
import { createBuckets } from '../../server/gateway/bucket.ts';
import { createLaunches } from '../../server/gateway/launch.ts';
import { createGatewayStore } from '../../server/gateway/store.ts';
import { createTickets } from '../../server/gateway/tickets.ts';
import { leaveResult } from '../../server/ledger/exams/leave.ts';
import { leaveRecord } from '../../server/ledger/exams/records/leave.ts';
import { leafIndexOf } from '../../server/ledger/exams/store.ts';
import { hashOrigin } from '../../server/patterns/origins/origin.ts';
import type { Faces } from '../../server/proofs/face/faces.ts';
import type { SittingRoom } from '../../server/proofs/face/sitting.ts';
import { derive } from '../../server/secrets.ts';
import { addSession, addSpan, bareApp, log, platformBearer, T0, unseal, world } from '../console/world.ts';

export { addSession, bearer, people, platformBearer, T0 } from '../console/world.ts';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const LEVELS = ['易', '中', '难', '中'];
/** Each topic has eight items: four single, two multiple, one order, one number of a template. */
export const bankCsv = [
  '编号,题型,题目,选项A,选项B,选项C,选项D,答案,变量,知识点,难度',
  ...['接地', '灭火'].flatMap((topic, t) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .map((i) => {
        const id = `t${t}i${i}`;
        const level = LEVELS[i % 4];
        const words = ['甲', '乙', '丙', '丁'].map((one) => `${topic}${i}${one}`);
        if (i === 6) return [id, '排序', `${topic}排序${i}`, ...words, 'CADB', '', topic, level];
        if (i === 7) return [id, '填数', `${topic} {r}+1=?`, '', '', '', '', 'r+1', 'r=10..50/5', topic, level];
        if (i >= 4) return [id, '多选', `${topic}多选${i}`, ...words, 'AC', '', topic, level];
        return [id, '单选', `${topic}单选${i}`, ...words, 'B', '', topic, level];
      })
      .map((cells) => cells.join(',')),
  ),
].join('\n');

export const blueprint = [
  { topic: '接地', difficulty: 'easy', count: 2 },
  { topic: '接地', difficulty: 'medium', count: 3 },
  { topic: '灭火', difficulty: 'medium', count: 3 },
  { topic: '灭火', difficulty: 'hard', count: 2 },
] as const;

/** What faces are made over. */
export interface FacesWorld {
  readonly db: Db;
  readonly auth: Auth;
  readonly now: () => number;
  readonly sittings: SittingRoom;
}

/** @param faces made over this world, where its exams may ask for them */
export async function examWorld({ studied = true, faces = null as ((of: FacesWorld) => Faces) | null } = {}) {
  const w = await world();
  const { db } = w;
  const clock = { now: T0 };
  const sealed: Sealing[] = [];
  if (studied) {
    await db.query(`insert into class_lessons values ('ca1', 'l1', 0)`);
    for (const [i, trainee] of (['ta1', 'ta2'] as const).entries()) {
      await addSession(db, `s${i}`, trainee, 'ca1', { openedMs: T0 - 2 * HOUR, closedMs: T0 - HOUR });
      await addSpan(db, trainee, 1, `s${i}`, [T0 - 2 * HOUR, 3_500_000], 'credited', 'presence.proven');
    }
  }
  const master = randomBytes(32);
  const now = (): number => clock.now;
  const tickets = createTickets({ master, platformKey: async () => null, now });
  const launches = createLaunches({ master, now });
  const gatewayStore = createGatewayStore(db);
  const raiseAll = async (q: Queryable, suspicions: readonly Suspected[]) => {
    await raise(q, suspicions.map(suspect));
    return () => undefined;
  };
  const seal = async (q: Queryable, sealing: Sealing) => {
    sealed.push(sealing);
    await leaveResult(q, sealing);
  };
  const looking =
    faces?.({ db, auth: w.auth, now, sittings: createSittingRoom({ db, now, seal, raise: raiseAll }) }) ?? null;
  const deps = {
    faces: looking?.sittings ?? null,
    limits: createExamLimits(createBuckets, now),
    ...{ db, log, now, key: derive(master, 'exam-sitting') },
    certificateKey: derive(master, 'exam-certificate'),
    sealRecord: leaveRecord,
    spend: ({ platformId, jti, expiresMs }: { platformId: string; jti: string; expiresMs: number }) =>
      gatewayStore.spend(platformId, jti, expiresMs),
    offlineShare: async () => null,
    ...{ seal, leafIndexOf },
  };
  const exams = createExams({
    ...deps,
    ...{ auth: w.auth, unsealName: unseal },
    gateway: { tickets, launches, spend: deps.spend },
    buckets: createBuckets,
    raise: raiseAll,
    origin: (address) => hashOrigin(derive(master, 'origin'), address),
  });
  const app = bareApp();
  await app.register(exams.routes);
  if (looking !== null) await app.register(looking.routes);
  await app.ready();

  type Method = 'GET' | 'POST' | 'PUT';
  async function call(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await app.inject({
      ...{ method, url },
      headers: { ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined
        ? {}
        : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    });
    return { status: response.statusCode, body: response.body === '' ? null : response.json(), text: response.body };
  }

  const importBank = (bytes: string | Buffer = bankCsv, id = 'bank', who: 'pa' | 'pb' = 'pa') =>
    call('PUT', `/v1/exams/banks/${id}?occupationCode=6-31-01-03&level=4`, bytes, {
      'content-type': 'text/csv',
      ...platformBearer(who),
    });
  const define = (change: object = {}, who: 'pa' | 'pb' = 'pa') =>
    call(
      'POST',
      '/v1/exams',
      {
        ...{ id: 'exam', classId: 'ca1', bankId: 'bank', title: '结业考核', minutes: 60, blueprint },
        ...{ opensAt: String(T0), closesAt: String(T0 + 8 * HOUR), ...change },
      },
      platformBearer(who),
    );
  const open = (
    traineeId: string,
    {
      device = 'device-of-ta1',
      examId = 'exam',
      classId = 'ca1',
      ticket = '',
      showsFace = undefined as boolean | undefined,
    } = {},
  ) =>
    call('POST', '/v1/exams/sittings', {
      ticket: ticket || tickets.mintExam({ platformId: 'pa', traineeId, classId, examId }),
      device,
      ...(showsFace === undefined ? {} : { showsFace }),
    });
  const paperOf = async (id: string): Promise<Paper> => {
    const { rows } = await db.query<{ paper: string }>('select paper from sittings where id = $1', [id]);
    return JSON.parse(rows[0]?.paper ?? '{}');
  };
  const save = (id: string, key: string, n: number, given: Given, tookMs = 20_000) =>
    call('POST', `/v1/exams/sittings/${id}/answers`, { key, n, given, tookMs });

  return {
    ...w,
    ...{ faces: looking, app, clock, deps, sealed, tickets, launches, call, importBank, define, open, save, paperOf },
    handIn: (id: string, key: string) => call('POST', `/v1/exams/sittings/${id}/hand-in`, { key }),
    handInDue: () => handInDue(deps),
    judgeHeld: () => judgeHeld({ ...deps, raise: raiseAll }),
    auditResults: () => auditResults({ ...deps, raise: raiseAll }),
    /** Saves an answer to each item, rightly or not, a while after another. */
    async answerAll(
      id: string,
      key: string,
      right: (n: number) => boolean = () => true,
      everyMs: (n: number) => number = (n) => 40_000 + 7_919 * (n % 5),
    ) {
      for (const item of (await paperOf(id)).items) {
        clock.now += everyMs(item.n);
        const reply = await save(id, key, item.n, right(item.n) ? rightTo(item) : wrongTo(item));
        if (reply.status !== 200) throw new Error(reply.text);
      }
    },
    async drop() {
      await app.close();
      await looking?.stop();
      await w.drop();
    },
  };
}

export type ExamWorld = Awaited<ReturnType<typeof examWorld>>;

export function rightTo({ asked, shown }: PaperItem): Given {
  const places = (ids: readonly string[]) => ids.map((id) => String(shown.indexOf(id) + 1));
  switch (asked.form) {
    case 'single':
      return { choice: places([asked.answer])[0] ?? '' };
    case 'multiple':
      return { choices: places(asked.answers) };
    case 'order':
      return { order: places(asked.choices.map(({ id }) => id)) };
    case 'number':
      return { number: String(asked.answer) };
    case 'point':
      return { point: [0.5, 0.5] };
    default:
      return asked satisfies never;
  }
}

export function wrongTo(item: PaperItem): Given {
  const { asked, shown } = item;
  switch (asked.form) {
    case 'single':
      return { choice: String(shown.findIndex((id) => id !== asked.answer) + 1) };
    case 'multiple':
      return { choices: [String(shown.findIndex((id) => !asked.answers.includes(id)) + 1)] };
    case 'order':
      return { order: [...(rightTo(item) as { order: string[] }).order].reverse() };
    case 'number':
      return { number: '0' };
    case 'point':
      return { point: [0, 0] };
    default:
      return asked satisfies never;
  }
}
