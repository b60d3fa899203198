/**
 * `npm run freeze`: makes the detector as its source stands into a frozen build of its version,
 * `detector/frozen/<version>.mjs`, and notes its hash. From then on the version judges as it did
 * that day, whatever becomes of the source. Refuses a version that is frozen already: what it
 * sealed names it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build as bundle } from 'esbuild';
import { currentBuild } from '../detector/index.ts';
import { runTool, say, sayError, type Tool } from './tool.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** esbuild names each source in a comment of its own; where a build was made is no part of it. */
const SOURCE_NAME = /^\/\/ .*\.m?ts\n/gm;

/** The source as one file that needs nothing else: the same source gives the same bytes. */
export async function bundled(): Promise<string> {
  const { outputFiles } = await bundle({
    entryPoints: [join(root, 'detector/build.ts')],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  });
  return (outputFiles[0]?.text ?? '').replace(SOURCE_NAME, '');
}

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes the build, its types and its hash to `folder`; returns what is left to do by hand. */
export async function freeze(folder: string): Promise<string> {
  const { version } = currentBuild;
  const file = join(folder, `${version}.mjs`);
  const table = join(folder, 'hashes.json');
  const hashes = existsSync(table) ? (JSON.parse(readFileSync(table, 'utf8')) as Record<string, string>) : {};
  if (existsSync(file) || hashes[version] !== undefined) {
    throw new Error(`version ${version} is frozen: what changes its verdicts is a new version (detector/build.ts)`);
  }
  const text = await bundled();
  writeFileSync(file, text, { flag: 'wx' });
  writeFileSync(
    join(folder, `${version}.d.mts`),
    `import type { Build } from '../build.ts';\n\n/** Version ${version}, frozen. */\nexport declare const build: Build;\n`,
  );
  writeFileSync(table, `${JSON.stringify({ ...hashes, [version]: sha256(text) }, null, 2)}\n`);
  return [
    `Version ${version} is frozen. In detector/builds.ts add`,
    `  import { build as v${version} } from './frozen/${version}.mjs';`,
    `and \`v${version}\` at the end of \`frozen\`.`,
  ].join('\n');
}

const usage = `用法 Usage：npm run freeze

把当前检测源码冻结为其版本的构建，并登记哈希；已冻结的版本不会被改写。
Makes the detector as its source stands into a frozen build of its version; never rewrites one.

  --help                 显示本说明 · this text`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const tool: Tool = {
    usage,
    failed: '未冻结 Not frozen：',
    failedCode: 1,
    sayFailure: sayError,
    async work(args) {
      parseArgs({ args: [...args], options: {} });
      say(await freeze(join(root, 'detector/frozen')));
      return 0;
    },
  };
  process.exitCode = await runTool(tool, process.argv.slice(2));
}
