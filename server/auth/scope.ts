/**
 * What a principal may see, as conditions inside the query itself.
 *
 * Guarantees: a person sees the classes whose region starts with the person's own
 * prefix; a platform sees its own; a trainee sees rows about the trainee, and nothing
 * where a query names no trainee. What is out of bounds is not fetched, so no later
 * filter can be forgotten. Values are always bound, never spliced.
 */
import type { Principal } from './principal.ts';

export type Person = Extract<Principal, { kind: 'person' }>;

/** Binds one value and returns its placeholder, e.g. `$3`. */
export type Bind = (value: unknown) => string;

/** @example const values: unknown[] = []; const bind = binder(values); bind('x') // '$1' */
export function binder(values: unknown[]): Bind {
  return (value) => `$${values.push(value)}`;
}

/** A LIKE pattern for "starts with", in which nothing of `prefix` is a wildcard. */
export function startsWith(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Aliases of tables that carry `region` and `platform_id`: `c` classes, `a` alerts. */
type Bounded = 'a' | 'c';
/** Aliases of columns that hold a trainee's id. */
type TraineeColumn = 's.trainee_id' | 't.id' | 'm.trainee_id';

/**
 * The condition that keeps a query inside the principal's bounds.
 * @param trainee the query's column with the trainee; without it a trainee sees no row.
 */
export function bounds(principal: Principal, bind: Bind, alias: Bounded, trainee?: TraineeColumn): string {
  switch (principal.kind) {
    case 'person':
      return `${alias}.region like ${bind(startsWith(principal.region))}`;
    case 'platform':
      return `${alias}.platform_id = ${bind(principal.platformId)}`;
    case 'trainee':
      if (trainee === undefined) return 'false';
      return `${alias}.platform_id = ${bind(principal.platformId)} and ${trainee} = ${bind(principal.traineeId)}`;
    default:
      return principal satisfies never;
  }
}

/** `region` and every prefix of it, '' included: whoever watches one of them may see it. */
export function prefixesOf(region: string): string[] {
  return Array.from({ length: region.length + 1 }, (_, length) => region.slice(0, length));
}
