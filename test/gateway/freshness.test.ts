import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFreshness, isStale, newestIndex, noteIssued, noteRoundTrip } from '../../server/gateway/freshness.ts';
import { createPage, value, type Wire } from '../support/wire.ts';
import { type Harness, harness } from './harness.ts';

describe('a nonce', () => {
  it('is not asked for before it can have come: a round trip and a little', () => {
    const freshness = createFreshness();
    noteRoundTrip(freshness, 1_000);
    noteIssued(freshness, 0, 'nonce-0', 0);
    noteIssued(freshness, 1, 'nonce-1', 10_000);
    expect(isStale(freshness, 0, 12_999)).toBe(false);
    expect(isStale(freshness, 0, 13_000)).toBe(true);
    expect(isStale(freshness, 1, 13_000)).toBe(false);
  });

  it('is asked for later over a slower line, but never later than a connection may stay silent', () => {
    const freshness = createFreshness();
    noteIssued(freshness, 0, 'nonce-0', 0);
    noteIssued(freshness, 1, 'nonce-1', 10_000);
    noteRoundTrip(freshness, 6_000);
    expect(isStale(freshness, 0, 17_999)).toBe(false);
    noteRoundTrip(freshness, 60_000);
    expect(isStale(freshness, 0, 21_999)).toBe(false);
    expect(isStale(freshness, 0, 22_000)).toBe(true);
  });

  it('may be one that others in flight carry too, and an older one is found out however many came since', () => {
    const freshness = createFreshness();
    noteRoundTrip(freshness, 0);
    for (let n = 0; n < 1_000; n++) noteIssued(freshness, n, `nonce-${n}`, n * 100);
    expect(freshness.issued.length).toBeLessThan(200);
    expect(isStale(freshness, 979, 99_900)).toBe(false);
    expect(isStale(freshness, 970, 99_900)).toBe(true);
  });

  it('is known again when it is the newest, and no other is taken for it', () => {
    const freshness = createFreshness();
    expect(newestIndex(freshness, 'nonce-1')).toBeNull();
    noteIssued(freshness, 1, 'nonce-1', 0);
    noteIssued(freshness, 2, 'nonce-2', 0);
    expect(newestIndex(freshness, 'nonce-2')).toBe(2);
    for (const other of ['nonce-1', 'nonce-', 'nonce-22', 'nonce-3', ''])
      expect(newestIndex(freshness, other)).toBeNull();
  });

  it('is asked for of nobody to whom none was sent here', () => {
    expect(isStale(createFreshness(), 0, 1e9)).toBe(false);
  });
});

describe('a beat on the wire', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await harness();
  });
  afterAll(() => h.close());
  beforeEach(() => {
    h.judge.stored.length = 0;
  });

  const labels = (session: string) =>
    h.judge.stored.flatMap((draft) => (draft.kind === 'beat' && draft.session === session ? [draft.queued] : []));
  /** Sends what was sealed before, whatever was acknowledged meanwhile. */
  const send = async (wire: Wire, sealed: object) => value(await wire.call('beat', sealed));

  it('sealed in advance and sent at leisure counts as one that waited', async () => {
    const { wire, page } = await h.open();
    const prepared = Array.from({ length: 4 }, () => page.seal());
    const before = await h.metric('beats_stale_total');
    for (const sealed of prepared) {
      await send(wire, sealed);
      h.skewMs += 20_000;
    }
    expect(labels(page.session)).toEqual([false, true, true, true]);
    expect(await h.metric('beats_stale_total')).toBe(before + 3);
  });

  it('made with each answer counts as made now', async () => {
    const { wire, page } = await h.open();
    for (let i = 0; i < 4; i++) {
      await page.beat(wire);
      h.skewMs += 20_000;
    }
    expect(labels(page.session)).toEqual([false, false, false, false]);
  });

  it('on its way while the answer to another was sent counts as made now', async () => {
    const { wire, page } = await h.open();
    h.skewMs += 20_000;
    const inFlight = [page.seal(), page.seal(), page.seal()];
    for (const sealed of inFlight) await send(wire, sealed);
    expect(labels(page.session)).toEqual([false, false, false]);
  });

  it('on a connection that has come back is held to the nonce that it came back with', async () => {
    const { wire, page, opened } = await h.open();
    await page.beat(wire);
    await wire.close();
    h.skewMs += 60_000;
    const again = await h.resume(page);
    h.skewMs += 20_000;
    const twin = createPage(opened);
    twin.seq = page.seq;
    twin.mac = page.mac;
    await send(again, twin.seal());
    expect(labels(page.session)).toEqual([false, true]);
  });

  it('says itself that it waited, and is believed', async () => {
    const { wire, page } = await h.open();
    await send(wire, page.seal({}, true));
    expect(labels(page.session)).toEqual([true]);
  });
});
