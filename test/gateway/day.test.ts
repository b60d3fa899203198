/** What one person's beats may weigh in a day. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errors } from '../../server/errors.ts';
import { createBuckets } from '../../server/gateway/bucket.ts';
import { code, error, type Page, type Wire } from '../support/wire.ts';
import { type Harness, harness } from './harness.ts';

const DAY_BYTES = 10_000;
let h: Harness;
beforeAll(async () => {
  h = await harness({ dayBytes: DAY_BYTES });
});
afterAll(() => h.close());

/** Beats until one is refused; resolves with how many bytes were stored. */
async function fill(wire: Wire, page: Page): Promise<{ bytes: number; refused: ReturnType<typeof error> }> {
  for (let bytes = 0; ; ) {
    const sealed = page.forge();
    const reply = await wire.call('beat', sealed);
    if (!reply.ok) return { bytes, refused: error(reply) };
    bytes += sealed.body.length;
    page.seq += 1;
    page.mac = sealed.mac;
  }
}

describe('a person’s day', () => {
  it('is bounded over all sessions and ways in together, with words that say when to come back', async () => {
    const first = await h.open();
    const { bytes, refused } = await fill(first.wire, first.page);
    expect(bytes).toBeGreaterThan(DAY_BYTES - 400);
    expect(bytes).toBeLessThanOrEqual(DAY_BYTES + 10);
    expect(refused).toMatchObject({ code: 'dayLimit', retry: false, message: expect.stringContaining('明天') });
    expect(refused.words).toEqual({ zh: errors.dayLimit.zh, en: errors.dayLimit.en });

    const second = await h.open();
    expect(code(await second.wire.call('beat', second.page.forge()))).toBe('dayLimit');
    const beacon = JSON.stringify({ session: second.page.session, beats: [second.page.forge()] });
    expect(await h.post('/v1/learn/beacon', beacon)).toMatchObject({
      status: 429,
      body: { error: { code: 'dayLimit', retry: false, details: { accepted: 0, seq: 0 } } },
    });
    expect(await h.metric('refusals_total', { code: 'dayLimit' })).toBe(3);
    expect(h.judge.stored.filter(({ kind }) => kind === 'refused')).toEqual([]);

    const other = await h.open({ sub: 'tb' });
    expect((await other.page.beat(other.wire)).seq).toBe(1);

    // A day later the same session goes on where it stood.
    h.skewMs += 86_400_000;
    expect(code(await first.wire.call('beat', first.page.forge()))).toBe('ok');
    h.skewMs = 0;
  });

  it('is not used up by what could not be stored', async () => {
    const own = await harness({ dayBytes: 1_000 });
    const { wire, page } = await own.open();
    const sealed = page.seal();
    for (let i = 0; i < 10; i++) {
      own.judge.fail(1);
      expect(code(await wire.call('beat', sealed))).toBe('commitFailed');
    }
    expect(code(await wire.call('beat', sealed))).toBe('ok');
    await own.close();
  });
});

describe('buckets', () => {
  it('give amounts, refill with time, and take back', () => {
    let at = 0;
    const buckets = createBuckets({ perSecond: 10, burst: 100 }, () => at);
    expect(buckets.take('a', 80)).toBe(true);
    expect(buckets.take('a', 21)).toBe(false);
    buckets.giveBack('a', 1);
    expect(buckets.take('a', 21)).toBe(true);
    at += 1000;
    expect(buckets.take('a', 11)).toBe(false);
    expect(buckets.take('a', 10)).toBe(true);
    buckets.giveBack('a', 1_000);
    expect(buckets.take('a', 101)).toBe(false);
    expect(buckets.take('a', 100)).toBe(true);
  });

  it('remember a bounded number of keys, the one longest unused is forgotten first', () => {
    const buckets = createBuckets({ perSecond: 0, burst: 1 }, () => 0, 2);
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => buckets.take(key))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
    buckets.giveBack('nobody', 1);
    expect(buckets.take('a')).toBe(false);
  });
});
