/**
 * The audits do not trust what they audit: each fraud (frauds.ts) is found by replay, and by verify where it can
 * see it.
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Replayed, replay } from '../../programs/replay.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { transaction } from '../../server/db/pool.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { freezeView } from '../../server/ledger/store.ts';
import { cloneDb } from '../support/clone.ts';
import { testDir } from '../support/config.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { keys, ledgerSeed, master, storySigner, tell } from '../support/story.ts';
import { tamper } from '../support/tamper.ts';
import { ann, frauds, nobody } from './frauds.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** As `npm run replay` does it: in one view that can only read. */
const replayed = (own: TestDb, { mac = true, only = null as string | null } = {}): Promise<Replayed> =>
  transaction(own.db, async (q) => {
    await freezeView(q);
    return replay({ db: q, loadPolicyBody: createPolicies(q).body, keys: mac ? keys : null }, only);
  });
const problems = async (own: TestDb) => (await auditLedger(own.db, ledgerSeed)).problems.join('\n');

describe.skipIf(!hasPostgres())('replay', () => {
  let story: TestDb;
  let own: TestDb | null = null;

  beforeAll(async () => {
    story = await testDb();
    await tell(story.db);
  });
  afterEach(async () => {
    await own?.drop();
    own = null;
  });
  afterAll(() => story?.drop());

  it('finds nothing where nothing was touched, and verify neither', async () => {
    expect(await replayed(story)).toMatchObject({ persons: 2, leaves: 4, jobAlerts: 0, differences: [], differing: 0 });
    expect(await replayed(story, { mac: false })).toMatchObject({ differing: 0 });
    expect(await problems(story)).toBe('');
  });

  it('the story holds what frauds need: alerts that grew and were decided, every fate, leaves in both places', async () => {
    const { rows: alerts } = await story.db.query(
      `select status, count from alerts where session_id = 's0' order by at_ms`,
    );
    expect(alerts).toEqual([
      { status: 'dismissed', count: 2 },
      { status: 'open', count: 1 },
    ]);
    const { rows: fates } = await story.db.query('select distinct fate from spans order by 1');
    expect(fates.map(({ fate }) => fate)).toEqual(['credited', 'denied', 'held']);
  });

  it('counts the alerts of jobs, and leaves them be', async () => {
    own = await cloneDb(story);
    await tamper(
      own.db,
      `insert into alerts select 'job', person_key, null, '{}', null, null, null, region, 'proxyAttendance', 'someJob', 'high', '{}',
       1, 'open', 'person', person_key, 'job', 1, 1 from alerts where session_id = 's1'`,
    );
    expect(await replayed(own)).toMatchObject({ jobAlerts: 1, differing: 0 });
  });

  it('an erased salt takes nothing from it but the name', async () => {
    own = await cloneDb(story);
    await own.db.query('delete from ledger_salts');
    expect(await replayed(own)).toMatchObject({ differing: 0 });
  });

  it.each(Object.entries(frauds))('finds %s', async (_what, fraud) => {
    own = await cloneDb(story);
    await tamper(own.db, fraud.commit);
    const { of = ann } = fraud;
    const found = await replayed(own);
    expect(
      found.differences
        .filter(({ person }) => person === of)
        .map(({ what }) => what)
        .join('\n'),
    ).toMatch(fraud.replay);
    if (fraud.onlyMacs) expect((await replayed(own, { mac: false })).differing).toBe(0);
    else expect((await replayed(own, { only: of })).differing).toBe(1);
    if (fraud.verify === undefined) expect(await problems(own)).toBe('');
    else expect(await problems(own)).toMatch(fraud.verify);
  });

  it.each(['an invented hour', 'an invented hour with a head of its own', 'one person’s evidence cloned to another'])(
    'is not signed: %s; what is honest is',
    async (what) => {
      own = await cloneDb(story);
      await tamper(own.db, frauds[what]!.commit);
      expect(await sealBatch(own.db, storySigner)).toMatchObject({ kind: 'appended', leaves: 2, doubted: 1 });
      const { rows } = await own.db.query('select person_key as person from ledger_doubts');
      expect(rows).toEqual([{ person: nobody }]);
    },
  );

  it('as a command: 0, 1 and 2; it says what it did not check, and makes no key and no database', async () => {
    own = await cloneDb(story);
    const { dir, remove } = await testDir();
    const run = async (args: readonly string[], env: Record<string, string | undefined>) => {
      const environment = { PATH: process.env['PATH'], DATA_DIR: join(dir, 'data'), ...env };
      const program = ['--import', 'tsx', 'programs/replay.ts', ...args];
      const cwd = fileURLToPath(new URL('../..', import.meta.url));
      return promisify(execFile)(process.execPath, program, { cwd, env: environment as NodeJS.ProcessEnv }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          said: error.stdout + error.stderr,
        }),
      );
    };
    const SECRET_KEY = master.toString('base64');
    const DATABASE_URL = own.url;
    try {
      const checked = await run([], { SECRET_KEY, DATABASE_URL });
      expect(checked).toMatchObject({ code: 0, said: expect.stringMatching(/2 persons.*0 persons differ/) });
      expect(checked.said).not.toMatch(/NOT CHECKED/);
      for (const [args, env] of [
        [['--no-mac'], { SECRET_KEY, DATABASE_URL }],
        [[], { DATABASE_URL }],
      ] as const) {
        expect(await run(args, env)).toMatchObject({ code: 0, said: expect.stringMatching(/MACs WERE NOT CHECKED/) });
      }
      await tamper(own.db, 'delete from events');
      expect(await run([], { SECRET_KEY, DATABASE_URL })).toMatchObject({
        code: 1,
        said: expect.stringMatching(/DIFFERS person-a….*the evidence ends at 0/),
      });
      expect(await run(['--person', 'no one'], { SECRET_KEY, DATABASE_URL })).toMatchObject({ code: 2 });
      expect(await run(['--nonsense'], { SECRET_KEY, DATABASE_URL })).toMatchObject({ code: 2 });
      expect(await run([], { SECRET_KEY })).toMatchObject({ code: 2, said: expect.stringMatching(/no database/) });
      expect(await readdir(dir)).toEqual([]);
    } finally {
      await remove();
    }
  });
});
