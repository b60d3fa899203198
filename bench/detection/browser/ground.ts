/**
 * Where the attacks happen: the real server on a database of its own, a class for each attack, and the evidence
 * that is read when it is over.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raise, suspect } from '../../../server/alerts/raise.ts';
import { API_KEY_PREFIX, apiKeyHash } from '../../../server/auth/auth.ts';
import { putPlatform } from '../../../server/auth/store.ts';
import { buildAll } from '../../../server/build.ts';
import { createIdentity } from '../../../server/classes/identity.ts';
import { createPolicies } from '../../../server/classes/policies.ts';
import { putClass, putLesson, putQuestion, putTrainee } from '../../../server/classes/store.ts';
import { readConfig } from '../../../server/config.ts';
import { startEmbedded } from '../../../server/db/embedded.ts';
import { connect, type Db } from '../../../server/db/pool.ts';
import { createLog } from '../../../server/log.ts';
import { start } from '../../../server/main.ts';
import { runPatterns } from '../../../server/patterns/run.ts';
import { bankOf } from './bank.ts';
import { quickPolicy } from './policy.ts';

const PLATFORM = 'bench';
const API_KEY = `${API_KEY_PREFIX}bench-detection-in-a-browser`;
/** The demo's media, as often as a long run needs a next lesson. */
const media = [
  { file: 'fire-extinguisher.webm', durationMs: 200_008 },
  { file: 'electric-safety.webm', durationMs: 190_008 },
] as const;

export interface Lesson {
  readonly id: string;
  readonly durationMs: number;
}

export interface Account {
  readonly trainee: string;
  readonly personKey: string;
  /** The page of one of the lessons, by a fresh link. */
  playerUrl(lesson: string): Promise<string>;
}

export interface Ground {
  readonly url: string;
  readonly db: Db;
  readonly lessons: readonly Lesson[];
  /** The ids of all questions. */
  readonly questions: readonly string[];
  /** A new class with so many trainees. */
  enrol(name: string, accounts: number): Promise<readonly Account[]>;
  /** Looks over all people once, as the server does each ten minutes. */
  patterns(): Promise<void>;
  close(): Promise<void>;
}

/** @param databaseUrl an empty, migrated or unmigrated database; default: an embedded Postgres of its own */
export async function openGround(lessonCount: number, databaseUrl?: string): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'zhenxue-attack-'));
  await chmod(dataDir, 0o711); // Under root, Postgres runs as another account and must pass here.
  const endings: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const ending of endings.splice(0).toReversed()) await ending().catch(() => undefined);
  };
  try {
    await buildAll();
    const embedded = databaseUrl === undefined ? await startEmbedded(dataDir) : null;
    if (embedded !== null) endings.push(() => embedded.stop());
    const url = databaseUrl ?? embedded?.url ?? '';
    const config = readConfig({ DATA_DIR: dataDir, DATABASE_URL: url, PORT: '0', DEMO: '0' });
    const server = await start(config, createLog('silent'));
    endings.push(() => server.stop());
    const db = connect(url, { max: 6 });
    endings.push(() => db.end());
    const found = await seed(db, createIdentity(config.secrets.master), lessonCount);
    const raiseNow: Parameters<typeof runPatterns>[0]['raise'] = async (q, suspicions) => {
      await raise(q, suspicions.map(suspect));
      return () => undefined;
    };
    return {
      ...{ url: server.url, db, close, ...found },
      enrol: (name, accounts) => found.enrol(name, accounts, server.url),
      patterns: async () => void (await runPatterns({ db, raise: raiseNow, now: Date.now })),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function seed(db: Db, identity: ReturnType<typeof createIdentity>, lessonCount: number) {
  await putPlatform(db, PLATFORM, PLATFORM, apiKeyHash(API_KEY));
  const policyHash = await createPolicies(db).add(quickPolicy);
  const lessons = Array.from({ length: lessonCount }, (_, n) => {
    const { file, durationMs } = media[n % media.length] ?? media[0];
    return { id: `lesson-${n + 1}`, title: `Lesson ${n + 1}`, durationMs, mediaUrl: `/media/${file}` };
  });
  const banks = lessons.map(({ id, durationMs }) => bankOf(id, durationMs));
  let people = 0;
  let seeded = false;

  async function enrol(name: string, accounts: number, url: string): Promise<readonly Account[]> {
    // Another class and institution each: what one attacker does must not look like what another does.
    const row = { id: name, platformId: PLATFORM, region: '220581', name, institution: name, occupation: '6-31-01-03' };
    await putClass(db, { ...row, policyHash });
    for (const [n, lesson] of lessons.entries()) {
      await putLesson(db, name, n, lesson);
      if (!seeded) for (const item of banks[n] ?? []) await putQuestion(db, lesson.id, item);
    }
    seeded = true;
    return Promise.all(
      Array.from({ length: accounts }, async () => {
        const n = ++people;
        const trainee = `trainee-${n}`;
        const citizenId = `22058119800101${String(n).padStart(4, '0')}`;
        const personKey = identity.personKey(citizenId);
        await putTrainee(db, name, {
          ...{ id: trainee, platformId: PLATFORM, personKey, citizenIdMasked: '***' },
          nameSealed: identity.seal(`学员 ${n}`, 'name'),
          citizenIdSealed: identity.seal(citizenId, 'citizenId'),
        });
        const playerUrl = async (lesson: string): Promise<string> => {
          const response = await fetch(`${url}/v1/tickets`, {
            method: 'POST',
            headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
            body: JSON.stringify({ traineeId: trainee, classId: name, lessonId: lesson }),
          });
          if (!response.ok) throw new Error(`no ticket: ${response.status} ${await response.text()}`);
          return ((await response.json()) as { playerUrl: string }).playerUrl;
        };
        return { trainee, personKey, playerUrl };
      }),
    );
  }
  return { lessons, questions: banks.flat().map(({ id }) => id), enrol };
}
