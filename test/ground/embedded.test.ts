import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbedded } from '../../server/db/embedded.ts';
import { connect } from '../../server/db/pool.ts';
import { living } from '../../server/db/processes.ts';
import { testDir } from '../support/config.ts';
import { hasPostgres } from '../support/db.ts';

// Every test starts real servers, some of them several times; on a busy machine each start takes ten times as long.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove } = await testDir());
});
afterEach(() => remove());

const script = fileURLToPath(new URL('./embeddedChild.ts', import.meta.url));

/** Another process that starts the database and holds it. Resolves when its database answers. */
async function startElsewhere(): Promise<{ url: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
  return {
    url,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

const query = async (url: string, text: string) => {
  const db = connect(url, { max: 1 });
  try {
    return (await db.query(text)).rows;
  } finally {
    await db.end();
  }
};
const postmaster = (): number => Number(readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const alive = (pid: number): boolean => living(pid) !== null;

describe.skipIf(!hasPostgres())('the embedded Postgres', () => {
  it('is durable, listens only here, wants its password, and keeps what it was told', async () => {
    const first = await startEmbedded(dir);
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(first.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(first.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(first.url, "select 'B' < 'a' as bytewise")).toEqual([{ bytewise: true }]);
    const guess = new URL(first.url);
    guess.password = 'postgres';
    await expect(query(guess.href, 'select 1')).rejects.toThrow(/password/);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600);

    await query(first.url, 'create table kept as select 42 as n');
    const pid = postmaster();
    await first.stop();
    await first.stop();
    expect(alive(pid)).toBe(false);

    const second = await startEmbedded(dir);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('is adopted, with its data, when the process that started it was killed, and then stopped', async () => {
    const other = await startElsewhere();
    await query(other.url, 'create table kept as select 42 as n');
    const pid = postmaster();
    await other.kill();
    expect(alive(pid)).toBe(true);

    const adopted = await startEmbedded(dir);
    expect(postmaster()).toBe(pid);
    expect(await query(adopted.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await adopted.stop();
    expect(alive(pid)).toBe(false);
  });

  it('is shared by processes of one directory, and stopped by the last that lets go', async () => {
    const other = await startElsewhere();
    const pid = postmaster();
    const guest = await startEmbedded(dir);
    expect(guest.url).toBe(other.url);
    await guest.stop();
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }]);

    const [first, last] = [await startEmbedded(dir), await startEmbedded(dir)];
    await other.kill();
    await first.stop();
    expect(await query(last.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await last.stop();
    expect(alive(pid)).toBe(false);
  });

  it('starts again with all that was committed after it was killed itself', async () => {
    const first = await startEmbedded(dir);
    await query(first.url, 'create table kept as select 42 as n');
    process.kill(postmaster(), 'SIGKILL');
    const second = await startEmbedded(dir);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('is found at its old address when it is started again', async () => {
    const first = await startEmbedded(dir, { durable: false });
    await first.stop();
    const second = await startEmbedded(dir, { durable: false });
    expect(second.url).toBe(first.url);
    await second.stop();
  });

  it('is started again at its address when it is killed, for all who keep it', async () => {
    const lost = vi.fn();
    const log = { warn: vi.fn(), info: vi.fn() };
    const keep = { log, lost };
    const [one, two] = [await startEmbedded(dir, { keep }), await startEmbedded(dir, { keep })];
    await query(one.url, 'create table kept as select 42 as n');
    for (const times of [1, 2]) {
      const pid = postmaster();
      process.kill(pid, 'SIGKILL');
      // Both hold it again: each has said so.
      await vi.waitFor(() => expect(log.info).toHaveBeenCalledTimes(2 * times), { timeout: 60_000, interval: 50 });
      expect(postmaster()).not.toBe(pid);
      expect(await query(one.url, 'select n from kept')).toEqual([{ n: 42 }]);
    }
    const pid = postmaster();
    await one.stop();
    expect(await query(two.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await two.stop();
    expect(alive(pid)).toBe(false);
    expect(lost).not.toHaveBeenCalled();
  });

  it('starts although its pid file names a program that is not Postgres', async () => {
    await (await startEmbedded(dir)).stop();
    const pidFile = join(dir, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(dir, 'postgres')}\n1\n1\n\n127.0.0.1\n`);
    chmodSync(pidFile, 0o644);
    const second = await startEmbedded(dir);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('starts although its pid file names the Postgres of another directory', async () => {
    const elsewhere = await testDir();
    const other = await startEmbedded(elsewhere.dir, { durable: false });
    const stranger = readFileSync(join(elsewhere.dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0];
    await (await startEmbedded(dir)).stop();
    writeFileSync(
      join(dir, 'postgres', 'postmaster.pid'),
      `${stranger}\n${join(dir, 'postgres')}\n1\n1\n\n127.0.0.1\n`,
    );
    const started = await startEmbedded(dir);
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await started.stop();
    await other.stop();
    await elsewhere.remove();
  });

  it('begins anew when its creation was cut short', async () => {
    mkdirSync(join(dir, 'postgres.new'));
    writeFileSync(join(dir, 'postgres.new', 'PG_VERSION'), '18');
    const started = await startEmbedded(dir);
    expect(existsSync(join(dir, 'postgres.new'))).toBe(false);
    await started.stop();
  });

  it('does not hear a Ctrl-C that is meant for the server, which stops it last', async () => {
    const started = await startEmbedded(dir);
    // A signal of the terminal goes to the foreground group; this one has a group of its own.
    const stat = readFileSync(`/proc/${postmaster()}/stat`, 'utf8');
    expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]).toBe(String(postmaster()));
    await started.stop();
  });
});
