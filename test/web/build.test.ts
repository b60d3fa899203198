import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

describe.each(['player', 'console'])('the %s page', (name) => {
  let out = '';
  let html = '';
  const scripts = (): string[] =>
    readdirSync(join(out, 'assets'))
      .filter((file) => file.endsWith('.js') || file.endsWith('.css'))
      .map((file) => readFileSync(join(out, 'assets', file), 'utf8'));

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), `${name}-`));
    const configFile = join(root, `web-${name}`, 'vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: out, emptyOutDir: true } });
    html = readFileSync(join(out, 'index.html'), 'utf8');
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test('loads everything from its own place, under names that change with their content', () => {
    const loaded = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1] ?? '');
    expect(loaded.length).toBeGreaterThan(1);
    for (const path of loaded) expect(path).toMatch(new RegExp(`^/${name}/assets/[\\w-]+-[\\w-]{8}\\.\\w+$`));
  });

  test('holds no inline script and no style attribute: the content policy would stop them', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/\sstyle=|\son\w+=/);
  });

  test('fetches no font and no style from elsewhere', () => {
    for (const text of scripts()) expect(text).not.toMatch(/@import|url\(["']?(?:https?:)?\/\/|fonts\.g/);
  });

  test('keeps no secret where other scripts could read it', () => {
    const kept = scripts().flatMap((text) => [...text.matchAll(/(?:local|session)Storage\.setItem\(([^,]+),/g)]);
    for (const [, key = ''] of kept) expect(key).not.toMatch(/token|ticket|password/i);
  });
});

test('no threshold of the detector reaches the lesson page', async () => {
  const out = mkdtempSync(join(tmpdir(), 'thresholds-'));
  try {
    const configFile = join(root, 'web-player/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: out, emptyOutDir: true, minify: false } });
    for (const file of readdirSync(join(out, 'assets')).filter((each) => each.endsWith('.js'))) {
      expect(readFileSync(join(out, 'assets', file), 'utf8')).not.toMatch(
        /maxGapMs|minLatencyMs|maxResidualMs|firstViewingMax/,
      );
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
