import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Opened, Resumed } from '../../sdk/wire.ts';
import { alertCodes, alertKinds } from '../../server/alerts/catalogue.ts';
import type { Demo } from '../../server/demo/seed.ts';
import { createLog } from '../../server/log.ts';
import { type Running, start } from '../../server/main.ts';
import { hashOrigin } from '../../server/patterns/origins/origin.ts';
import { derive } from '../../server/secrets.ts';
import { testConfig, testDir, testEnv } from '../support/config.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { connectWire, createPage, value } from '../support/wire.ts';

const log = createLog('silent');
const { PATH } = process.env;
const cli = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));

describe('a running server', () => {
  let t: TestDb;
  let running: Running;
  let demo: Demo;
  let dir: string;
  let removeDir: () => Promise<void>;

  beforeAll(async () => {
    t = await testDb();
    ({ dir, remove: removeDir } = await testDir());
    running = await start(testConfig(dir, { DATABASE_URL: t.url, DEMO: '1' }), log);
    demo = running.demo!;
  });
  afterAll(async () => {
    await running.stop();
    await t.drop();
    await removeDir();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(running.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const login = async (role: string): Promise<string> => {
    const { username, password } = demo.users.find((user) => user.role === role)!;
    const response = await post('/v1/auth/login', { username, password });
    expect(response.status).toBe(200);
    return ((await response.json()) as { token: string }).token;
  };
  const get = (path: string, token: string) =>
    fetch(running.url + path, { headers: { authorization: `Bearer ${token}` } });

  it('is ready, and says so', async () => {
    expect(running.url).toBe(demo.baseUrl);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  });

  it('lets the demo’s people log in and see what is theirs', async () => {
    const [monitor, trainee] = [await login('monitor'), await login('trainee')];
    await login('reviewer');
    expect((await get('/v1/alerts', monitor)).status).toBe(200);
    expect((await get('/v1/alerts', trainee)).status).toBe(403);
    const own = demo.trainees[0]!.id;
    const other = demo.trainees[1]!.id;
    expect((await get(`/v1/trainees/${own}/hours?classId=${demo.class.id}`, trainee)).status).toBe(200);
    expect((await get(`/v1/trainees/${other}/hours?classId=${demo.class.id}`, trainee)).status).toBe(404);
  });

  it('gives the demo’s platform a ticket, and nobody else', async () => {
    const body = { traineeId: demo.trainees[0]!.id, classId: demo.class.id, lessonId: demo.lessons[0]!.id };
    const given = await post('/v1/tickets', body, { authorization: `Bearer ${demo.platform.apiKey}` });
    expect(given.status).toBe(200);
    const { playerUrl } = (await given.json()) as { playerUrl: string };
    expect(playerUrl.startsWith(`${running.url}/player/?launch=`)).toBe(true);
    expect((await post('/v1/tickets', body)).status).toBe(401);
    expect((await post('/v1/tickets', body, { authorization: `Bearer ${await login('monitor')}` })).status).toBe(403);
  });

  it('trades each load of a player’s address for a fresh ticket', async () => {
    const [trainee, lesson] = [demo.trainees[3]!, demo.lessons[1]!];
    const launch = new URL(trainee.playerUrls[lesson.id]!).searchParams.get('launch');
    const loads = await Promise.all([1, 2].map(async () => (await post('/v1/player/launch', { launch })).json()));
    const [one, two] = loads as {
      ticket: string;
      trainee: { name: string };
      lesson: { id: string; mediaUrl: string };
    }[];
    expect(one!.ticket).not.toBe(two!.ticket);
    expect(one!.trainee.name).toBe(trainee.name);
    expect(one!.lesson.id).toBe(lesson.id);
    const media = await fetch(running.url + one!.lesson.mediaUrl, { headers: { range: 'bytes=0-9' } });
    expect(media.status).toBe(206);
  });

  it('keeps where a session was opened from as hashes, and no address', async () => {
    const [trainee, lesson] = [demo.trainees[2]!, demo.lessons[0]!];
    const launch = new URL(trainee.playerUrls[lesson.id]!).searchParams.get('launch');
    const { ticket } = (await (await post('/v1/player/launch', { launch })).json()) as { ticket: string };
    const wire = await connectWire(running.url);
    const { session } = value(await wire.call<Opened>('open', { version: 1, ticket, device: 'device-0001' }));
    const key = derive(testConfig(dir, { DATABASE_URL: t.url, DEMO: '1' }).secrets.master, 'origin');
    await vi.waitFor(async () => {
      const { rows } = await t.db.query('select address, network from session_origins where session_id = $1', [
        session,
      ]);
      expect(rows).toEqual([hashOrigin(key, '127.0.0.1')]);
    });
    await wire.close();
  });

  it('never shows the answers that lie beside its videos', async () => {
    expect((await fetch(`${running.url}/media/lessons.json`)).status).toBe(404);
  });

  it('describes every route it has', async () => {
    const { paths } = (await (await fetch(`${running.url}/docs/json`)).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/tickets',
        '/v1/player/launch',
        '/v1/auth/login',
        '/v1/alerts',
        '/v1/trainees/{id}/hours',
        '/v1/classes/{id}/hours',
        '/ledger/checkpoint',
      ]),
    );
  });

  it('lists every alert code it may be asked for', async () => {
    const { paths } = (await (await fetch(`${running.url}/docs/json`)).json()) as {
      paths: Record<string, { get: { parameters: { name: string; schema: { enum?: string[] } }[] } }>;
    };
    const enumOf = (name: string) =>
      paths['/v1/alerts']?.get.parameters.find((each) => each.name === name)?.schema.enum;
    expect(enumOf('code')).toEqual(alertCodes);
    expect(enumOf('kind')).toEqual(alertKinds);
  });

  it('stops once, however often it is asked, and leaves no connection', async () => {
    const { dir, remove } = await testDir();
    const own = await testDb();
    const second = await start(testConfig(dir, { DATABASE_URL: own.url }), log);
    expect(second.demo).toBeNull();
    await Promise.all([second.stop(), second.stop()]);
    await expect(fetch(`${second.url}/healthz`)).rejects.toThrow();
    const { rows } = await own.db.query(
      'select count(*) as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(rows[0].n).toBe(0);
    await own.drop();
    await remove();
  });

  it('finds a taken port before it makes a database', async () => {
    const { dir, remove } = await testDir();
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port));
    });
    await expect(start(testConfig(dir, { PORT: String(port) }), log)).rejects.toThrow('EADDRINUSE');
    expect(readdirSync(dir).filter((name) => name.startsWith('postgres'))).toEqual([]);
    await new Promise((resolve) => holder.close(resolve));
    await remove();
  });

  it('leaves nothing running when it cannot start', async () => {
    const { dir, remove } = await testDir();
    const own = await testDb();
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port));
    });
    await expect(start(testConfig(dir, { DATABASE_URL: own.url, PORT: String(port) }), log)).rejects.toThrow(
      'EADDRINUSE',
    );
    const { rows } = await own.db.query(
      'select count(*) as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(rows[0].n).toBe(0);
    await new Promise((resolve) => holder.close(resolve));
    await own.drop();
    await remove();
  });
});

