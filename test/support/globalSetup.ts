/**
 * Once for the whole run: the browser unpacked, the pages built, and one Postgres with a template that
 * already has every migration.
 * A run that was killed leaves its Postgres behind; the next run finds and stops it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { findBinaries } from '../../server/db/binaries.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { connect } from '../../server/db/pool.ts';
import { living } from '../../server/db/processes.ts';
import { prepareChromium } from './browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `null`: no Postgres for this machine; tests that need one are told so. */
    postgresUrl: string | null;
  }
}

const PREFIX = 'zhenxue-test-';
export const TEMPLATE = 'zhenxue_template';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await Promise.all([prepareChromium(), buildPages()]);
  if (findBinaries() === null) {
    const words = `no embedded Postgres for ${process.platform}-${process.arch}: tests of a database cannot run and will fail`;
    const { CI } = process.env;
    if (CI === 'true') throw new Error(words);
    console.warn(`\n*** ${words} ***\n`);
    project.provide('postgresUrl', null);
    return async () => undefined;
  }
  await sweep();
  const dir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(dir, 0o711); // Under root, Postgres runs as another account and must pass here.
  const embedded = await startEmbedded(dir, { durable: false });
  const admin = connect(embedded.url, { max: 1 });
  await admin.query(`create database ${TEMPLATE}`);
  const url = new URL(embedded.url);
  url.pathname = `/${TEMPLATE}`;
  const template = connect(url.href, { max: 1 });
  await migrate(template);
  await template.end();
  await admin.query(`alter database ${TEMPLATE} is_template true allow_connections false`);
  await admin.end();
  project.provide('postgresUrl', embedded.url);
  return async () => {
    await embedded.stop();
    await rm(dir, { recursive: true, force: true });
  };
}

/** As `npm run build` does: in this process, NODE_ENV is `test`, and a page would be built for developing. */
async function buildPages(): Promise<void> {
  const build = fileURLToPath(new URL('../../server/build.ts', import.meta.url));
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', build], { env });
}

async function sweep(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (living(pid) !== null) continue;
    const dir = join(tmpdir(), name);
    if (existsSync(join(dir, 'postgres', 'postmaster.pid'))) {
      await startEmbedded(dir, { durable: false })
        .then((left) => left.stop())
        .catch(() => undefined);
    }
    await rm(dir, { recursive: true, force: true });
  }
}
