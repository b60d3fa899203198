/** What an operator sees when something outside the program is wrong: words, an exit code, no stack, no secret. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureWords } from '../../server/failure.ts';
import { testDir, testEnv } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { PATH } = process.env;

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove } = await testDir());
});
afterEach(() => remove());

async function run(
  program: string,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  more: readonly string[] = [],
) {
  const child = spawn(process.execPath, [...more, '--import', 'tsx', program, ...args], {
    ...{ cwd: root, env: { PATH, ...testEnv({ DATA_DIR: dir, ...env }) }, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  const [code] = (await once(child, 'close')) as [number];
  expect(said).not.toMatch(/\n\s+at |"stack"/);
  return { code, said };
}
const serve = (env: Record<string, string | undefined>) => run('server/cli.ts', [], env);

describe('npm start', () => {
  let t: TestDb;
  beforeEach(async () => {
    t = await testDb();
  });
  afterEach(() => t.drop());

  it('names the port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const { code, said } = await serve({ DATABASE_URL: t.url, PORT: String(port) });
    holder.close();
    expect(code).toBe(1);
    expect(said).toContain(`端口 ${port} 已被占用，请设置 PORT · port ${port} is taken; set PORT`);
  });

  it.each(['192.0.2.1', 'no-such-host.invalid'])('names a HOST that is not here: %s', async (HOST) => {
    const { code, said } = await serve({ DATABASE_URL: t.url, HOST });
    expect(code).toBe(1);
    expect(said).toContain(`HOST=${HOST} 不是本机地址`);
  });

  it('names DATABASE_URL when nobody answers there, and never its password', async () => {
    const { code, said } = await serve({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d' });
    expect(code).toBe(1);
    expect(said).toMatch(/DATABASE_URL：连不上数据库 127\.0\.0\.1:1\/d/);
    expect(said).not.toContain('hunter2');
  });

  it('names DATABASE_URL when the database refuses', async () => {
    const url = new URL(t.url);
    url.password = 'hunter2';
    const { code, said } = await serve({ DATABASE_URL: url.href });
    expect(code).toBe(1);
    expect(said).toMatch(/DATABASE_URL：数据库 .* 拒绝了连接/);
    expect(said).not.toContain('hunter2');
  });

  it('names DATA_DIR when it is a file', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, '');
    const { code, said } = await serve({ DATA_DIR: path });
    expect(code).toBe(1);
    expect(said).toMatch(/配置有误，未启动。[\s\S]*DATA_DIR: cannot be written/);
  });
});

it('goes on when whoever read what it says is gone, and stops as it should', async () => {
  const t = await testDb();
  const port = String(await freePort());
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/cli.ts'], {
    ...{ cwd: root, env: { PATH, ...testEnv({ DATA_DIR: dir, DATABASE_URL: t.url }), PORT: port } },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  try {
    const answers = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.status;
    await eventually(answers, (status) => expect(status).toBe(200), 40_000);
    child.stdout.destroy();
    child.stderr.destroy();
    await eventually(answers, (status) => expect(status).toBe(200));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await t.drop();
  }
}, 60_000);

it('npm run freeze explains itself, and does not guess at an option', async () => {
  const help = await run('programs/freeze.ts', ['--help']);
  expect(help).toMatchObject({ code: 0, said: expect.stringMatching(/^用法 Usage：npm run freeze/) });
  expect((await run('programs/freeze.ts', ['--now'])).code).toBe(2);
});

it('an old Node is told which it should be, in one line, before anything is loaded', async () => {
  const old = join(dir, 'old.cjs');
  writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '20.18.3' });");
  const { code, said } = await run('server/cli.ts', [], {}, ['--require', old]);
  expect(code).toBe(1);
  expect(said.trim()).toBe(
    '需要 Node.js 20.19 或更高版本，当前是 20.18.3 · Node.js 20.19 or later is needed; this is 20.18.3',
  );
});

describe.each([
  ['programs/admin/cli.ts', 1],
  ['programs/replay.ts', 2],
  ['programs/verify.ts', 2],
])('%s', (program, failedCode) => {
  const command = program.includes('admin') ? ['platform', 'rotate-key', '--id', 'x'] : [];

  it('prints its usage, needing neither configuration nor database', async () => {
    const { code, said } = await run(program, ['--help'], { PORT: 'eighty' });
    expect(code).toBe(0);
    expect(said).toMatch(/^用法 Usage：npm run /);
  });

  it('does not guess at an unknown option', async () => {
    const { code, said } = await run(program, [...command, '--nonsense']);
    expect(code).toBe(2);
    expect(said).toMatch(/^用法 Usage[\s\S]*\n\n参数有误 · wrong usage：.*--nonsense.*\n$/);
    if (program.includes('admin')) expect(said.split('\n').length).toBeLessThan(10);
  });

  it('says in words that there is no database', async () => {
    const { code, said } = await run(program, command, { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d' });
    expect(code).toBe(failedCode);
    expect(said).toContain('DATABASE_URL：连不上数据库 127.0.0.1:1/d');
    expect(said).not.toContain('hunter2');
  });

  it('says in words what is wrong with the configuration', async () => {
    const { code, said } = await run(program, command, { SECRET_KEY: 'short', NODE_ENV: 'production' });
    expect(code).toBe(failedCode);
    expect(said).toMatch(/配置有误[\s\S]*SECRET_KEY: must be/);
  });
});

describe('words for a failure', () => {
  it('are not put into the mouth of what nobody foresaw', () => {
    const where = { databaseUrl: 'postgres://h/d', host: '127.0.0.1', port: 1 };
    expect(failureWords(new Error('a timeout of the judge'), where)).toBeNull();
    expect(failureWords('thrown text', where)).toBeNull();
    expect(
      failureWords(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), { databaseUrl: null }),
    ).toBeNull();
  });
});
