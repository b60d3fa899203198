/** What would change under another policy, over a stored history: by class, by rule and by person. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Policy } from '../../detector/index.ts';
import { changeWords, readCandidate, readWindow, type Scope, tryPolicy } from '../../programs/replay/candidate.ts';
import { createPolicies, policyBody, policyHash } from '../../server/classes/policies.ts';
import { transaction } from '../../server/db/pool.ts';
import { freezeView } from '../../server/ledger/store.ts';
import { aloneDemo as demoPolicy } from '../support/alone.ts';
import { cloneDb } from '../support/clone.ts';
import { testDir } from '../support/config.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { tell } from '../support/story.ts';
import { tamper } from '../support/tamper.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const START = 1_800_000_000_000;
const ever: Scope = { from: 0, to: Number.MAX_SAFE_INTEGER, classId: null };
const candidateOf = (policy: Policy) => {
  const body = policyBody(policy);
  return { body, hash: policyHash(body) };
};
const { hidden: _hidden, ...otherRules } = demoPolicy.rules;
const withoutHidden: Policy = { ...demoPolicy, name: 'no-hidden', rules: otherRules };

describe.skipIf(!hasPostgres())('a candidate policy over stored events', () => {
  let story: TestDb;
  let files: Awaited<ReturnType<typeof testDir>>;
  beforeAll(async () => {
    files = await testDir();
    story = await testDb();
    await tell(story.db);
  });
  afterAll(async () => {
    await story?.drop();
    await files?.remove();
  });

  const tried = (policy: Policy, scope: Partial<Scope> = {}, { db } = story) =>
    transaction(db, async (q) => {
      await freezeView(q);
      return tryPolicy({ db: q, loadPolicyBody: createPolicies(q).body }, candidateOf(policy), { ...ever, ...scope });
    });
  const storedMs = async (fate: string): Promise<number> =>
    (await story.db.query<{ ms: number }>('select sum(ms)::bigint as ms from spans where fate = $1', [fate])).rows[0]!
      .ms;

  it('the policy that judged changes nothing, and comes to what is stored', async () => {
    const found = await tried(demoPolicy);
    expect(found).toMatchObject({ persons: 2, changed: 0, judged: 3, kept: 0, largest: [], failed: [] });
    const hours = found.classes.get('class-a')!;
    expect(hours.after).toEqual(hours.before);
    expect(hours.before).toEqual({
      credited: await storedMs('credited'),
      held: await storedMs('held'),
      denied: await storedMs('denied'),
    });
  });

  it('a rule left out: its alerts are gone and what it denied is not denied by it', async () => {
    const found = await tried(withoutHidden);
    const hidden = found.alerts.get('backgroundPlayback.hidden')!;
    expect(hidden.before).toBe(3);
    expect(hidden.after).toBe(0);
    const { before, after } = found.classes.get('class-a')!;
    expect(after.denied).toBeLessThan(before.denied);
    expect(found.changed).toBe(2);
    // Ann, who hid longest, comes first.
    expect(found.largest.map(({ person }) => person)).toEqual(['person-a-0', 'person-a-1']);
  });

  it('only sessions of the time and the class are judged anew; the others keep their policy', async () => {
    const late = await tried(withoutHidden, { from: START + 100_000 });
    expect(late).toMatchObject({ judged: 2 });
    expect((await tried(withoutHidden, { to: START + 1 })).judged).toBe(1);
    expect(await tried(withoutHidden, { to: START })).toMatchObject({ persons: 0, judged: 0, changed: 0 });
    expect(await tried(withoutHidden, { classId: 'class-b' })).toMatchObject({ persons: 0, changed: 0 });
    expect(await tried(withoutHidden, { classId: 'class-a' })).toMatchObject({ persons: 2, judged: 3 });
  });

  it('names nobody but by the start of a key, and says what it cannot know', async () => {
    const said = changeWords(candidateOf(withoutHidden), ever, await tried(withoutHidden)).join('\n');
    expect(said).toContain('backgroundPlayback.hidden: 3 → 0');
    expect(said).toContain('person-a… ');
    expect(said).not.toMatch(/person-a-\d|trainee-a/);
    expect(said).toContain('nobody answers again');
  });

  it('evidence that cannot be folded is in no sum, and is told', async () => {
    const own = await cloneDb(story);
    try {
      await tamper(own.db, `update events set line = '{' where person_key = 'person-a-1' and ordinal = 3`);
      const found = await tried(withoutHidden, {}, own);
      expect(found.persons).toBe(1);
      expect(found.failed).toEqual([{ person: 'person-a-1', why: expect.stringMatching(/^event 3: /) }]);
    } finally {
      await own.drop();
    }
  });

  const file = async (text: string): Promise<string> => {
    const path = join(files.dir, 'candidate.json');
    await writeFile(path, text);
    return path;
  };
  it.each<readonly [string, string, RegExp]>([
    [
      'an unknown rule',
      policyBody({ ...demoPolicy, rules: { tooGood: { afterMs: 1 } } }),
      /rules\.tooGood：没有这一项/,
    ],
    [
      'an unknown threshold',
      policyBody({ ...demoPolicy, rules: { hidden: { ...demoPolicy.rules.hidden, most: 1 } } }),
      /rules\.hidden\.most：没有这一项/,
    ],
    [
      'a threshold that is missing',
      policyBody({ ...demoPolicy, rules: { hidden: { times: 1 } } }),
      /rules\.hidden\.afterMs：/,
    ],
    ['two mistakes', policyBody({ ...demoPolicy, name: '', version: 0 }), /name：.*\n\s+version：/],
    ['a newer schema', policyBody({ ...demoPolicy, schema: 5 }), /schema：/],
    [
      'a range upside down',
      policyBody({ ...demoPolicy, beat: { minIntervalMs: 2, maxIntervalMs: 1 } }),
      /beat：min is above max/,
    ],
    ['no object', '[]', /策略 policy：/],
    ['no JSON', '{', /not JSON/],
  ])('%s is refused by its place', async (_what, text, words) => {
    const path = await file(text);
    expect(() => readCandidate(path)).toThrow(words);
  });

  it.each([
    ['2026-03-01T00:00:00', undefined],
    ['yesterday', undefined],
    ['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00+08:00', '2026-02-28T16:00:00Z'],
  ])('a window from %s to %s is refused', (from, to) => {
    expect(() => readWindow(from, to)).toThrow();
  });

  it('as a command: 0 and the change; 2 and the row where the candidate is none', async () => {
    const run = async (...args: string[]) => {
      const root = fileURLToPath(new URL('../..', import.meta.url));
      const env = { ...process.env, DATABASE_URL: story.url, DATA_DIR: files.dir, NODE_ENV: 'test' };
      const command = ['--import', 'tsx', 'programs/replay.ts', '--policy', ...args];
      return promisify(execFile)(process.execPath, command, { cwd: root, env }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
      );
    };
    const good = await run(await file(policyBody(withoutHidden)), '--from', '2027-01-15T00:00:00+08:00');
    expect(good.said).toContain('backgroundPlayback.hidden: 3 → 0');
    expect(good.code).toBe(0);
    const bad = await run(await file(policyBody({ ...demoPolicy, rules: { tooGood: {} } })));
    expect(bad.said).toMatch(/rules\.tooGood/);
    expect(bad.code).toBe(2);
    expect((await run(await file('{}'), '--person', 'x')).code).toBe(2);
  });
});
