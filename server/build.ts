/**
 * Builds what browsers load: the SDK, the player page, the console. Guarantees: a part is
 * built again exactly when one of its sources changed (by content, so a fresh clone with old
 * dates is right too); a build that was cut short counts as none; compressed copies lie beside.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Part {
  readonly dist: string;
  /** Folders and files whose content decides. */
  readonly sources: readonly string[];
  build(): Promise<void>;
}

const parts: readonly Part[] = [
  { dist: 'sdk/dist', sources: ['sdk', 'package-lock.json'], build: buildSdk },
  {
    dist: 'web-player/dist',
    sources: ['web-player', 'sdk', 'package-lock.json'],
    build: () => buildPages('web-player'),
  },
  { dist: 'web-console/dist', sources: ['web-console', 'package-lock.json'], build: () => buildPages('web-console') },
];

/** Builds the parts that are missing or out of date, side by side, and returns their names. */
export async function buildAll(): Promise<readonly string[]> {
  const stale = parts.filter((part) => readStamp(part) !== fingerprint(part));
  await Promise.all(
    stale.map(async (part) => {
      rmSync(stampOf(part), { force: true });
      const built = fingerprint(part);
      await part.build();
      compress(join(root, part.dist));
      writeFileSync(stampOf(part), built);
    }),
  );
  return stale.map((part) => part.dist);
}

async function buildSdk(): Promise<void> {
  const { writeSdk } = await import('../sdk/build.ts');
  await writeSdk();
}

async function buildPages(folder: string): Promise<void> {
  // Loaded only when there is something to build: it is most of the time of a quick start.
  const { build } = await import('vite');
  await build({ configFile: join(root, folder, 'vite.config.ts'), logLevel: 'warn' });
}

/** Smaller than this, a compressed answer saves nothing. */
const WORTH_BYTES = 1024;

/** Lays `.br` and `.gz` beside what browsers load, made once, so that no request pays for it. */
function compress(dist: string): void {
  for (const path of files(dist)) {
    if (!/\.(js|mjs|css|html|svg)$/.test(path)) continue;
    const bytes = readFileSync(path);
    if (bytes.length < WORTH_BYTES) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

const stampOf = (part: Part): string => join(root, part.dist, '.built');

function readStamp(part: Part): string | null {
  return existsSync(stampOf(part)) ? readFileSync(stampOf(part), 'utf8') : null;
}

function fingerprint(part: Part): string {
  const hash = createHash('sha256');
  for (const path of part.sources.flatMap((source) => files(join(root, source))).sort()) {
    hash
      .update(`${relative(root, path)}\n`)
      .update(readFileSync(path))
      .update('\n');
  }
  return hash.digest('hex');
}

/** Videos are served as they are; they are no source of a page. */
const NOT_SOURCES = new Set(['dist', 'media', 'node_modules']);

function files(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !NOT_SOURCES.has(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? files(join(path, entry.name)) : [join(path, entry.name)]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildAll();
  process.stdout.write(built.length === 0 ? '已是最新 · up to date\n' : `已构建 · built: ${built.join(', ')}\n`);
}
