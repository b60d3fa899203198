import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../ledger/checkpoint.ts';
import { signerFrom } from '../../ledger/note.ts';
import { emptyRoot } from '../../ledger/tree.ts';
import { connect, type Db, type Queryable } from '../../server/db/pool.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { BATCH_LEAVES_MAX, LedgerDoubt, sealBatch } from '../../server/ledger/batch.ts';
import { readHead, saltsFor } from '../../server/ledger/store.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { tamper } from '../support/tamper.ts';
import { credit, ground, naiveRoot, seed, sha256, signer } from './fixture.ts';

let own: TestDb;
let db: Db;

beforeEach(async () => {
  own = await testDb();
  db = own.db;
  await ground(db);
});
afterEach(() => own.drop());

async function sealAll(on: Db = db, limit?: number): Promise<void> {
  for (let kind = ''; kind !== 'idle'; ) kind = (await sealBatch(on, signer, limit)).kind;
}

/** The stored leaves in order, and the head; the audit must find nothing. */
async function sound(): Promise<{ leaves: string[]; size: number; root: Buffer; pending: number }> {
  const audit = await auditLedger(db, seed);
  expect(audit.problems).toEqual([]);
  const { rows } = await db.query<{ leaf: string }>('select leaf from ledger_leaves where origin = $1 order by index', [
    signer.name,
  ]);
  const head = await readHead(db, signer.name);
  return {
    leaves: rows.map((row) => row.leaf),
    size: head?.size ?? 0,
    root: head?.root ?? emptyRoot(),
    pending: audit.pending,
  };
}

describe('sealing', () => {
  test('5 000 leaves in batches come to the root of an independent implementation', async () => {
    const given = [...(await credit(db, 'ann', 3000)), ...(await credit(db, 'bob', 2000))];
    await sealAll(db, 700);
    const { leaves, root, size, pending } = await sound();
    expect(leaves).toEqual(given);
    expect({ size, pending }).toEqual({ size: 5000, pending: 0 });
    expect(root).toEqual(naiveRoot(given));
    const head = await readHead(db, signer.name);
    expect(openCheckpoint(head!.checkpoint, signer)).toEqual({ origin: signer.name, size: 5000, root });
  });

  test('nothing pending: an empty tree with a signed head, and nothing more', async () => {
    expect(await sealBatch(db, signer)).toEqual({ kind: 'idle', size: 0 });
    expect(await sealBatch(db, signer)).toEqual({ kind: 'idle', size: 0 });
    const head = await readHead(db, signer.name);
    expect(openCheckpoint(head!.checkpoint, signer)).toMatchObject({ size: 0, root: emptyRoot() });
  });

  test('a full batch says so', async () => {
    await credit(db, 'ann', BATCH_LEAVES_MAX + 1);
    expect(await sealBatch(db, signer)).toEqual({ kind: 'appended', leaves: 1024, doubted: 0, size: 1024, full: true });
    expect(await sealBatch(db, signer)).toEqual({ kind: 'appended', leaves: 1, doubted: 0, size: 1025, full: false });
  });

  test('a new year is a new tree; the old one stays', async () => {
    await credit(db, 'ann', 3);
    await sealAll();
    await credit(db, 'ann', 2, 4);
    const next = signerFrom('localhost/attendance/2027', seed);
    expect(await sealBatch(db, next)).toMatchObject({ kind: 'appended', size: 2 });
    expect((await auditLedger(db, seed)).trees.map(({ origin, size }) => [origin, size])).toEqual([
      ['localhost/attendance/2026', 3],
      ['localhost/attendance/2027', 2],
    ]);
    expect((await sound()).size).toBe(3);
  });
});

describe('two sequencers', () => {
  test('seal everything once between them', async () => {
    const given = await credit(db, 'ann', 1500);
    const other = connect(own.url, { max: 2 });
    try {
      await Promise.all([sealAll(db, 50), sealAll(other, 70), sealAll(other, 30)]);
    } finally {
      await other.end();
    }
    const { leaves, root, pending } = await sound();
    expect(pending).toBe(0);
    expect(leaves).toEqual(given);
    expect(root).toEqual(naiveRoot(given));
  });

  test('while one writes, the other is told so and touches nothing', async () => {
    await credit(db, 'ann', 5);
    const other = connect(own.url, { max: 1 });
    try {
      let told: unknown;
      const slow = atStep(db, 5, async (query) => {
        told = await sealBatch(other, signer);
        return query();
      });
      expect(await sealBatch(slow.db, signer)).toMatchObject({ kind: 'appended', leaves: 5 });
      expect(told).toEqual({ kind: 'busy' });
    } finally {
      await other.end();
    }
    expect((await sound()).size).toBe(5);
  });
});

