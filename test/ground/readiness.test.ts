/** Ready means it: each way in which the service answers and yet should get nobody. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbedded } from '../../server/db/embedded.ts';
import { connect } from '../../server/db/pool.ts';
import { createDatabaseProbe } from '../../server/db/probe.ts';
import { readinessOf } from '../../server/http/readiness.ts';
import { createLog } from '../../server/log.ts';
import { type Running, start } from '../../server/main.ts';
import { credit, ground } from '../ledger/fixture.ts';
import { testConfig, testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { tamper } from '../support/tamper.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const log = createLog('silent');
let t: TestDb;
let dir: string;
let removeDir: () => Promise<void>;
let running: Running | null = null;

beforeEach(async () => {
  t = await testDb();
  ({ dir, remove: removeDir } = await testDir());
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await t.drop();
  await removeDir();
});

async function run(over: Record<string, string> = {}): Promise<void> {
  running = await start(testConfig(dir, { DATABASE_URL: t.url, ...over }), log);
}
const ask = async (path = '/readyz') => {
  const response = await fetch(running!.url + path);
  return { status: response.status, text: await response.text() };
};
/** Waits until the service says of itself what is expected, and shows nothing that is secret. */
async function becomes(cause: string | null, parts: Record<string, string> = {}): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status, text } = await ask();
      expect(status).toBe(cause === null ? 200 : 503);
      if (cause === null) return;
      expect(JSON.parse(text)).toMatchObject({
        error: { code: 'unavailable', retry: true, details: { cause, parts } },
      });
      expect(text).not.toMatch(/postgres:|attendance|password/);
    },
    { timeout: 60_000, interval: 100 },
  );
  expect((await ask('/healthz')).status).toBe(200);
}
const metric = async (name: string): Promise<number> => {
  const { text } = await ask('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`zhenxue_${name} `));
  return Number(line?.split(' ')[1] ?? Number.NaN);
};

describe('not ready', () => {
  it('while the database only reads, though reading goes on', async () => {
    await run();
    await becomes(null);
    const set = async (value: string): Promise<void> => {
      const admin = connect(t.url, { max: 1 });
      await admin.query(
        `begin read write; alter database "${new URL(t.url).pathname.slice(1)}" set default_transaction_read_only = ${value}; commit`,
      );
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await admin.end();
    };
    await set('on');
    await becomes('writes', { database: 'ok', writes: 'readOnly', ledger: 'ok' });
    expect((await ask('/ledger/checkpoint')).status).toBe(200);
    await set('off');
    await becomes(null);
  });

  it('with a ledger key that did not sign what is stored, also when nothing waits and in a new year', async () => {
    await ground(t.db);
    await credit(t.db, 'ann', 3);
    await run();
    await vi.waitFor(async () => expect(await metric('ledger_pending_leaves')).toBe(0), { timeout: 30_000 });
    await running!.stop();
    // As if it were last year's: this year's tree has no signature that could contradict.
    for (const table of ['ledger_heads', 'ledger_leaves', 'ledger_nodes'])
      await tamper(t.db, `update ${table} set origin = 'localhost/attendance/2001'`);
    const { rowCount } = await t.db.query('select 1 from ledger_heads');
    expect(rowCount).toBe(1);
    await run({ LEDGER_KEY: createHash('sha256').update('another').digest('base64') });
    await becomes('ledger', { database: 'ok', writes: 'ok', ledger: 'wrongKey' });
    expect((await t.db.query('select 1 from ledger_heads')).rowCount).toBe(1);
  });

  it('once the ledger has stopped in doubt, and its metrics say so', async () => {
    await ground(t.db);
    await credit(t.db, 'ann', 5);
    await run();
    await vi.waitFor(async () => expect(await metric('ledger_tree_size')).toBe(5), { timeout: 30_000 });
    expect(await metric('ledger_leaves_sealed_total')).toBe(5);
    expect(await metric('ledger_batches_total')).toBeGreaterThan(0);
    expect(await metric('ledger_batch_seconds_count')).toBe(await metric('ledger_batches_total'));
    expect(await metric('ledger_oldest_pending_seconds')).toBe(0);
    expect(await metric('ledger_last_success_timestamp_seconds')).toBeGreaterThan(1_700_000_000);
    expect(await metric('ledger_state{state="stopped"}')).toBe(0);
    await becomes(null);

    await tamper(t.db, 'delete from ledger_leaves where index = 4');
    await becomes('ledger', { ledger: 'inDoubt' });
    await credit(t.db, 'ann', 2, 6);
    await t.db.query('update ledger_pending set written_ms = written_ms - 60000');
    expect(await metric('ledger_state{state="stopped"}')).toBe(1);
    expect(await metric('ledger_state{state="resting"}')).toBe(0);
    expect(await metric('ledger_pending_leaves')).toBe(2);
    expect(await metric('ledger_doubted_leaves')).toBe(0);
    expect(await metric('ledger_oldest_pending_seconds')).toBeGreaterThanOrEqual(60);
    expect(await metric('ledger_failures_total')).toBe(1);
  });
});

describe('the answer', () => {
  it('names the first part that is not ready, and comes although one hangs', async () => {
    const parts = { one: () => 'ok', two: () => new Promise<string>(() => undefined), three: () => 'inDoubt' };
    expect(await readinessOf(parts)).toEqual({ cause: 'two', parts: { one: 'ok', two: 'slow', three: 'inDoubt' } });
    const failing = { one: () => Promise.reject(new Error('secret')) };
    expect(await readinessOf(failing)).toEqual({ cause: 'one', parts: { one: 'failed' } });
  });

  it('is paid for by one write, however many ask, and waits for no backup', async () => {
    const probe = createDatabaseProbe(t.db, log);
    const count = async () => (await t.db.query('select probed_ms from write_probe')).rowCount;
    expect(await Promise.all(Array.from({ length: 50 }, () => probe.writes()))).toEqual(Array(50).fill('ok'));
    expect(await count()).toBe(1);
    // A dump holds its tables for as long as it takes.
    const backup = await t.db.connect();
    await backup.query('begin; lock table write_probe in access share mode');
    expect(await createDatabaseProbe(t.db, log).writes()).toBe('ok');
    expect(await count()).toBe(2);
    await backup.query('commit');
    backup.release();
    expect(await createDatabaseProbe(t.db, log).writes()).toBe('ok');
    expect(await count()).toBe(1);
  });
});

/** A disk of one's own: only root may mount one, and not in every container. `null`: it may not be. */
async function smallDisk(): Promise<{ path: string; remove(): Promise<void> } | null> {
  const path = await mkdtemp(join(tmpdir(), 'zhenxue-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=120m,mode=711', 'tmpfs', path]).status === 0;
  const remove = async () => {
    if (mounted) spawnSync('umount', [path]);
    await rm(path, { recursive: true });
  };
  if (mounted) return { path, remove };
  await remove();
  return null;
}

const tried = await smallDisk();
await tried?.remove();
if (tried === null)
  console.warn('\n*** no disk can be mounted here: what a full disk does to readiness is not tested ***\n');

describe.skipIf(tried === null)('a full disk', () => {
  it('is seen before a write of a trainee fails, and seen to be gone', async () => {
    const disk = (await smallDisk())!;
    const embedded = await startEmbedded(join(disk.path, 'data'), { durable: false });
    try {
      await run({ DATABASE_URL: embedded.url });
      await becomes(null);
      const filler = join(disk.path, 'filler');
      await expect(writeFile(filler, Buffer.alloc(120 * 1024 * 1024))).rejects.toThrow('ENOSPC');
      await becomes('writes', { database: 'ok', writes: 'full' });
      expect((await ask('/ledger/checkpoint')).status).toBe(200);
      await rm(filler);
      await becomes(null);
    } finally {
      await running?.stop();
      running = null;
      await embedded.stop();
      await disk.remove();
    }
  });
});
