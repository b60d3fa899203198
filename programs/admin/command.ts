/** What a command of `npm run admin` is. */
import type { Config } from '../../server/config.ts';
import type { Db } from '../../server/db/pool.ts';

/** Option values by name; asking for one that is not there is the caller's mistake. */
export interface Given {
  need(name: string): string;
  has(name: string): string | undefined;
}

/** Reads what it was given, without a database; what it returns does the work and gives the lines to print. */
export type Prepare = (
  given: Given,
) => (deps: { readonly db: Db; readonly config: Config }) => Promise<readonly string[]>;

export interface Command {
  readonly options: readonly string[];
  /** The option that may be given without its name. */
  readonly positional?: string;
  readonly usage: string;
  readonly prepare: Prepare;
}
