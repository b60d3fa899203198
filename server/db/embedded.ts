/**
 * The embedded Postgres: a real server in DATA_DIR/postgres. Guarantees: it listens on
 * 127.0.0.1 only, with a generated password; what it has committed is on disk (fsync on);
 * a start succeeds whatever killed the last process; where it is kept, one that goes is started
 * again at the same address (see keeper.ts); after `stop` its process has ended.
 *
 * States of the data directory, and what a start makes of each:
 *   absent            → created beside its place, then renamed into it (half a directory never counts)
 *   stopped, crashed  → started; Postgres recovers by itself
 *   stale pid file    → its process has ended, or the number is another program's now: the file is removed
 *   still running     → shared with whoever started it, or adopted when that was killed;
 *                       the last process that lets go stops it
 */
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../log.ts';
import { keptSecret } from '../secrets.ts';
import { type Account, type Binaries, findAccount, findBinaries, run } from './binaries.ts';
import { createKeeper } from './keeper.ts';
import { living } from './processes.ts';

export interface Embedded {
  readonly url: string;
  /** Stops it cleanly, unless another process holds it too: everything committed is on disk. Safe to call again. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** `false` trades safety on power loss for speed. Tests only. */
  readonly durable?: boolean;
  /** Starts it again when it goes, for as long as this process runs. Without, whoever uses it notices by itself. */
  readonly keep?: { readonly log: Pick<Log, 'warn' | 'info'>; readonly lost: (error: Error) => void };
}

const USER = 'zhenxue';
const DATABASE = 'zhenxue';
const HOLDER = 'zhenxue-holder';
/** A start after a crash may have to replay its journal first. */
const READY_TIMEOUT_S = 60;
/** Tries of one start, and the rest between two. */
const LAUNCHES = 20;
const LAUNCH_REST_MS = 500;
/** After its last words a server's process needs a moment to end; on a busy machine a longer one. */
const END_TIMEOUT_MS = 10_000;
/** Another connection's process may stay listed for a moment after it was closed. */
const UNLIST_TIMEOUT_MS = 5_000;

export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  const { durable = true, keep } = options;
  const binaries = findBinaries();
  if (binaries === null) {
    throw new Error(
      `no embedded Postgres for ${process.platform}-${process.arch}; set DATABASE_URL to a Postgres 15 or later`,
    );
  }
  const home = resolve(dataDir);
  await mkdir(home, { recursive: true });
  const dir = join(home, 'postgres');
  const password = keptSecret(home, 'postgresPassword');
  const account = findAccount([binaries.initdb, dir]);
  const urlAt = (port: number, database: string) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

  await create(binaries, account, home, dir, password);
  const running = () => findRunning(dir, (at) => urlAt(at, 'postgres'));
  const launchAt = (portOf: () => Promise<number>, tries: number) =>
    launch(binaries, account, home, dir, durable, portOf, tries);

  // Where it was, if nobody else listens there by now: other processes may still look for it at that address.
  const last = await lastPort(dir);
  const port = (await running()) ?? (await launchAt(() => freePort(last), LAUNCHES));
  const url = urlAt(port, DATABASE);
  await ensureDatabase(urlAt(port, 'postgres'));

  const keeper =
    keep === undefined
      ? null
      : createKeeper({
          ...keep,
          relaunch: async () => {
            // Several processes may share it: whoever is first starts it, at the address all of them know.
            const at = (await running()) ?? (await launchAt(async () => port, 1));
            if (at !== port) throw new Error(`it serves at port ${at} now; port ${port} was known here`);
            holder = await hold(urlAt(port, 'postgres'), () => keeper?.gone());
          },
        });
  let holder = await hold(urlAt(port, 'postgres'), () => keeper?.gone());

  let stopped: Promise<void> | undefined;
  const shutdown = async (): Promise<void> => {
    await keeper?.release();
    if (!(await holder.letGo())) return;
    const pid = await pidOf(dir);
    const ran = await run(account, binaries.pgCtl, ['stop', '-D', dir, '-m', 'fast', '-w', '-t', '30'], home);
    if (ran.code !== 0 && (await exists(join(dir, 'postmaster.pid')))) {
      throw new Error(`the embedded Postgres did not stop: ${ran.output}`);
    }
    // Its file goes before its process does.
    await until(() => living(pid) === null, END_TIMEOUT_MS);
  };
  return {
    url,
    stop: () => {
      stopped ??= shutdown();
      return stopped;
    },
  };
}

/**
 * One connection a process, by which processes that share a directory see each other. It ends with
 * its process, and bears its number; it ends with the server as well, which is how that is noticed.
 */