describe('a crash at any step leaves nothing half done, and the next run mends it', () => {
  const deaths: Record<string, (query: Query, pid: number) => Promise<unknown>> = {
    'the step fails': async () => {
      throw new Error('crash');
    },
    'the connection is killed before it': async (query, pid) => {
      await db.query('select pg_terminate_backend($1)', [pid]);
      return query();
    },
    'its answer is lost': async (query, pid) => {
      await query();
      await db.query('select pg_terminate_backend($1)', [pid]);
      throw new Error('connection lost');
    },
  };
  for (const [how, death] of Object.entries(deaths)) {
    test(how, async () => {
      const given: string[] = [];
      let steps = 0;
      for (let step = 1, reached = true; reached; step += 1) {
        given.push(...(await credit(db, 'ann', 7, given.length + 1)));
        const before = (await sound()).size;
        const dying = atStep(db, step, death);
        const outcome = await sealBatch(dying.db, signer).catch((error: unknown) => error);
        reached = dying.reached();
        if (reached) {
          steps += 1;
          expect(outcome, `step ${step}`).toBeInstanceOf(Error);
          expect(outcome).not.toBeInstanceOf(LedgerDoubt);
          const after = await sound();
          // All of it (the commit's answer was lost) or nothing.
          expect([0, 7], `step ${step}`).toContain(after.size - before);
          expect(after.pending).toBe(7 - (after.size - before));
        }
        await sealAll();
        const mended = await sound();
        expect(mended.leaves).toEqual(given);
        expect(mended.root).toEqual(naiveRoot(given));
      }
      expect(steps).toBeGreaterThanOrEqual(9);
    });
  }
});

describe('in doubt it stops and writes nothing', () => {
  const origin = 'localhost/attendance/2026';
  const doubts: Record<string, string | ((q: Queryable) => Promise<unknown>)> = {
    'a hash on the right edge was changed': (q) =>
      q.query('update ledger_nodes set hash = $1 where level = 2', [sha256('x')]),
    'a hash on the right edge is gone': (q) => q.query('delete from ledger_nodes where level = 2'),
    'a leaf is gone at the end': (q) => q.query('delete from ledger_leaves where index = 5'),
    'a leaf stands beyond the head': (q) => q.query(`insert into ledger_leaves values ($1, 6, 'x', 'x', 1)`, [origin]),
    'the head is gone': (q) => q.query('delete from ledger_heads'),
    'the head went back': (q) => q.query('update ledger_heads set size = 5'),
    'the root was changed': (q) => q.query('update ledger_heads set root = $1', [sha256('x')]),
    'another key signed': async (q) => {
      const stranger = signerFrom(origin, sha256('stranger'));
      const head = await readHead(q, origin);
      await q.query('update ledger_heads set checkpoint = $1', [signCheckpoint(head!.size, head!.root, stranger)]);
    },
    'the checkpoint is of an older head': async (q) => {
      await q.query('update ledger_heads set checkpoint = $1', [signCheckpoint(0, emptyRoot(), signer)]);
    },
  };
  for (const [what, change] of Object.entries(doubts)) {
    test(what, async () => {
      await credit(db, 'ann', 6);
      await sealAll();
      await tamper(db, change);
      await credit(db, 'bob', 2);
      const rows = async () =>
        (
          await db.query(`select (select count(*) from ledger_leaves) as leaves, (select count(*) from ledger_nodes) as nodes,
          (select count(*) from ledger_pending) as pending, (select json_agg(h) from ledger_heads h) as heads`)
        ).rows;
      const before = await rows();
      await expect(sealBatch(db, signer)).rejects.toThrow(LedgerDoubt);
      await expect(sealBatch(db, signer)).rejects.toThrow(LedgerDoubt);
      expect(await rows()).toEqual(before);
    });
  }
});

