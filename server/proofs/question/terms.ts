/**
 * On what terms a question is asked. Guarantees: where it may release time of several policies, it is asked on
 * the strictest terms of them all: a class with a lenient policy opens no way around a strict one.
 */
import type { Policy, ProofKind } from '../../../detector/index.ts';

export type Terms = NonNullable<Policy['proofs']['question']>;
type AskedKind = Extract<ProofKind, 'question' | 'face'>;

/**
 * `null`: the page's own policy has none of that kind. One of the others without it asks nothing stricter.
 * @param own of the session that is asked
 * @param others of the sessions whose held time the answer may release
 */
export async function strictestTerms(
  own: string,
  others: readonly string[],
  load: (hash: string) => Promise<Policy>,
  kind: AskedKind = 'question',
): Promise<Terms | null> {
  const mine = (await load(own)).proofs[kind];
  if (mine === undefined) return null;
  let strictest = mine;
  for (const hash of new Set(others)) {
    const theirs = hash === own ? undefined : (await load(hash)).proofs[kind];
    if (theirs !== undefined) strictest = stricter(strictest, theirs);
  }
  return strictest;
}

function stricter(one: Terms, other: Terms): Terms {
  const rendered = [one.rendered, other.rendered].includes('always') ? 'always' : (one.rendered ?? other.rendered);
  return {
    windowMs: Math.min(one.windowMs, other.windowMs),
    lateMs: Math.min(one.lateMs, other.lateMs),
    minLatencyMs: Math.max(one.minLatencyMs, other.minLatencyMs),
    ...(rendered === undefined ? {} : { rendered }),
  };
}