async function hold(url: string, gone: () => void): Promise<{ letGo(): Promise<boolean> }> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${HOLDER}-${process.pid}`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  client.on('end', gone);
  const others = async (): Promise<readonly number[]> => {
    const { rows } = await client.query<{ application_name: string }>(
      'select application_name from pg_stat_activity where starts_with(application_name, $1) and pid <> pg_backend_pid()',
      [HOLDER],
    );
    return rows.map((row) => Number(row.application_name.slice(HOLDER.length + 1)));
  };
  return {
    /** Whether nobody else holds it. */
    letGo: async () => {
      client.removeListener('end', gone);
      try {
        let left = await others();
        // Holders that have all been killed are only not noticed yet; a living one is not waited for.
        await until(async () => {
          if (left.length === 0 || left.some((pid) => living(pid) !== null)) return true;
          left = await others();
          return left.length === 0;
        }, UNLIST_TIMEOUT_MS);
        return left.length === 0;
      } catch {
        // It is gone already; stopping it once more does no harm.
        return true;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

async function create(b: Binaries, account: Account, home: string, dir: string, password: string): Promise<void> {
  if (await exists(join(dir, 'PG_VERSION'))) return;
  const fresh = `${dir}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const scratch = await mkdtemp(join(tmpdir(), 'zhenxue-pw-'));
  const passwordFile = join(scratch, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) {
    for (const path of [fresh, scratch, passwordFile]) await chown(path, account.uid, account.gid);
  }
  try {
    const args = [`--pgdata=${fresh}`, `--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const ran = await run(account, b.initdb, [...args, '--locale=C', '--encoding=UTF8'], home);
    if (ran.code !== 0) throw new Error(`the embedded Postgres could not be created in ${dir}: ${ran.output}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await rename(fresh, dir);
}

/** The port of the Postgres that already serves this directory, or `null`. Removes a pid file that lies. */
async function findRunning(dir: string, urlAt: (port: number) => string): Promise<number | null> {
  const pidFile = join(dir, 'postmaster.pid');
  const deadline = Date.now() + READY_TIMEOUT_S * 1000;
  for (;;) {
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    const holder = living(pid);
    // Where the system does not say what it runs ('') we can only wait for it to answer or to go.
    if (
      holder === null ||
      (holder.command !== '' && !(holder.command.includes('postgres') && holder.command.includes(dir)))
    ) {
      await rm(pidFile, { force: true });
      return null;
    }
    const port = Number(lines[3]);
    if (port > 0 && (await serves(urlAt(port), dir))) return port;
    if (Date.now() > deadline)
      throw new Error(`a Postgres (process ${pid}) holds ${dir} but does not answer; stop it first`);
    await delay(200);
  }
}

async function serves(url: string, dir: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === dir;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function launch(
  b: Binaries,
  account: Account,
  home: string,
  dir: string,
  durable: boolean,
  portOf: () => Promise<number>,
  tries: number,
): Promise<number> {
  // The program opens its journal under its own account, so it must exist and be that account's.
  const journal = join(home, 'postgres.log');
  closeSync(openSync(journal, 'a', 0o600));
  if (account !== null) await chown(journal, account.uid, account.gid);
  const fast = durable ? '' : ' -c fsync=off -c full_page_writes=off -c synchronous_commit=off';
  let output = '';
  // Retried: the port may be taken in between, and orphans of a killed server need a moment to leave.
  for (let nth = 0; nth < tries; nth += 1) {
    if (nth > 0) await delay(LAUNCH_REST_MS);
    const port = await portOf();
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200${fast}`;
    const args = ['start', '-D', dir, '-l', journal, '-w', '-t', String(READY_TIMEOUT_S), '-o', options];
    const ran = await run(account, b.pgCtl, args, home);
    if (ran.code === 0) return port;
    output = ran.output;
  }
  throw new Error(`the embedded Postgres did not start (${output}); its journal is ${journal}`);
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The wanted port, or any where that is taken. */
function freePort(wanted: number | null): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (wanted === null ? reject(error) : resolvePort(freePort(null))));
    probe.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolvePort(port));
    });
  });
}

/** Where it listened when it was last started: it writes its options down. */
async function lastPort(dir: string): Promise<number | null> {
  const options = await readFile(join(dir, 'postmaster.opts'), 'utf8').catch(() => '');
  const port = Number(/"-p" "(\d+)"/.exec(options)?.[1]);
  return port > 0 ? port : null;
}

/** 0: it does not run, and is no process. */
async function pidOf(dir: string): Promise<number> {
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || 0;
}

async function until(check: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; !(await check()) && performance.now() < deadline; ) {
    await delay(20);
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
