/** The database goes while people learn: every request says so in one word, and goes on when it is back. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Opened, Resumed } from '../../sdk/wire.ts';
import { connect } from '../../server/db/pool.ts';
import { createLog } from '../../server/log.ts';
import { type Running, start } from '../../server/main.ts';
import { testConfig, testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { type Line, lineTo } from '../support/proxy.ts';
import { connectWire, createPage, error, value, type Wire } from '../support/wire.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let t: TestDb;
let line: Line;
let running: Running;
let removeDir: () => Promise<void>;

beforeAll(async () => {
  t = await testDb();
  line = await lineTo(t.url);
  const { dir, remove } = await testDir();
  removeDir = remove;
  running = await start(testConfig(dir, { DATABASE_URL: line.url, DEMO: '1' }), createLog('silent'));
});
afterAll(async () => {
  await running.stop();
  await line.cut();
  await t.drop();
  await removeDir();
});

const platform = () => ({ authorization: `Bearer ${running.demo!.platform.apiKey}` });
const get = (path: string) => fetch(running.url + path, { headers: platform() });
const post = (path: string, body: string, type = 'application/json') =>
  fetch(running.url + path, { method: 'POST', body, headers: { ...platform(), 'content-type': type } });

async function ticket(trainee: number): Promise<string> {
  const demo = running.demo!;
  const scope = { traineeId: demo.trainees[trainee]!.id, classId: demo.class.id, lessonId: demo.lessons[0]!.id };
  const response = await post('/v1/tickets', JSON.stringify(scope));
  expect(response.status).toBe(200);
  return ((await response.json()) as { ticket: string }).ticket;
}

const open = (wire: Wire, text: string) =>
  wire.call<Opened>('open', { version: 1, ticket: text, device: 'device-0001' });
const ready = async () => {
  const response = await get('/readyz');
  return { status: response.status, body: await response.json() };
};

describe('while the database is away', () => {
  it('every request is told to come again, and what was sealed is taken when it is back', async () => {
    const [mine, spare] = [await ticket(0), await ticket(1)];
    const wire = await connectWire(running.url);
    const page = createPage(value(await open(wire, mine)));
    await page.beat(wire);
    const waiting = page.seal();
    expect(await ready()).toMatchObject({ status: 200 });

    await line.cut();
    const away = { code: 'unavailable', retry: true };
    const other = await connectWire(running.url);
    const resume = () =>
      other.call<Resumed>('resume', { version: 1, session: page.session, proof: page.proof(other.id) });
    expect(error(await resume())).toMatchObject(away);
    expect(error(await open(other, spare))).toMatchObject(away);
    expect(error(await wire.call('answer', { prompt: 'prompt-0001', choice: '1' }))).toMatchObject(away);
    expect(error(await wire.call('beat', waiting))).toMatchObject({ code: 'commitFailed', retry: true });
    const beacon = JSON.stringify({ session: page.session, beats: [waiting] });
    for (const asked of [
      get('/v1/alerts'),
      post('/v1/auth/login', '{"username":"a","password":"b"}'),
      post('/v1/learn/beacon', beacon, 'text/plain'),
    ]) {
      const response = await asked;
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ error: away });
    }
    expect(await ready()).toMatchObject({
      status: 503,
      body: {
        error: { code: 'unavailable', details: { cause: 'database', parts: { database: 'away', ledger: 'ok' } } },
      },
    });
    expect((await get('/healthz')).status).toBe(200);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/^zhenxue_ledger_tree_size Nan$/im);
    expect(metrics).toMatch(/^zhenxue_ledger_state\{state="\w+"\} 1$/m);

    await line.mend();
    await vi.waitFor(async () => expect((await ready()).status).toBe(200), { timeout: 60_000, interval: 100 });
    expect(value(await resume()).seq).toBe(1);
    expect(value(await other.call<{ seq: number }>('beat', waiting)).seq).toBe(2);
    const third = await connectWire(running.url);
    value(await open(third, spare));
    for (const one of [other, third]) await one.close();
  });

  it('no request answers `internal` because its connection was ended under it', async () => {
    const texts = await Promise.all(Array.from({ length: 20 }, () => ticket(2)));
    const killer = connect(t.url, { max: 1 });
    let over = false;
    const ending = (async () => {
      while (!over)
        await killer.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
    })();
    const codes = new Set<string>();
    try {
      for (const text of texts) {
        const wire = await connectWire(running.url);
        const opened = await open(wire, text);
        codes.add(opened.ok ? 'ok' : opened.error.code);
        for (const path of ['/v1/alerts', '/v1/me']) {
          const response = await get(path);
          if (response.status >= 500) codes.add(((await response.json()) as { error: { code: string } }).error.code);
        }
        await wire.close();
      }
    } finally {
      over = true;
      await ending;
      await killer.end();
    }
    codes.delete('ok');
    expect([...codes].filter((code) => code !== 'unavailable' && code !== 'commitFailed')).toEqual([]);
    expect(codes.size).toBeGreaterThan(0);
  });
});
