/** Two processes and a Redis between them: what reaches over, and what goes on when it is away. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasRedis, type Redis, startRedis } from '../support/redis.ts';
import { type Harness, harness } from './harness.ts';

if (!hasRedis)
  console.warn('\n*** no redis-server on this machine: what two processes say to each other is not tested ***\n');

const totals = { creditedMs: 0, heldMs: 0, deniedMs: 0 };
const notice = (session: string) =>
  ({ verdict: 'notice', session, kind: 'held', reason: 'presence.awaiting', ms: 1 }) as const;

describe.skipIf(!hasRedis)('two processes', () => {
  let redis: Redis;
  let a: Harness;
  let b: Harness;

  beforeAll(async () => {
    redis = await startRedis();
    const redisUrl = redis.url;
    [a, b] = await Promise.all([harness({ redisUrl }), harness({ redisUrl })]);
  });
  afterAll(async () => {
    await Promise.all([a.close(), b.close()]);
    await redis.stop();
  });

  it('say a verdict to a page that is connected to the other', async () => {
    const { wire, page } = await a.open();
    await vi.waitFor(() => {
      b.gateway.notice(notice(page.session), totals);
      expect(wire.events.length).toBeGreaterThan(0);
    });
    expect(wire.events[0]).toMatchObject({ name: 'notice', arg: { kind: 'held' } });
  });

  it('go on for their own pages while Redis is away, and find each other again', async () => {
    const { wire, page } = await a.open();
    await redis.stop();
    await vi.waitFor(() => expect(a.logged()).toContain('redis is not reachable'));
    await page.beat(wire);
    a.gateway.notice(notice(page.session), totals);
    await vi.waitFor(() => expect(wire.events).toHaveLength(1));
    // To nobody here: it is lost, as Redis's messages may be; nothing breaks.
    b.gateway.notice(notice(page.session), totals);
    const moved = await a.resume(page);
    await wire.closed;
    await page.beat(moved);

    redis.start();
    await vi.waitFor(
      () => {
        b.gateway.notice(notice(page.session), totals);
        expect(moved.events.length).toBeGreaterThan(0);
      },
      { timeout: 15_000, interval: 200 },
    );
    await page.beat(moved);
  });
});
