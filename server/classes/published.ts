/**
 * The policy that a new session of a class opens under. Guarantees: a publication that comes into
 * force or is revoked applies within `KEPT_MS` in every process, also where nobody tells it; when
 * the database cannot be asked, nothing older than that is used, and nothing opens.
 */
import type { Queryable } from '../db/pool.ts';
import type { Policies } from './policies.ts';
import type { Taught } from './publication.ts';
import { findPublished } from './publicationStore.ts';

/** An answer is used for so long. A minute is promised; two of these and a slow query fit in. */
const KEPT_MS = 20_000;
/** Classes differ by county, platform and occupation; so many answers are kept, some 2 MB. */
const ANSWERS = 5_000;

export interface PublishedDeps {
  readonly db: Queryable;
  readonly policies: Pick<Policies, 'current' | 'readable'>;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
  /** A clock that nobody sets, ms. */
  readonly elapsedMs?: () => number;
}

/** @param policyHash the class's own, for where nothing is published */
export type OpensUnder = (of: Taught & { readonly policyHash: string }) => Promise<string>;

export function createPublished(deps: PublishedDeps): OpensUnder {
  const { db, policies, now, elapsedMs = () => performance.now() } = deps;
  const answers = new Map<string, { readonly askedAt: number; readonly hashes: Promise<readonly string[]> }>();

  /** Opens at once share a question; one that failed is asked again. */
  function published({ region, platformId, occupationCode }: Taught): Promise<readonly string[]> {
    const key = JSON.stringify([region, platformId, occupationCode]);
    const known = answers.get(key);
    if (known !== undefined && elapsedMs() - known.askedAt < KEPT_MS) return known.hashes;
    if (answers.size >= ANSWERS) answers.clear();
    // Its age counts from before it was asked: what was written meanwhile may not be in it.
    const answer = { askedAt: elapsedMs(), hashes: findPublished(db, { region, platformId, occupationCode }, now()) };
    answers.set(key, answer);
    answer.hashes.catch(() => {
      if (answers.get(key) === answer) answers.delete(key);
    });
    return answer.hashes;
  }

  return async (of) => {
    // One that the detector version in force cannot read waits for the rollout's end, as shipped ones do.
    for (const hash of await published(of)) if (await policies.readable(hash)) return hash;
    return policies.current(of.policyHash);
  };
}
