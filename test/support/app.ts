/** The HTTP server of the ground on a real port, with routes of the test's own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { Db } from '../../server/db/pool.ts';
import { createDatabaseProbe } from '../../server/db/probe.ts';
import { type App, createApp } from '../../server/http/app.ts';
import type { PageDirs } from '../../server/http/pages.ts';
import type { Parts } from '../../server/http/readiness.ts';
import { createMetrics } from '../../server/metrics.ts';

export interface TestApp {
  readonly app: App;
  readonly base: string;
  /** Everything that was logged so far. */
  logged(): string;
  close(): Promise<void>;
}

interface Options {
  readonly db: Db;
  readonly dirs?: PageDirs;
  readonly draining?: () => boolean;
  /** Beside the database's own. */
  readonly parts?: Parts;
  readonly routes?: (app: App) => void | Promise<void>;
}

export async function testApp({ db, dirs, draining = () => false, parts = {}, routes }: Options): Promise<TestApp> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log: Logger = pino({ level: 'debug' }, sink);
  const probe = createDatabaseProbe(db, log);
  const app = await createApp({
    log,
    metrics: createMetrics(),
    publicUrl: null,
    draining,
    parts: { database: probe.reads, writes: probe.writes, ...parts },
    ...(dirs === undefined ? {} : { dirs }),
  });
  await routes?.(app);
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, base, logged: () => lines.join(''), close: () => app.close() };
}

/** Built pages as a build leaves them. */
export async function pageDirs(root: string): Promise<PageDirs> {
  const files: Record<string, string> = {
    'player/index.html': '<!doctype html><title>player</title>',
    'player/assets/main-DkX3_a9q.js': 'export {}',
    'console/index.html': '<!doctype html><title>console</title>',
    'sdk/zhenxue.js': 'export const x = 1;',
    'media/lesson.webm': '0123456789'.repeat(100),
    'media/lessons.json': '{"answer":"b"}',
    'media/make.py': 'secret = 1',
    'media/.hidden': 'x',
    'outside.txt': 'outside',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const dir = (name: string) => join(root, name);
  return { player: dir('player'), console: dir('console'), sdk: dir('sdk'), media: dir('media') };
}
