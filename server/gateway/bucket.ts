/**
 * Token buckets: how much of something may happen. Guarantees: at most `burst` at once and
 * `perSecond` in the long run for one key; a bounded number of keys is remembered, and
 * none is forgotten before half as many others were used since (a forgotten key starts full, which is
 * lenient, never unfair).
 */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  /** True when so many more (default 1) may happen now. */
  take(amount?: number): boolean;
  /** What was taken did not happen after all. */
  giveBack(amount: number): void;
}

/** @param now monotonic or wall milliseconds; going backwards only pauses the refill. */
export function createBucket(rate: Rate, now: () => number): Bucket {
  let tokens = rate.burst;
  let last = now();
  return {
    take(amount = 1) {
      const at = now();
      if (at > last) tokens = Math.min(rate.burst, tokens + ((at - last) / 1000) * rate.perSecond);
      last = at;
      if (tokens < amount) return false;
      tokens -= amount;
      return true;
    },
    giveBack(amount) {
      tokens = Math.min(rate.burst, tokens + amount);
    },
  };
}

export interface Buckets {
  take(key: string, amount?: number): boolean;
  giveBack(key: string, amount: number): void;
}

/** One bucket a key, in two generations: nothing is moved for a key that is used all the time. 20 000 keys are about 4 MB. */
export function createBuckets(rate: Rate, now: () => number, maxKeys = 20_000): Buckets {
  let young = new Map<string, Bucket>();
  let old = new Map<string, Bucket>();

  function bucketOf(key: string): Bucket {
    const known = young.get(key);
    if (known !== undefined) return known;
    const bucket = old.get(key) ?? createBucket(rate, now);
    if (young.size >= maxKeys / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, bucket);
    return bucket;
  }

  return {
    take: (key, amount) => bucketOf(key).take(amount),
    // Whose bucket was forgotten has a full one.
    giveBack: (key, amount) => (young.get(key) ?? old.get(key))?.giveBack(amount),
  };
}
