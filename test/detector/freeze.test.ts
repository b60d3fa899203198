/** Frozen builds: made by the program, never edited, needing nothing, and saying what their source said. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Build, currentBuild } from '../../detector/index.ts';
import { bundled, freeze, sha256 } from '../../programs/freeze.ts';
import { desk } from '../support/desk.ts';
import { everyRule, offences } from '../support/offences.ts';
import { impurities, read, root } from '../support/source.ts';

const frozen = join(root, 'detector/frozen');
const builds = readdirSync(frozen).filter((name) => name.endsWith('.mjs'));
const hashes = JSON.parse(read('detector/frozen/hashes.json')) as Record<string, string>;

describe('detector/frozen', () => {
  it('is what it was when it was frozen: not a byte differs, none is missing, none is unknown', () => {
    const found = builds.map((name) => [name.replace('.mjs', ''), sha256(readFileSync(join(frozen, name)))]);
    expect(Object.fromEntries(found)).toEqual(hashes);
    // The first one stands here as well: who edits both, edits three.
    expect(hashes['1']).toBe('8697897dcf92af17a9827d9e32aa0e6bea9f6fe21a08a9e625ca9200e8b1fdcd');
  });

  it.each(builds)('%s imports nothing and knows no clock, chance or world', (name) => {
    const text = read(join('detector/frozen', name));
    expect(text).not.toMatch(/\bimport\b|\brequire\s*\(|\bexport\s.*\bfrom\b/);
    expect(impurities(text)).toEqual([]);
    expect(existsSync(join(frozen, name.replace('.mjs', '.d.mts')))).toBe(true);
  });
});

describe('npm run freeze', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zhenxue-freeze-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { version } = currentBuild;
  const file = join(folder, `${version}.mjs`);

  it('writes a build that needs nothing, its types and its hash, and says what is left to do', async () => {
    writeFileSync(join(folder, 'hashes.json'), '{ "1": "x" }');
    const said = await freeze(folder);
    expect(said).toContain(`import { build as v${version} } from './frozen/${version}.mjs';`);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/\bimport\b/);
    expect(text).not.toContain('.ts\n');
    expect(text).not.toContain(root);
    expect(impurities(text)).toEqual([]);
    expect(readFileSync(join(folder, `${version}.d.mts`), 'utf8')).toContain('build: Build');
    expect(JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8'))).toEqual({ 1: 'x', [version]: sha256(text) });
  });

  it('gives the same bytes again, and never overwrites', async () => {
    expect(await bundled()).toBe(readFileSync(file, 'utf8'));
    await expect(freeze(folder)).rejects.toThrow(/frozen/);
    // Not even when somebody took the file away.
    rmSync(file);
    await expect(freeze(folder)).rejects.toThrow(/frozen/);
    writeFileSync(file, await bundled());
  });

  it('judges as its source does, byte for byte', async () => {
    const { build } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { build: Build };
    expect(build.version).toBe(version);
    for (const offend of Object.values(offences)) {
      const one = desk({ policy: everyRule });
      offend(one, (options) => one.open(options));
      one.settle();
      const policy = build.readPolicy(JSON.stringify(everyRule));
      let state = build.empty;
      const said = one.folded.map((event) => {
        const next = build.step(policy, state, event);
        state = next.state;
        return next.verdicts;
      });
      expect(JSON.stringify(said)).toBe(JSON.stringify(one.verdicts));
      expect(JSON.stringify(state)).toBe(JSON.stringify(one.state()));
    }
  });
});
