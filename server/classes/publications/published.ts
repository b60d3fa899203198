/**
 * The policy that a new session of a class opens under. Guarantees: a publication that comes into
 * force or is revoked applies within `KEPT_MS` in every process, also where nobody tells it; when
 * the database cannot be asked, nothing older than that is used, and nothing opens.
 */
import type { Queryable } from '../../db/pool.ts';
import type { Policies } from '../policies.ts';
import type { Taught } from './publication.ts';
import { findPublished } from './store.ts';

/** An answer is used for so long. A minute is promised; two of these and a slow query fit in. */
const KEPT_MS = 20_000;
/** Classes differ by county, platform and occupation; so many answers are kept, some 2 MB. */
const ANSWERS = 5_000;

export interface PublishedDeps {
  readonly db: Queryable;
  readonly policies: Pick<Policies, 'current' | 'readable' | 'without'>;
  /** Rules that are switched off on this platform just now. */
  readonly tripped: (platformId: string) => Promise<readonly string[]>;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
  /** A clock that nobody sets, ms. */
  readonly elapsedMs?: () => number;
}

interface Answer {
  /** Published and in force, the one to take first. */
  readonly hashes: readonly string[];
  /** Rules to leave out. */
  readonly off: readonly string[];
}

/** @param policyHash the class's own, for where nothing is published */
export type OpensUnder = (of: Taught & { readonly policyHash: string }) => Promise<string>;

export function createPublished(deps: PublishedDeps): OpensUnder {
  const { db, policies, tripped, now, elapsedMs = () => performance.now() } = deps;
  const answers = new Map<string, { readonly askedAt: number; readonly answer: Promise<Answer> }>();

  /** Opens at once share a question; one that failed is asked again. */
  function asked({ region, platformId, occupationCode }: Taught): Promise<Answer> {
    const key = JSON.stringify([region, platformId, occupationCode]);
    const known = answers.get(key);
    if (known !== undefined && elapsedMs() - known.askedAt < KEPT_MS) return known.answer;
    if (answers.size >= ANSWERS) answers.clear();
    // Its age counts from before it was asked: what was written meanwhile may not be in it.
    const entry = { askedAt: elapsedMs(), answer: ask({ region, platformId, occupationCode }) };
    answers.set(key, entry);
    entry.answer.catch(() => {
      if (answers.get(key) === entry) answers.delete(key);
    });
    return entry.answer;
  }

  async function ask(of: Taught): Promise<Answer> {
    const [hashes, off] = await Promise.all([findPublished(db, of, now()), tripped(of.platformId)]);
    return { hashes, off };
  }

  return async (of) => {
    const { hashes, off } = await asked(of);
    const hash = (await firstReadable(hashes)) ?? policies.current(of.policyHash);
    return off.length === 0 ? hash : policies.without(hash, off);
  };

  /** One that the detector version in force cannot read waits for the rollout's end, as shipped ones do. */
  async function firstReadable(hashes: readonly string[]): Promise<string | null> {
    for (const hash of hashes) if (await policies.readable(hash)) return hash;
    return null;
  }
}
