/**
 * Builds the SDK for a script tag (`dist/zhenxue.js`, global `Zhenxue`) and for `import`
 * (`dist/zhenxue.mjs`).
 *
 * Guarantees: fails past the budget, so that only the change which needs more may raise it.
 * Run: `node --import tsx sdk/build.ts`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** gzip bytes. All: what a trainee on a slow phone waits for. Ours: what this room may grow to. */
const BUDGET = { all: 25 * 1024, ours: 12 * 1024 };

const here = fileURLToPath(new URL('.', import.meta.url));

/** The client library speaks three transports and binary; the wire is text over WebSocket, so the rest stays out. */
const textOverWebSocket: Plugin = {
  name: 'text-over-websocket',
  setup(esbuild) {
    esbuild.onLoad({ filter: /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/](polling|webtransport)/ }, () => ({
      contents: 'const never = null; export { never as XHR, never as Fetch, never as WT };',
      loader: 'js',
    }));
    esbuild.onLoad({ filter: /socket\.io-parser[\\/]build[\\/]esm[\\/](is-)?binary\.js$/ }, () => ({
      contents:
        'const no = () => false, same = (packet) => packet; export { no as isBinary, no as hasBinary, same as deconstructPacket, same as reconstructPacket };',
      loader: 'js',
    }));
  },
};

const common: BuildOptions = {
  entryPoints: [join(here, 'zhenxue.ts')],
  bundle: true,
  minify: true,
  target: 'es2020',
  platform: 'browser',
  legalComments: 'none',
  write: false,
  format: 'iife',
  globalName: 'Zhenxue',
  // The whole script is one function, called with where it came from: see `wrapped`.
  define: { 'import.meta.url': 'zhenxueUrl' },
  plugins: [textOverWebSocket],
};

async function bundle(options: BuildOptions): Promise<Uint8Array> {
  const built = await build({ ...common, ...options });
  const file = built.outputFiles?.[0];
  if (!file) throw new Error('the bundler gave no file');
  return file.contents;
}

/**
 * The bundle as one function that knows itself by name: its Worker is made of its own text, so that one file
 * is both, whatever became of it on its way (a platform's bundler may rename and move it).
 */
function wrapped(bundle: Uint8Array, before: string, after: string): Uint8Array {
  const text = new TextDecoder().decode(bundle).trim();
  const found = /^"use strict";var Zhenxue=\(\(\)=>\{(.*)\}\)\(\);$/s.exec(text);
  if (!found) throw new Error('the bundler wraps a script in another way than it did');
  return new TextEncoder().encode(`${before}(function zhenxueScript(zhenxueUrl){"use strict";${found[1]}})${after}\n`);
}

const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

export interface SdkBuild {
  /** Script tag: global `Zhenxue`. */
  readonly script: Uint8Array;
  /** ES module. */
  readonly module: Uint8Array;
  /** gzip bytes: the whole script, and our own files alone. */
  readonly gzip: { readonly all: number; readonly ours: number };
}

/** Builds in memory; throws past the budget. */
export async function buildSdk(): Promise<SdkBuild> {
  const [whole, ours] = await Promise.all([bundle({}), bundle({ format: 'esm', packages: 'external' })]);
  const script = wrapped(whole, 'var Zhenxue=', '();');
  const module = wrapped(whole, 'export const{watch}=', '(import.meta.url);');
  const gzip = { all: gzipped(script), ours: gzipped(ours) };
  for (const part of ['all', 'ours'] as const)
    if (gzip[part] > BUDGET[part]) throw new Error(`sdk (${part}): ${gzip[part]} bytes gzip, budget ${BUDGET[part]}`);
  return { script, module, gzip };
}

/** Builds and writes `zhenxue.js` and `zhenxue.mjs` into a folder (default: `sdk/dist`). */
export async function writeSdk(folder = join(here, 'dist')): Promise<SdkBuild> {
  const built = await buildSdk();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'zhenxue.js'), built.script);
  await writeFile(join(folder, 'zhenxue.mjs'), built.module);
  return built;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { gzip } = await writeSdk();
  process.stdout.write(
    `sdk: ${gzip.all} bytes gzip (budget ${BUDGET.all}), own files ${gzip.ours} (budget ${BUDGET.ours})\n`,
  );
}
