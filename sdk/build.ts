/**
 * Builds the SDK for a script tag (`dist/zhenxue.js`, global `Zhenxue`) and for `import`
 * (`dist/zhenxue.mjs`), the parts that it fetches later, and `dist/exam.mjs`, a module for exams by itself.
 *
 * Guarantees: fails past the budget, so that only the change which needs more may raise it.
 * Run: `node --import tsx sdk/build.ts`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { minify } from 'vite';

/**
 * gzip bytes. All: what a trainee on a slow phone waits for. Ours: what this room may grow to. The others are
 * fetched while the lesson is there already; `automation` is a library's. `exam`: with its words in two languages, its
 * styles and all that it draws.
 */
const KIB = 1024;
const BUDGET = { all: 24 * KIB, ours: 10 * KIB, facts: 3 * KIB, face: 9 * KIB, automation: 9 * KIB, exam: 14 * KIB };

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

/**
 * Properties of our own parts, spelt short in the bundle. None is a name of the wire, of what a page sees,
 * of what is stored, of what crosses to the Worker (keeper.ts), or of the browser's own objects.
 */
export const OURS =
  /^(blocked|catchingUp|claimed|closedConnected|complain|defer|digest|due|fault|flying|forget|frozen|full|hasWorker|heard|keep|leftovers|lineDown|lineUp|look|made|more|note|onAck|onDown|onFault|onLost|onMoment|onRefused|onUp|outbox|over|pace|part|proxied|recordedHidden|request|reset|seal|step|swallowed|take|tell|ticked|upTo|waiting|waits)$/;

const common: BuildOptions = {
  entryPoints: [join(here, 'zhenxue.ts')],
  bundle: true,
  minify: true,
  mangleProps: OURS,
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

async function bundle(options: BuildOptions): Promise<string> {
  const built = await build({ ...common, ...options });
  const file = built.outputFiles?.[0];
  if (!file) throw new Error('the bundler gave no file');
  return file.text.trim();
}

/** Once more, by another hand: 3 % less after gzip. */
async function small(script: string, module = false): Promise<string> {
  const { code, errors } = await minify('zhenxue.js', script, { module, compress: { target: 'es2020' } });
  if (errors.length > 0) throw new Error(`the SDK was not minified: ${errors[0]?.message}`);
  return code;
}

/**
 * The bundle as one function that knows itself by name: its Worker is made of its own text, so that one file
 * is both, whatever became of it on its way (a platform's bundler may rename and move it).
 */
function wrapped(script: string): string {
  const found = /^"use strict";var Zhenxue=\(\(\)=>\{(.*)\}\)\(\);$/s.exec(script);
  if (!found) throw new Error('the bundler wraps a script in another way than it did');
  return `(function zhenxueScript(zhenxueUrl){"use strict";${found[1]}})`;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(`${text}\n`);
const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

const PARTS = ['facts', 'face', 'automation', 'exam'] as const;
type PartName = (typeof PARTS)[number];

export interface SdkBuild {
  /** Script tag: global `Zhenxue`. */
  readonly script: Uint8Array;
  /** ES module. */
  readonly module: Uint8Array;
  /** What it fetches later, and the exam: each an ES module by its name. */
  readonly parts: Readonly<Record<PartName, Uint8Array>>;
  /** gzip bytes: the whole script, our own files alone, and the parts. */
  readonly gzip: Readonly<Record<keyof typeof BUDGET, number>>;
}

/** Builds in memory; throws past the budget. */
export async function buildSdk(): Promise<SdkBuild> {
  const part = async (name: PartName, options: BuildOptions = {}) =>
    bytesOf(
      (options.banner?.['js'] ?? '') +
        (await small(
          await bundle({ ...options, banner: {}, define: {}, format: 'esm', entryPoints: [join(here, `${name}.ts`)] }),
          true,
        )),
    );
  const [whole, ours, facts, face, automation, exam] = await Promise.all([
    bundle({}),
    bundle({ format: 'esm', packages: 'external' }),
    part('facts'),
    part('face'),
    part('automation', { banner: { js: '/*! BotD, (c) FingerprintJS, Inc. MIT licence. */' } }),
    // Its words have `{names}`: none of them may be spelt short.
    part('exam', { mangleProps: /^$/ }),
  ]);
  const before = 'var Zhenxue=';
  const after = '();';
  const one = (await small(`${before}${wrapped(whole)}${after}`)).trim();
  if (!one.startsWith(before) || !one.endsWith(after)) throw new Error('the minifier wraps a script in another way');
  const script = bytesOf(one);
  const module = bytesOf(`export const{watch}=${one.slice(before.length, -after.length)}(import.meta.url);`);
  const gzip = {
    all: gzipped(script),
    ours: gzipped(bytesOf(await small(ours, true))),
    facts: gzipped(facts),
    face: gzipped(face),
    automation: gzipped(automation),
    exam: gzipped(exam),
  };
  for (const [name, bytes] of Object.entries(gzip)) {
    const budget = BUDGET[name as keyof typeof BUDGET];
    if (bytes > budget) throw new Error(`sdk (${name}): ${bytes} bytes gzip, budget ${budget}`);
  }
  return { script, module, parts: { facts, face, automation, exam }, gzip };
}

/** Builds and writes `zhenxue.js`, `zhenxue.mjs` and the parts into a folder (default: `sdk/dist`). */
export async function writeSdk(folder = join(here, 'dist')): Promise<SdkBuild> {
  const built = await buildSdk();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'zhenxue.js'), built.script);
  await writeFile(join(folder, 'zhenxue.mjs'), built.module);
  for (const name of PARTS) await writeFile(join(folder, `${name}.mjs`), built.parts[name]);
  return built;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { gzip } = await writeSdk();
  process.stdout.write(
    [
      `sdk: ${gzip.all} bytes gzip (budget ${BUDGET.all}), own files ${gzip.ours} (budget ${BUDGET.ours})`,
      ...PARTS.map((name) => `${name}.mjs, by itself: ${gzip[name]} (budget ${BUDGET[name]})`),
      '',
    ].join('\n'),
  );
}
