/** Configurations for tests: a directory of one's own, port 0, fixed secrets that are good enough to be accepted. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../server/config.ts';

const fixed = (label: string): string => createHash('sha256').update(label).digest('base64');

/** An environment that starts; `over` replaces or (with `undefined`) removes variables. */
export function testEnv(over: Record<string, string | undefined> = {}): Record<string, string | undefined> {
  return { PORT: '0', HOST: '127.0.0.1', DEMO: '0', SECRET_KEY: fixed('master'), LEDGER_KEY: fixed('ledger'), ...over };
}

export async function testDir(): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'zhenxue-dir-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export function testConfig(dataDir: string, over: Record<string, string | undefined> = {}): Config {
  return readConfig(testEnv({ DATA_DIR: dataDir, ...over }));
}