describe('signs only what joins', () => {
  /** The last of ann's six leaves, changed. */
  const leaf = (from: string, to: string) =>
    `update ledger_pending set leaf = replace(leaf, '${from}', '${to}') where person_key = 'ann' and span_id = 6`;
  const frauds: Record<string, [string, RegExp]> = {
    'a leaf that is no leaf': [`update ledger_pending set leaf = '{"kind":"credit"}' where span_id = 6`, /leaf/],
    'more time than the span has': [leaf('"creditedMs":12000', '"creditedMs":12345'), /12345 ms credited/],
    'another lesson': [leaf('"lesson":"l"', '"lesson":"m"'), /lesson m/],
    'an event that is still to come': [leaf('"ordinal":6', '"ordinal":7'), /event 7/],
    'an event that is gone': [`delete from events where person_key = 'ann' and ordinal = 6`, /event 6, which is not/],
    'no head': [`delete from heads where person_key = 'ann'`, /head says nothing/],
    'no session': [`delete from sessions where id = 's-ann'`, /no session s-ann/],
    'another person’s session': [`update sessions set person_key = 'bob' where id = 's-ann'`, /no session s-ann/],
    'a span that was denied': [`update spans set fate = 'denied' where person_key = 'ann' and id = 6`, /is denied/],
    'a span that may change': [`update spans set open = true where person_key = 'ann' and id = 6`, /not final/],
    'no span': [`delete from spans where person_key = 'ann' and id = 6`, /is missing/],
    'a second leaf for a sealed span': [
      `insert into ledger_leaves select 'localhost/attendance/2025', 0, leaf, person_key, span_id from ledger_pending where span_id = 6`,
      /already has a leaf/,
    ],
  };
  for (const [what, [sql, words]] of Object.entries(frauds)) {
    test(`${what}: set aside, and everyone else is sealed`, async () => {
      await credit(db, 'ann', 6);
      const bobs = await credit(db, 'bob', 2);
      await tamper(db, sql);
      const outcome = await sealBatch(db, signer);
      if (outcome.kind !== 'appended') throw new Error('nothing was taken');
      expect(outcome.leaves + outcome.doubted).toBe(8);
      const { rows } = await db.query(
        'select person_key as person, span_id as span, doubt from ledger_doubts order by id',
      );
      expect(rows.at(-1)).toMatchObject({ person: 'ann', span: 6 });
      expect(rows.map((row) => row.doubt).join('\n')).toMatch(words);
      expect(rows).toHaveLength(outcome.doubted);
      const sealed = await db.query(`select leaf from ledger_leaves where person_key = 'bob' order by index`);
      expect(sealed.rows.map((row) => row.leaf)).toEqual(bobs);
      expect((await auditLedger(db, seed)).problems.join('\n')).toMatch(/set aside as \d+, a leaf of span ann\/6/);
      expect(await sealBatch(db, signer)).toMatchObject({ kind: 'idle' });
      await credit(db, 'bob', 1, 3);
      expect(await sealBatch(db, signer)).toMatchObject({ kind: 'appended', leaves: 1, doubted: 0 });
    });
  }

  test('the true leaf of a span may come after a wrong one was set aside', async () => {
    await db.query(`insert into ledger_pending (person_key, span_id, leaf) values ('ann', 1, 'made up')`);
    expect(await sealBatch(db, signer)).toMatchObject({ leaves: 0, doubted: 1 });
    await credit(db, 'ann', 1);
    expect(await sealBatch(db, signer)).toMatchObject({ leaves: 1, doubted: 0 });
  });

  test('a salt that was erased and made anew keeps no waiting leaf from being sealed', async () => {
    await credit(db, 'ann', 1);
    await db.query(`delete from ledger_salts where person_key = 'ann'`);
    await saltsFor(db, ['ann']);
    expect(await sealBatch(db, signer)).toMatchObject({ leaves: 1, doubted: 0 });
  });
});

describe('salts', () => {
  test('are made once, also when many ask at once, and anew after erasure', async () => {
    const ask = (...keys: string[]) => saltsFor(db, keys);
    const all = await Promise.all([ask('a', 'b'), ask('b', 'a'), ask('b', 'c'), ask('c', 'a', 'a')]);
    const [first] = all;
    expect(first!.get('a')!.length).toBe(32);
    for (const answer of all) {
      for (const [key, salt] of answer) expect(salt).toEqual((await ask(key)).get(key));
    }
    await db.query(`delete from ledger_salts where person_key = 'a'`);
    expect((await ask('a')).get('a')).not.toEqual(first!.get('a'));
    expect(await ask()).toEqual(new Map());
  });
});

type Query = () => Promise<unknown>;

/** The same database, but the `nth` query of a connection (1: begin) is `meddle`'s to run. */
function atStep(real: Db, nth: number, meddle: (query: Query, pid: number) => Promise<unknown>) {
  let reached = false;
  const wrapped = {
    on: real.on.bind(real),
    listeners: real.listeners.bind(real),
    async connect() {
      const client = await real.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      let count = 0;
      const query = (...args: unknown[]): Promise<unknown> => {
        count += 1;
        const run: Query = () => (client.query as (...a: unknown[]) => Promise<unknown>).apply(client, args);
        if (count !== nth) return run();
        // The rollback that answers a failure is not a step.
        if (args[0] === 'rollback') return run();
        reached = true;
        return meddle(run, rows[0]!.pid);
      };
      return new Proxy(client, {
        get: (target, key) => {
          if (key === 'query') return query;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value as (...a: unknown[]) => unknown).bind(target) : value;
        },
      }) as pg.PoolClient;
    },
  };
  return { db: wrapped as unknown as Db, reached: () => reached };
}
