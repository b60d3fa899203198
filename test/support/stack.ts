/**
 * The whole service as a user starts it: `npm start`'s own process, with the demo, on a database
 * that survives when the process is killed. One thing is other than in the demo: a right answer credits by itself
 * whatever its form, so that a test need not wait for five questions.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPolicy, type Policy } from '../../detector/index.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { alone, ONE_OF_FOUR } from './alone.ts';
import { type TestDb, testDb } from './db.ts';
import { freePort, type ServerProcess, startServer } from './server.ts';

export interface Span {
  readonly sessionId: string;
  readonly from: string;
  readonly to: string;
  readonly fate: 'credited' | 'held' | 'denied';
  readonly reason: string;
  readonly seconds: number;
  readonly leafIndex: number | null;
}
export interface Hours {
  readonly creditedSeconds: number;
  readonly heldSeconds: number;
  readonly deniedSeconds: number;
  readonly spans: readonly Span[];
}
export interface Alert {
  readonly id: string;
  readonly code: string;
  readonly rule: string;
  readonly sessions: readonly string[];
  readonly traineeId: string;
  readonly count: number;
}
export interface Demo {
  readonly baseUrl: string;
  readonly platform: { readonly id: string; readonly apiKey: string };
  readonly class: { readonly id: string };
  readonly lessons: readonly { readonly id: string; readonly durationSeconds: number }[];
  readonly trainees: readonly {
    readonly id: string;
    readonly playerUrls: Readonly<Record<string, string>>;
    readonly examUrl?: string;
  }[];
  readonly users: readonly { readonly role: string; readonly username: string; readonly password: string }[];
}

export interface Stack {
  readonly url: string;
  readonly demo: Demo;
  readonly database: TestDb;
  playerUrl(trainee: number, lesson?: number): string;
  hours(trainee: number): Promise<Hours>;
  alerts(trainee: number): Promise<readonly Alert[]>;
  login(role: string): Promise<string>;
  /** SIGKILL: no drain, no goodbye. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param change of the policy that the demo's class has here */
export async function startStack(change: (policy: Policy) => Policy = (policy) => policy): Promise<Stack> {
  const database = await testDb();
  const dataDir = await mkdtemp(join(tmpdir(), 'zhenxue-stack-'));
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  let server: ServerProcess | null = null;

  async function start(): Promise<void> {
    server = await startServer({ DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: port, DEMO: '1' });
    // Each start puts the demo's class in place anew.
    const hash = await createPolicies(database.db).add(change(alone(demoPolicy, ONE_OF_FOUR)));
    await database.db.query('update classes set policy_hash = $1', [hash]);
  }

  await start();
  const demo = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Demo;
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${demo.platform.apiKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  return {
    url,
    demo,
    database,
    playerUrl: (trainee, lesson = 0) => demo.trainees[trainee]!.playerUrls[demo.lessons[lesson]!.id]!,
    hours: (trainee) => get(`/v1/trainees/${demo.trainees[trainee]!.id}/hours?classId=${demo.class.id}`),
    alerts: async (trainee) =>
      (await get<{ alerts: Alert[] }>(`/v1/alerts?traineeId=${demo.trainees[trainee]!.id}`)).alerts,
    login: async (role) => {
      const { username, password } = demo.users.find((user) => user.role === role)!;
      const response = await fetch(`${url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      });
      return ((await response.json()) as { token: string }).token;
    },
    kill: async () => server?.kill(),
    start,
    stop: async () => {
      await server?.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
