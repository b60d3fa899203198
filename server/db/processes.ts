/**
 * Other processes. Guarantees: a process that has ended counts as ended, also while it waits
 * to be reaped (in a container without an init that can be for ever), and
 * what a number stands for can be asked, for numbers are given again.
 */
import { readFileSync } from 'node:fs';

interface Living {
  /** The command it was started with; '' where the system does not tell. */
  readonly command: string;
}

/** `null`: no such process, or only what is left of one. */
export function living(pid: number): Living | null {
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return null;
  if (process.platform !== 'linux') return { command: '' };
  // `pid (program) state …`; the program's name may hold blanks and brackets.
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const state = stat.charAt(stat.lastIndexOf(')') + 2);
  if (state === 'Z' || state === 'X') return null;
  const command = readOrNull(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  return { command };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
