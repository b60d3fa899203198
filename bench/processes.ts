/** The processes of a run: started, measured, and ended by whoever started them. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly url: string;
  readonly pid: number;
  /** Lets it end by itself; by force after 30 s. */
  stop(): Promise<void>;
}

/** Starts one of our servers; resolves when it says where it listens. Its output goes to `logFile`. */
export async function startChild(
  file: string,
  args: readonly string[],
  logFile: string,
  nodeArgs: readonly string[] = [],
): Promise<Child> {
  const log = openSync(logFile, 'a');
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
    execArgv: ['--import', 'tsx', ...nodeArgs],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}; see ${logFile}`)));
    child.once('error', reject);
  });
  return { url, pid: child.pid ?? 0, stop: () => end(child) };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.disconnect();
  });
}

/** The k6 program: `K6`, the search path, then where `go install` puts it. `null`: none. */
export function findK6(): { readonly path: string; readonly version: string } | null {
  const goPath = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).stdout?.trim();
  const places = [
    process.env['K6'],
    'k6',
    goPath ? join(goPath, 'bin', 'k6') : undefined,
    join(homedir(), 'go/bin/k6'),
  ];
  for (const path of places) {
    if (path === undefined || path === '') continue;
    const ran = spawnSync(path, ['version'], { encoding: 'utf8' });
    if (ran.status === 0) return { path, version: /v\d+\.\d+\.\d+/.exec(ran.stdout)?.[0] ?? ran.stdout.trim() };
  }
  return null;
}

export interface K6Run {
  readonly pid: number;
  /** Rejects with k6's own words when it fails. */
  readonly ended: Promise<void>;
  kill(): void;
}

export function runK6(path: string, env: Readonly<Record<string, string>>): K6Run {
  const script = fileURLToPath(new URL('./k6/beats.js', import.meta.url));
  const vars = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const args = ['run', '-q', '--no-usage-report', '--summary-mode', 'disabled', ...vars, script];
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`k6 ended with ${code}:\n${words}`));
    });
  });
  return { pid: child.pid ?? 0, ended, kill: () => void child.kill('SIGKILL') };
}

/** Hundredths of a second, on every Linux this runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds a process has used, with all its threads; `null` where the system does not tell. */
export function cpuSeconds(pid: number): number | null {
  const fields = statOf(pid);
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The same of a process, its living children, and the ones that have ended. */
export function cpuSecondsOfFamily(pid: number): number | null {
  const own = cpuSeconds(pid);
  const fields = statOf(pid);
  if (own === null || fields === null) return null;
  let sum = own + (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    if (Number.isInteger(child) && Number(statOf(child)?.[1]) === pid) sum += cpuSeconds(child) ?? 0;
  }
  return sum;
}

/** The fields of /proc/<pid>/stat from the state on. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The embedded Postgres of a data directory. */
export function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}