describe('npm start', () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  });

  const launch = (env: Record<string, string | undefined>) => {
    const child = spawn(process.execPath, ['--import', 'tsx', cli], {
      env: { PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    return { child, ended, said: () => said };
  };
  const up = async (started: ReturnType<typeof launch>): Promise<void> => {
    await Promise.race([
      new Promise<void>((resolve) => {
        started.child.stdout?.on('data', () => {
          if (started.said().includes('Ctrl-C')) resolve();
        });
      }),
      started.ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${started.said()}`))),
    ]);
  };

  it.each([
    [{ PORT: 'eighty' }, /PORT: must be a whole number/],
    [{ SECRET_KEY: undefined, NODE_ENV: 'production' }, /SECRET_KEY: missing/],
    [{ SECRET_KEY: 'short', NODE_ENV: 'production' }, /SECRET_KEY: must be/],
    [{ LEDGER_KEY: '0'.repeat(64), NODE_ENV: 'production' }, /LEDGER_KEY: is a default/],
  ])('refuses %j with words and no stack', async (over, words) => {
    const { dir, remove } = await testDir();
    const { ended, said } = launch(testEnv({ DATA_DIR: dir, ...over }));
    expect(await ended).toBe(1);
    expect(said()).toMatch(words);
    expect(said()).toMatch(/配置有误/);
    expect(said()).not.toMatch(/\n\s+at /);
    await remove();
  });

  it.skipIf(!hasPostgres())(
    'says where to go, survives being killed, finds yesterday’s demo, and stops cleanly',
    async () => {
      const { dir, remove } = await testDir();
      const demoFile = () => JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')) as Demo;
      const first = launch({ DATA_DIR: dir, PORT: '0' });
      await up(first);
      const demo = demoFile();
      for (const words of [demo.consoleUrl, demo.docsUrl, ...demo.users.map((user) => user.password)]) {
        expect(first.said()).toContain(words);
      }
      first.child.kill('SIGKILL');
      await first.ended;

      const second = launch({ DATA_DIR: dir, PORT: '0' });
      await up(second);
      const again = demoFile();
      expect(again.platform).toEqual(demo.platform);
      expect(again.users).toEqual(demo.users);
      const { username, password } = again.users[0]!;
      const response = await fetch(`${again.baseUrl}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      });
      expect(response.status).toBe(200);
      second.child.kill('SIGTERM');
      expect(await second.ended).toBe(0);
      expect(() => readFileSync(join(dir, 'postgres', 'postmaster.pid'))).toThrow('ENOENT');
      await remove();
    },
    120_000,
  );

  const postmaster = (dir: string): number =>
    Number(readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

  it.skipIf(!hasPostgres())(
    'starts its database again when that is killed: not ready meanwhile, and nothing acknowledged is lost',
    async () => {
      const { dir, remove } = await testDir();
      const started = launch({ DATA_DIR: dir, PORT: '0' });
      await up(started);
      const demo = JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')) as Demo;
      const { playerUrls } = demo.trainees[0]!;
      const player = new URL(playerUrls[demo.lessons[0]!.id]!);
      const launched = await fetch(`${demo.baseUrl}/v1/player/launch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ launch: player.searchParams.get('launch') }),
      });
      const { ticket } = (await launched.json()) as { ticket: string };
      const wire = await connectWire(demo.baseUrl);
      const page = createPage(value(await wire.call<Opened>('open', { version: 1, ticket, device: 'device-0001' })));
      const acknowledged = (await page.beat(wire)).seq;
      const ready = async (): Promise<number> => (await fetch(`${demo.baseUrl}/readyz`)).status;
      const becomes = (status: number) =>
        vi.waitFor(async () => expect(await ready()).toBe(status), { timeout: 60_000, interval: 10 });
      await becomes(200);

      const pid = postmaster(dir);
      process.kill(pid, 'SIGKILL');
      await becomes(503);
      expect((await fetch(`${demo.baseUrl}/healthz`)).status).toBe(200);
      await becomes(200);
      expect(postmaster(dir)).not.toBe(pid);

      await wire.close();
      const again = await connectWire(demo.baseUrl);
      const resumed = await again.call<Resumed>('resume', {
        version: 1,
        session: page.session,
        proof: page.proof(again.id),
      });
      expect(value(resumed).seq).toBe(acknowledged);
      page.nonce = value(resumed).nonce;
      expect((await page.beat(again)).seq).toBe(acknowledged + 1);
      await again.close();

      started.child.kill('SIGTERM');
      expect(await started.ended).toBe(0);
      await remove();
    },
    120_000,
  );

  it.skipIf(!hasPostgres())(
    'ends with words when its database cannot be started again',
    async () => {
      const { dir, remove } = await testDir();
      const started = launch({ DATA_DIR: dir, PORT: '0' });
      await up(started);
      const pid = postmaster(dir);
      renameSync(join(dir, 'postgres'), join(dir, 'elsewhere'));
      process.kill(pid, 'SIGKILL');
      expect(await started.ended).toBe(1);
      expect(started.said()).toMatch(/致命错误.*fatal.*内置数据库已停止.*cannot be kept running/);
      await remove();
    },
    120_000,
  );
});

it('cannot be made an older release in production', async () => {
  const { dir, remove } = await testDir();
  const config = testConfig(dir, { NODE_ENV: 'production', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  await expect(start(config, log, { newest: 1 })).rejects.toThrow('not for production');
  await remove();
});
