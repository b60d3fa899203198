/**
 * The rules of the house: who imports whom (.dependency-cruiser.cjs), what the detector may not
 * know, where SQL and the environment live. Each is run on the real tree, and shown to fail.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { impurities, read, readsEnvironment, root, sources, sqlStrings } from './support/source.ts';

interface Rule {
  readonly name: string;
  readonly comment: string;
}
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: readonly Rule[];
  options: Record<string, unknown>;
};
const folders = ['server', 'programs', 'ledger', 'detector', 'sdk', 'web-player', 'web-console', 'bench', 'test'];

async function violations(
  baseDir: string,
  paths: readonly string[],
): Promise<{ rule: string; from: string; to: string }[]> {
  const { tsConfig: _, ...options } = config.options;
  const { output } = await cruise([...paths], {
    ...options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden as never },
  });
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

/** Runs the rules on a small tree of its own. */
async function violationsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'zhenxue-layers-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return (await violations(dir, [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))])).map(
      ({ rule }) => rule,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const value = 'export const x = 1;\n';
const use = (path: string): string => `import { x } from '${path}';\nexport const y = x;\n`;

/** For each rule, the smallest tree that breaks it. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'detector-is-pure': { 'detector/a.ts': use('node:crypto') },
  'a-rule-is-a-unit': { 'detector/rules/a.ts': use('./b.ts'), 'detector/rules/b.ts': value },
  'frozen-builds-stand-alone': { 'detector/frozen/2.mjs': use('../event.ts'), 'detector/event.ts': value },
  'sdk-has-only-its-transport': { 'sdk/watch.ts': use('../detector/policy.ts'), 'detector/policy.ts': value },
  'automation-has-only-its-library': { 'sdk/automation.ts': use('./seal.ts'), 'sdk/seal.ts': value },
  'sdk-takes-only-types-of-the-wire': { 'sdk/watch.ts': use('./wire.ts'), 'sdk/wire.ts': value },
  'wire-needs-only-zod': { 'sdk/wire.ts': use('./watch.ts'), 'sdk/watch.ts': value },
  'server-asks-the-detector-at-its-front-door': {
    'server/judge/a.ts': use('../../detector/step.ts'),
    'detector/step.ts': value,
  },
  'server-knows-the-sdk-by-its-wire': { 'server/gateway/a.ts': use('../../sdk/seal.ts'), 'sdk/seal.ts': value },
  'rooms-meet-in-main': { 'server/alerts/a.ts': use('../judge/b.ts'), 'server/judge/b.ts': value },
  'common-files-know-no-room': { 'server/log.ts': use('./judge/b.ts'), 'server/judge/b.ts': value },
  'only-cli-and-serve-import-main': { 'server/build.ts': use('./main.ts'), 'server/main.ts': value },
  'nothing-stands-on-programs': { 'server/judge/a.ts': use('../../programs/b.ts'), 'programs/b.ts': value },
  'ledger-can-be-lifted-out': { 'ledger/tree.ts': use('../server/ledger/store.ts'), 'server/ledger/store.ts': value },
  'player-takes-only-types-of-the-server': { 'web-player/a.ts': use('../server/errors.ts'), 'server/errors.ts': value },
  'console-takes-only-types': { 'web-console/a.ts': use('../sdk/wire.ts'), 'sdk/wire.ts': value },
  'pages-stand-alone': { 'web-player/a.ts': use('../web-console/b.ts'), 'web-console/b.ts': value },
  'nothing-stands-on-test-or-bench': { 'server/a.ts': use('../test/support/b.ts'), 'test/support/b.ts': value },
  'no-circle': {
    'server/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'server/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
  },
  'no-development-package-in-production': {
    'server/a.ts': use('tool'),
    'package.json': '{"name":"t","devDependencies":{"tool":"1.0.0"}}',
    'node_modules/tool/package.json': '{"name":"tool","version":"1.0.0","main":"index.js"}',
    'node_modules/tool/index.js': 'exports.x = 1;',
  },
  'everything-resolves': { 'server/a.ts': use('./nowhere.ts') },
};

describe('who imports whom', () => {
  it('holds in the whole tree', async () => {
    expect(await violations(root, folders)).toEqual([]);
  }, 120_000);

  it('gives a reason with every rule', () => {
    for (const rule of config.forbidden) expect(rule.comment, rule.name).toMatch(/\w.{20,}/);
  });

  it('has a counter-example for every rule', () => {
    expect(Object.keys(broken).sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
  });

  it.each(Object.keys(broken))('stops what breaks %s', async (name) => {
    expect(await violationsIn(broken[name]!)).toContain(name);
  });

  it('lets a room take another room’s types', async () => {
    const files = {
      'server/alerts/a.ts': "import type { X } from '../judge/b.ts';\nexport const y: X = 1;\n",
      'server/judge/b.ts': 'export type X = number;\n',
    };
    expect(await violationsIn(files)).toEqual([]);
  });
});

describe('the detector', () => {
  it('knows no clock, no chance, no waiting and no world', () => {
    const files = sources('detector');
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) expect(impurities(read(path)), path).toEqual([]);
  });

  it.each([
    ['const at = Date.now();', 'Date'],
    ['const at = new Date();', 'Date'],
    ['const draw = Math.random();', 'Math.random'],
    ["const draw = Math['random']();", 'Math[…]'],
    ['const at = performance.now();', 'performance'],
    ['const level = process.env.LEVEL;', 'process'],
    ['export async function step() {}', 'async'],
    ['const s = async () => 1;', 'async'],
    ['export const s = await other;', 'await'],
    ["const m = import('./rule.ts');", 'import()'],
    ['globalThis.x = 1;', 'globalThis'],
    ['names.sort((a, b) => a.localeCompare(b));', 'localeCompare'],
    ['const text = n.toLocaleString();', 'toLocaleString'],
  ])('would be stopped at: %s', (text, what) => {
    expect(impurities(text)).toContain(what);
  });

  it('may say those words in comments, strings and names of fields', () => {
    expect(
      impurities("// Date.now() and await\nconst said = 'Math.random'; const o = { process: 1 }; o.process;"),
    ).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read by server/config.ts alone', () => {
    const readers = ['server', 'programs', 'ledger', 'detector', 'sdk']
      .flatMap(sources)
      .filter((path) => readsEnvironment(read(path)));
    expect(readers).toEqual(['server/config.ts']);
  });

  it.each([
    'const port = process.env.PORT;',
    "const port = process['env'].PORT;",
    'const { env } = process;',
    'const port = globalThis.process.env.PORT;',
    "import { env } from 'node:process';",
  ])('would be caught at: %s', (text) => {
    expect(readsEnvironment(text)).toBe(true);
  });

  it('is not meant by other uses of the word', () => {
    expect(readsEnvironment('process.exit(1); const env = 1; options.env = env; // process.env')).toBe(false);
  });
});

describe('SQL', () => {
  const allowed = (path: string): boolean => path.endsWith('/store.ts') || path.startsWith('server/db/');

  it('lives in migrations, in each room’s store.ts, and in db/', () => {
    for (const path of ['server', 'programs', 'ledger', 'sdk', 'detector'].flatMap(sources)) {
      if (!allowed(path)) expect(sqlStrings(read(path)), path).toEqual([]);
    }
  });

  it('is there, where it may be', () => {
    const stores = sources('server').filter((path) => path.endsWith('/store.ts'));
    expect(stores.filter((path) => sqlStrings(read(path)).length > 0).length).toBeGreaterThan(3);
  });

  it.each([
    "db.query('select id from people where id = $1');",
    'db.query(`SELECT a,\n  b\nFROM people`);',
    `db.query(\`select \${columns} from people\`);`,
    'db.query("insert into people values (1)");',
    "db.query('update people set role = 1');",
    "db.query('update people p set role = 1');",
    "db.query('delete from people');",
    "db.query('drop table people');",
  ])('would be caught at: %s', (text) => {
    expect(sqlStrings(text)).toHaveLength(1);
  });

  it('is not meant by words', () => {
    expect(
      sqlStrings("// select x from y\nconst words = 'Please select an item'; const a = 'Update your settings';"),
    ).toEqual([]);
  });
});
