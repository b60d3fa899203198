/** Who acts on the command line. Guarantees: they show it, with their own password from a file. */
import { readFileSync } from 'node:fs';
import { checkPassword } from '../../server/auth/password.ts';
import { findPerson } from '../../server/auth/store.ts';
import type { Queryable } from '../../server/db/pool.ts';
import { AppError, errors } from '../../server/errors.ts';
import { refuse } from '../../server/refused.ts';
import type { Given } from './command.ts';

/** In a command's usage. */
export const acting = '--by <用户名 username> --password-file <文件 file>';

/** Throws `Refused` where name and password do not fit; the same words for both. */
export function personOf(given: Given): (db: Queryable) => Promise<string> {
  const username = given.need('by');
  const path = given.need('password-file');
  return async (db) => {
    const password = passwordIn(path);
    const found = await findPerson(db, username);
    const fits = await checkPassword(password, found?.passwordHash ?? null);
    if (!fits || found === null) return refuse('用户名或密码错误', 'wrong username or password');
    return found.id;
  };
}

/** The first line: what an editor or `echo` puts at the end is not part of it. */
function passwordIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse(`读不到文件 ${path}（${code ?? '?'}）`, 'the file cannot be read');
  }
}

/** What the server says by a code is said in words. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { zh, en } = errors[error.code];
    return refuse(zh, en);
  }
}
