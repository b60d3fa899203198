import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { parseVerifierKey } from '../../ledger/note.ts';
import { emptyRoot } from '../../ledger/tree.ts';
import { connect } from '../../server/db/pool.ts';
import { createLedger } from '../../server/ledger/ledger.ts';
import { ledgerRoutes } from '../../server/ledger/routes.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { credit, ground, naiveRoot, seed, sha256 } from './fixture.ts';

let own: TestDb;
let now = Date.parse('2026-06-01T00:00:00Z');
const config = { publicUrl: 'https://zx.example.cn/', secrets: { ledgerSeed: seed } };
const open = (over: Partial<Parameters<typeof createLedger>[0]> = {}) =>
  createLedger({ db: own.db, config, log: createLog('silent'), metrics: createMetrics(), now: () => now, ...over });

beforeEach(async () => {
  now = Date.parse('2026-06-01T00:00:00Z');
  own = await testDb();
  await ground(own.db);
});
afterEach(() => own.drop());

describe('the two public routes', () => {
  test('serve text that the served key opens, empty and filled', async () => {
    const ledger = open();
    const app = Fastify().withTypeProvider<ZodTypeProvider>();
    app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
    await app.register(ledgerRoutes(ledger));
    const get = (url: string) => app.inject({ method: 'GET', url });
    try {
      const key = await get('/ledger/key');
      expect(key.statusCode).toBe(200);
      expect(key.headers['content-type']).toBe('text/plain; charset=utf-8');
      const verifier = parseVerifierKey(key.body.trimEnd());
      expect(verifier.name).toBe('zx.example.cn/attendance/2026');

      const empty = await get('/ledger/checkpoint');
      expect(empty.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(openCheckpoint(empty.body, verifier)).toMatchObject({ size: 0, root: emptyRoot() });

      const leaves = await credit(own.db, 'ann', 5);
      ledger.sequencer.start();
      await vi.waitFor(async () => {
        const checkpoint = openCheckpoint((await get('/ledger/checkpoint')).body, verifier);
        expect(checkpoint).toMatchObject({ size: 5, root: naiveRoot(leaves) });
      });
    } finally {
      await ledger.sequencer.stop();
      await app.close();
    }
  });
});

describe('a running ledger', () => {
  test('seals on a poke, and drains when stopped', async () => {
    const ledger = open();
    ledger.sequencer.start({ wakeMs: 3_600_000 });
    await vi.waitFor(() => expect(ledger.sequencer.status().state).toBe('resting'));
    await credit(own.db, 'ann', 3);
    ledger.sequencer.poke();
    await vi.waitFor(async () => expect(await ledger.pending()).toBe(0));
    await credit(own.db, 'bob', 3);
    await ledger.sequencer.stop();
    expect(await ledger.pending()).toBe(0);
    expect(ledger.sequencer.status()).toMatchObject({ state: 'ended', leaves: 6 });
  });

  test('two of them share the work; one that dies is followed by the other', async () => {
    const other = connect(own.url, { max: 2 });
    const [first, second] = [open(), open({ db: other })];
    first.sequencer.start({ wakeMs: 5 });
    second.sequencer.start({ wakeMs: 5 });
    const leaves = await credit(own.db, 'ann', 300);
    await vi.waitFor(async () => expect(await first.pending()).toBe(0));
    await first.sequencer.stop();
    leaves.push(...(await credit(own.db, 'ann', 20, 301)));
    await vi.waitFor(async () => expect(await second.pending()).toBe(0));
    await second.sequencer.stop();
    await other.end();
    const checkpoint = openCheckpoint(await first.checkpoint(), parseVerifierKey(first.verifierKey()));
    expect(checkpoint).toMatchObject({ size: 320, root: naiveRoot(leaves) });
  });

  test('begins a new tree when the year turns', async () => {
    let asked = 0;
    const ledger = open({
      now: () => {
        asked += 1;
        return now;
      },
    });
    now = Date.parse('2026-12-31T15:59:59Z');
    await credit(own.db, 'ann', 2);
    ledger.sequencer.start({ wakeMs: 5 });
    await vi.waitFor(async () => expect(await ledger.pending()).toBe(0));
    const old = await ledger.checkpoint();
    now = Date.parse('2026-12-31T16:00:00Z');
    expect(openCheckpoint(await ledger.checkpoint(), parseVerifierKey(ledger.verifierKey()))).toMatchObject({
      origin: 'zx.example.cn/attendance/2027',
      size: 0,
    });
    // A batch begun in the old year may still take a leaf: the second to ask the time begins after it.
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 1));
    await credit(own.db, 'ann', 3, 3);
    await vi.waitFor(async () => expect(await ledger.pending()).toBe(0));
    await ledger.sequencer.stop();
    expect(openCheckpoint(await ledger.checkpoint(), parseVerifierKey(ledger.verifierKey())).size).toBe(3);
    const { rows } = await own.db.query(`select checkpoint from ledger_heads where origin like '%2026'`);
    expect(rows).toEqual([{ checkpoint: old }]);
  });

  test('a replaced key is a doubt: it stops, says so, and keeps everything', async () => {
    const ledger = open();
    await credit(own.db, 'ann', 2);
    ledger.sequencer.start();
    await ledger.sequencer.stop();
    await credit(own.db, 'ann', 1, 3);
    const replaced = open({ config: { publicUrl: config.publicUrl, secrets: { ledgerSeed: sha256('another') } } });
    replaced.sequencer.start({ wakeMs: 5 });
    await vi.waitFor(() => expect(replaced.sequencer.status().state).toBe('stopped'));
    expect(replaced.sequencer.status().doubt).toMatch(/not ours/);
    await replaced.sequencer.stop();
    expect(await replaced.pending()).toBe(1);
  });

  test('its connections are killed again and again: every leaf is sealed once', async () => {
    const admin = connect(own.url, { max: 1 });
    const ledger = open();
    ledger.sequencer.start({ wakeMs: 5 });
    const leaves: string[] = [];
    const kill = () =>
      admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query like '%ledger%'`);
    for (let round = 0; round < 15; round += 1) {
      leaves.push(...(await credit(admin, 'ann', 40, leaves.length + 1)));
      ledger.sequencer.poke();
      await kill();
    }
    await vi.waitFor(async () => {
      const { rows } = await admin.query<{ count: number }>('select count(*) as count from ledger_pending');
      expect(rows[0]!.count).toBe(0);
    });
    await ledger.sequencer.stop();
    await admin.end();
    const checkpoint = openCheckpoint(await ledger.checkpoint(), parseVerifierKey(ledger.verifierKey()));
    expect(checkpoint).toMatchObject({ size: 600, root: naiveRoot(leaves) });
  });
});
