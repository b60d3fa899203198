import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { signerFrom } from '../../ledger/note.ts';
import { append, leafHash } from '../../ledger/tree.ts';
import { verify } from '../../programs/verify.ts';
import type { Db, Queryable } from '../../server/db/pool.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { readHead } from '../../server/ledger/store.ts';
import { testConfig, testDir, testEnv } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { tamper } from '../support/tamper.ts';
import { credit, ground, seed, sha256, signer } from './fixture.ts';

const origin = signer.name;
let own: TestDb;
let db: Db;

/** Ten sealed leaves, two pending. */
beforeEach(async () => {
  own = await testDb();
  db = own.db;
  await ground(db);
  await credit(db, 'ann', 6);
  await credit(db, 'bob', 4);
  await sealBatch(db, signer);
  await credit(db, 'ann', 2, 7);
});
afterEach(() => own.drop());

const problems = async () => (await auditLedger(db, seed)).problems.join('\n');

test('an honest ledger holds', async () => {
  const audit = await auditLedger(db, seed);
  expect(audit).toMatchObject({ pending: 2, unlinked: 0, problems: [] });
  expect(audit.trees).toMatchObject([{ origin, size: 10 }]);
});

test('an erased salt unlinks its leaves and breaks nothing', async () => {
  await db.query(`delete from ledger_salts where person_key = 'bob'`);
  expect(await auditLedger(db, seed)).toMatchObject({ unlinked: 4, problems: [] });
});

/** The whole tree of the stored leaves written again and signed with our key: only the link to the spans can tell. */
async function resealed(q: Queryable, change: () => Promise<unknown>): Promise<void> {
  await change();
  const { rows } = await q.query<{ leaf: string }>('select leaf from ledger_leaves order by index');
  const grown = append(
    0,
    [],
    rows.map((row) => leafHash(Buffer.from(row.leaf))),
  );
  await q.query('delete from ledger_nodes');
  for (const node of grown.nodes) {
    await q.query('insert into ledger_nodes values ($1, $2, $3, $4)', [origin, node.level, node.index, node.hash]);
  }
  await q.query('update ledger_heads set size = $1, root = $2, checkpoint = $3', [
    grown.size,
    grown.root,
    signCheckpoint(grown.size, grown.root, signer),
  ]);
}

