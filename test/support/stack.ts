/**
 * The whole service as a user starts it: `npm start`'s own process, with the demo, on a database
 * that survives when the process is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type TestDb, testDb } from './db.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

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
}
export interface Demo {
  readonly baseUrl: string;
  readonly platform: { readonly id: string; readonly apiKey: string };
  readonly class: { readonly id: string };
  readonly lessons: readonly { readonly id: string; readonly durationSeconds: number }[];
  readonly trainees: readonly { readonly id: string; readonly playerUrls: Readonly<Record<string, string>> }[];
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function startStack(): Promise<Stack> {
  const database = await testDb();
  const dataDir = await mkdtemp(join(tmpdir(), 'zhenxue-stack-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let output = '';

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['--import', 'tsx', 'server/cli.ts'], {
      cwd: root,
      env: {
        ...process.env,
        NODE_ENV: 'test',
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        PORT: String(port),
        DEMO: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
    await vi.waitFor(
      async () => {
        if (child?.exitCode !== null) throw new Error(`the server ended: ${output.slice(-2000)}`);
        const ready = await fetch(`${url}/readyz`).catch(() => null);
        if (ready?.status !== 200) throw new Error(`not ready: ${output.slice(-500)}`);
      },
      { timeout: 50_000, interval: 100 },
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
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
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      await end('SIGTERM');
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
