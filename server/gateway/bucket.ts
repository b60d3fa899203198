/**
 * Token buckets: how much of something may happen. Guarantees: at most `burst` at once and
 * `perSecond` in the long run for one key; a bounded number of keys is remembered, the one
 * longest unused is forgotten first (a forgotten key starts full, which is lenient, never unfair).
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

/** One bucket a key. 20 000 keys are about 4 MB. */
export function createBuckets(rate: Rate, now: () => number, maxKeys = 20_000): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, amount) {
      const bucket = buckets.get(key) ?? createBucket(rate, now);
      // Re-inserting moves the key to the end: the map's order is the order of use.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxKeys) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return bucket.take(amount);
    },
    // Whose bucket was forgotten has a full one.
    giveBack: (key, amount) => buckets.get(key)?.giveBack(amount),
  };
}