describe('caught', () => {
  const frauds: Record<string, [(q: Queryable) => Promise<unknown>, RegExp]> = {
    'a changed leaf byte': [
      (q) => q.query(`update ledger_leaves set leaf = replace(leaf, '"ordinal":3', '"ordinal":4') where index = 2`),
      /hash \(0, 2\).*\n.*root is not.*\n.*signed for another tree/,
    ],
    'a removed leaf': [(q) => q.query('delete from ledger_leaves where index = 4'), /leaf 4 is missing/],
    'a removed last leaf': [
      (q) => q.query('delete from ledger_leaves where index = 9'),
      /says 10 leaves, 9 are stored/,
    ],
    'two leaves in each other’s place': [
      (q) =>
        q
          .query('update ledger_leaves set index = case index when 1 then 2 else 1 end + 1000 where index in (1, 2)')
          .then(() => q.query('update ledger_leaves set index = index - 1000 where index > 1000')),
      /hash \(0, 1\) and 5 more/,
    ],
    'a swapped node': [
      (q) =>
        q.query(
          'update ledger_nodes a set hash = b.hash from ledger_nodes b where a.level = 1 and b.level = 1 and a.index = 0 and b.index = 1',
        ),
      /hash \(1, 0\) and 0 more/,
    ],
    'a removed node': [
      (q) => q.query('delete from ledger_nodes where level = 3'),
      /17 hashes are stored, its leaves give 18/,
    ],
    'an added node': [
      (q) => q.query('insert into ledger_nodes values ($1, 9, 9, $2)', [origin, sha256('x')]),
      /19 hashes are stored, its leaves give 18/,
    ],
    'an altered span': [
      (q) => q.query(`update spans set ms = ms + 60000 where person_key = 'ann' and id = 2`),
      /leaf 1: says 12000 ms credited, the span 72000/,
    ],
    'a moved span': [
      (q) => q.query(`update spans set from_ms = from_ms - 1 where person_key = 'ann' and id = 2`),
      /leaf 1: says from/,
    ],
    'a denied span': [
      (q) => q.query(`update spans set fate = 'denied' where person_key = 'ann' and id = 2`),
      /leaf 1: span ann\/2 is denied, not credited/,
    ],
    'a deleted span': [
      (q) => q.query(`delete from spans where person_key = 'bob' and id = 1`),
      /span bob\/1 is missing/,
    ],
    'an altered session': [
      (q) =>
        q
          .query(
            `insert into classes select 'c2', platform_id, region, name, institution_name, occupation_code, policy_hash from classes`,
          )
          .then(() => q.query(`update sessions set class_id = 'c2' where id = 's-bob'`)),
      /says class c, the session c2/,
    ],
    'a leaf given to another trainee': [
      (q) => q.query(`update ledger_leaves set person_key = 'bob', span_id = 99 where index = 0`),
      /span bob\/99 is missing/,
    ],
    'a credited span without a leaf': [
      (q) =>
        q.query(
          `insert into spans select person_key, 50, session_id, from_ms, to_ms, ms, fate, reason, open from spans where person_key = 'bob' and id = 1`,
        ),
      /span bob\/50 has credit but no leaf/,
    ],
    'a lost pending leaf': [
      (q) => q.query(`delete from ledger_pending where span_id = 8`),
      /span ann\/8 has credit but no leaf/,
    ],
    'an altered pending leaf': [
      (q) =>
        q.query(
          `update ledger_pending set leaf = replace(leaf, '"creditedMs":12000', '"creditedMs":12345') where span_id = 8`,
        ),
      /pending leaf \d+: says 12345 ms credited, the span 12000/,
    ],
    'a sealed span that is pending again': [
      (q) =>
        q.query(
          `insert into ledger_pending (person_key, span_id, leaf) select person_key, span_id, leaf from ledger_leaves where index = 0`,
        ),
      /span ann\/1 has more than one leaf/,
    ],
    'a span leafed twice over': [
      (q) =>
        resealed(q, async () => {
          await q.query('drop index ledger_leaves_span');
          await q.query(
            `insert into ledger_leaves select origin, 10, leaf, person_key, span_id from ledger_leaves where index = 0`,
          );
        }),
      /^span ann\/1 has more than one leaf$/,
    ],
    'a rewritten leaf under a rewritten tree': [
      (q) =>
        resealed(q, () =>
          q.query(
            `update ledger_leaves set leaf = replace(leaf, '"creditedMs":12000', '"creditedMs":12345') where index = 7`,
          ),
        ),
      /^localhost\/attendance\/2026 leaf 7: says 12345 ms credited, the span 12000$/,
    ],
    'a trainee’s pseudonym replaced under a rewritten tree': [
      (q) =>
        resealed(q, () =>
          q.query(
            `update ledger_leaves set leaf = (select replace(a.leaf, '"session":"s-bob"', '"session":"s-ann"') from ledger_leaves a where a.index = 7) where index = 1`,
          ),
        ),
      /leaf 1: .*\n?.*not of the trainee/s,
    ],
    'a forged checkpoint': [
      async (q) => {
        const head = await readHead(q, origin);
        const stranger = signerFrom(origin, sha256('stranger'));
        await q.query('update ledger_heads set checkpoint = $1', [signCheckpoint(head!.size, head!.root, stranger)]);
      },
      /checkpoint is not ours: no known key signed this note/,
    ],
    'a checkpoint of another tree': [
      (q) => q.query('update ledger_heads set checkpoint = $1', [signCheckpoint(9, sha256('x'), signer)]),
      /signed for another tree \(9 leaves\)/,
    ],
    'no evidence at all': [(q) => q.query('delete from events'), /leaf 0: rests on event 1, which is not stored/],
    'a head from before its leaves': [
      (q) => q.query(`update heads set ordinal = 3 where person_key = 'ann'`),
      /leaf 3: rests on event 4, the person’s head says 3/,
    ],
    'another person’s session': [
      (q) => q.query(`update sessions set person_key = 'bob' where id = 's-ann'`),
      /leaf 0: no session s-ann of this person is stored/,
    ],
    'a missing head': [(q) => q.query('delete from ledger_heads'), /no head is stored/],
    'a head that promises more': [(q) => q.query('update ledger_heads set size = 11'), /says 11 leaves, 10 are stored/],
  };
  for (const [what, [fraud, words]] of Object.entries(frauds)) {
    test(what, async () => {
      await tamper(db, fraud);
      expect(await problems()).toMatch(words);
    });
  }

  test('the wrong key', async () => {
    const audit = await auditLedger(db, sha256('another seed'));
    expect(audit.problems.join()).toMatch(/not ours/);
  });
});

describe('npm run verify', () => {
  test('says in words what it found, and exits with it', async () => {
    const { dir, remove } = await testDir();
    try {
      const config = { ...testConfig(dir, { DATABASE_URL: own.url }) };
      const ours = { ...config, secrets: { ...config.secrets, ledgerSeed: seed } };
      const said: string[] = [];
      expect(await verify([], ours, (line) => said.push(line))).toBe(0);
      expect(said[0]).toMatch(/账本完好/);
      expect(said[1]).toMatch(/2026: 10 leaves, root [0-9a-f]{64}/);
      await tamper(db, 'update spans set ms = 1 where id = 1');
      said.length = 0;
      expect(await verify(['--database-url', own.url], ours, (line) => said.push(line))).toBe(1);
      expect(said[0]).toMatch(/账本不符/);
      expect(said.filter((line) => line.includes('✗'))).toHaveLength(2);
      await expect(verify(['--nonsense'], ours, () => undefined)).rejects.toThrow();
    } finally {
      await remove();
    }
  });

  test('as a command: 0, 1 and 2', async () => {
    const run = (url: string) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', 'programs/verify.ts', '--database-url', url], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: { PATH: process.env['PATH'], ...testEnv({ LEDGER_KEY: seed.toString('base64') }) },
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
      );
    expect(await run(own.url)).toMatchObject({ code: 0, stdout: expect.stringMatching(/The ledger holds/) });
    await db.query('delete from ledger_heads');
    expect(await run(own.url)).toMatchObject({ code: 1, stdout: expect.stringMatching(/DOES NOT HOLD/) });
    expect(await run('postgres://nobody@127.0.0.1:1/none')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/could not be examined/),
    });
  });
});
