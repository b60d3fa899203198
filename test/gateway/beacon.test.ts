import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BEACON_BYTES_MAX } from '../../sdk/wire.ts';
import { closingKey, link } from '../../server/gateway/keys.ts';
import { code, connectWire, type Page } from '../support/wire.ts';
import { type Harness, harness, openMessage, ticket } from './harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await harness();
});
afterAll(() => h.close());
beforeEach(() => {
  h.judge.stored.length = 0;
});

const beacon = (session: string, beats: readonly unknown[], type?: string) =>
  h.post('/v1/learn/beacon', JSON.stringify({ session, beats }), type);
const seqs = (session: string) =>
  h.judge.stored.flatMap((draft) => (draft.kind === 'beat' && draft.session === session ? [draft.beat.seq] : []));

describe('the beacon', () => {
  it('takes the last beats of a closing page, from any origin, and ends the session', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    const reply = await beacon(page.session, [page.seal(), page.seal({ cause: 'closing' })]);
    expect(reply).toMatchObject({ status: 202, body: { accepted: 2, seq: 3 } });
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
    await vi.waitFor(() => expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'closed', cause: 'closing' }));
    expect(code(await wire.call('beat', page.seal()))).toBe('sessionClosed');
  });

  it('takes a last beat sealed with the key lent for it, once, and accuses nobody', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    const { body } = page.forge({ seq: 2, cause: 'closing' });
    const last = { body, mac: link(closingKey(page.key, 2), page.mac, body), queued: false };
    expect(await beacon(page.session, [last])).toMatchObject({ status: 202, body: { accepted: 1, seq: 2 } });
    await vi.waitFor(() => expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'closed', cause: 'closing' }));
    expect(await beacon(page.session, [last])).toMatchObject({ status: 202, body: { accepted: 0, seq: 2 } });
    expect(h.judge.stored.some(({ kind }) => kind === 'refused')).toBe(false);
  });

  it('takes what an earlier page left, long after its socket has gone, as queued', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    await page.beat(wire);
    const left = [page.seal({}, true), page.seal({}, true)];
    await wire.close();
    await vi.waitFor(() => expect(h.judge.gone).toContain('person-b'));
    expect(await beacon(page.session, left, 'application/json')).toMatchObject({
      status: 202,
      body: { accepted: 2, seq: 3 },
    });
    expect(h.judge.stored.flatMap((d) => (d.kind === 'beat' ? [d.queued] : []))).toEqual([false, true, true]);
    // Nothing of it lingers: the next page resumes from what is stored.
    const next = await h.resume(page);
    expect((await page.beat(next)).seq).toBe(4);
  });

  it('skips what is stored already', async () => {
    const { wire, page } = await h.open();
    const first = [page.seal(), page.seal()];
    for (const one of first) await wire.call('beat', one);
    const all = [...first, page.seal()];
    expect(await beacon(page.session, all)).toMatchObject({ status: 202, body: { accepted: 1, seq: 3 } });
    expect(await beacon(page.session, all)).toMatchObject({ status: 202, body: { accepted: 0, seq: 3 } });
    expect(seqs(page.session)).toEqual([1, 2, 3]);
  });

  it('keeps what came before a gap and says where the gap is', async () => {
    const { page } = await h.open();
    const [one, , three] = [page.seal(), page.seal(), page.seal()];
    const reply = await beacon(page.session, [one, three]);
    expect(reply).toMatchObject({
      status: 409,
      body: { error: { code: 'beatGap', details: { accepted: 1, seq: 1, lastSeq: 1 } } },
    });
    expect(seqs(page.session)).toEqual([1]);
  });

  it('says so when nothing could be stored, and takes the same again', async () => {
    const { page } = await h.open();
    const beats = [page.seal(), page.seal()];
    h.judge.fail(1);
    expect(await beacon(page.session, beats)).toMatchObject({ status: 503, body: { error: { code: 'commitFailed' } } });
    expect(await beacon(page.session, beats)).toMatchObject({ status: 202, body: { accepted: 2, seq: 2 } });
  });

  it('and the socket may speak at once: every beat is stored once, in order', async () => {
    const { wire, page } = await h.open();
    const sealed = Array.from({ length: 10 }, () => page.seal());
    const [reply, ...codes] = await Promise.all([
      beacon(page.session, sealed),
      ...sealed.map(async (one) => code(await wire.call('beat', one))),
    ]);
    expect(reply.status).toBe(202);
    expect(new Set(codes)).toEqual(new Set(['ok']));
    expect(seqs(page.session)).toEqual(sealed.map((_, i) => i + 1));
  });

  it('does not accuse a trainee whose session’s id someone else knows', async () => {
    const { wire, page } = await h.open();
    for (let i = 0; i < 5; i++) {
      const reply = await beacon(page.session, [{ ...page.forge(), mac: 'A'.repeat(43) }]);
      expect(reply).toMatchObject({ status: 401, body: { error: { code: 'beatMac' } } });
    }
    await page.beat(wire);
    expect(h.judge.stored.filter((d) => d.kind === 'refused')).toEqual([]);
  });

  it.each<[string, string, number, string]>([
    ['no JSON', 'hello', 400, 'badRequest'],
    ['no beats', JSON.stringify({ session: 'session-0001', beats: [] }), 400, 'badRequest'],
    ['a list', '[]', 400, 'badRequest'],
    ['a field more', JSON.stringify({ session: 'session-0001', beats: [], x: 1 }), 400, 'badRequest'],
    ['depth', '['.repeat(50_000), 400, 'badRequest'],
    ['nothing', '', 400, 'badRequest'],
    ['too much', 'x'.repeat(BEACON_BYTES_MAX + 1), 413, 'tooLarge'],
    [
      'too many beats',
      JSON.stringify({
        session: 'session-0001',
        beats: Array(201).fill({ body: '{}', mac: 'A'.repeat(43), queued: true }),
      }),
      400,
      'badRequest',
    ],
    [
      'an unknown session',
      JSON.stringify({ session: 'session-0001', beats: [{ body: '{}', mac: 'A'.repeat(43), queued: true }] }),
      404,
      'sessionUnknown',
    ],
    [
      'a NUL in its session',
      JSON.stringify({ session: 'session\u0000-001', beats: [{ body: '{}', mac: 'A'.repeat(43), queued: true }] }),
      400,
      'badRequest',
    ],
  ])('refuses %s', async (_what, text, status, expected) => {
    expect(await h.post('/v1/learn/beacon', text)).toMatchObject({ status, body: { error: { code: expected } } });
  });

  it('limits how often one session is spoken of', async () => {
    const { page } = await h.open();
    const replies = await Promise.all(Array.from({ length: 30 }, () => beacon(page.session, [page.forge()])));
    expect(replies.map(({ status }) => status)).toContain(429);
    const wire = await connectWire(h.base);
    expect(code(await wire.call('open', openMessage(ticket())))).toBe('ok');
    await wire.close();
  });
});

describe('a session’s allowance of beats', () => {
  beforeEach(() => {
    // Nothing is refilled unless the test says so.
    vi.useFakeTimers({ toFake: ['Date'] });
    return () => vi.useRealTimers();
  });
  const seal = (page: Page, count: number) => Array.from({ length: count }, () => page.seal({}, true));

  it('holds what a browser can have left after the longest outage', async () => {
    const { page } = await h.open();
    for (let seq = 100; seq <= 400; seq += 100) {
      expect(await beacon(page.session, seal(page, 100))).toMatchObject({ status: 202, body: { accepted: 100, seq } });
    }
  });

  it('is one for beacons and socket: who has spent it here has nothing left there', async () => {
    const { wire, page } = await h.open();
    for (let i = 0; i < 4; i++) await beacon(page.session, seal(page, 100));
    const more = seal(page, 100);
    expect(await beacon(page.session, more)).toMatchObject({
      status: 429,
      body: { error: { code: 'tooFrequent', retry: true, details: { accepted: 50, seq: 450 } } },
    });
    expect(code(await wire.call('beat', more[50]))).toBe('tooFrequent');
    // What was accepted stays, and the same again goes on from there, at the pace of the refill.
    vi.setSystemTime(Date.now() + 2000);
    expect(code(await wire.call('beat', more[50]))).toBe('ok');
    expect(await beacon(page.session, more)).toMatchObject({
      status: 429,
      body: { error: { details: { accepted: 19, seq: 470 } } },
    });
    vi.setSystemTime(Date.now() + 3000);
    expect(await beacon(page.session, more)).toMatchObject({ status: 202, body: { accepted: 30, seq: 500 } });
    expect(seqs(page.session)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('is not spent by who sends again what is stored, and hardly by who knows the session only', async () => {
    const { wire, page } = await h.open();
    const first = seal(page, 100);
    await beacon(page.session, first);
    for (let i = 0; i < 5; i++) await beacon(page.session, first);
    const forged = { body: page.forge().body, mac: 'A'.repeat(43), queued: true };
    for (let i = 0; i < 30; i++) await beacon(page.session, Array(100).fill(forged));
    for (const one of seal(page, 300)) expect(code(await wire.call('beat', one))).toBe('ok');
  });

  it('does not come anew with the connection', async () => {
    const { wire, page } = await h.open();
    const flood = await Promise.all(
      Array.from({ length: 500 }, () => wire.call('beat', { ...page.forge(), queued: 1 })),
    );
    expect(flood.map(code).filter((one) => one === 'tooFrequent')).toHaveLength(50);
    await wire.close();
    const again = await h.resume(page);
    expect(code(await again.call('beat', page.seal()))).toBe('tooFrequent');
  });
});

describe('beacons of one address', () => {
  const unknown = (n: number) =>
    JSON.stringify({ session: `unknown-session-${n}`, beats: [{ body: '{}', mac: 'A'.repeat(43), queued: true }] });
  const postFrom = (localAddress: string, base: string, body: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'POST', localAddress, headers: { 'content-type': 'text/plain' } };
      const sent = request(`${base}/v1/learn/beacon`, options, (reply) => {
        reply.resume().on('end', () => resolve(reply.statusCode));
      });
      sent.on('error', reject).end(body);
    });

  it('ask the database for unknown sessions so often and no more; others are heard', async () => {
    const own = await harness();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const asked = vi.spyOn(own.db, 'query');
      const statuses: (number | undefined)[] = [];
      for (let i = 0; i < 600; i += 50) {
        const batch = Array.from({ length: 50 }, (_, n) => postFrom('127.0.0.2', own.base, unknown(i + n)));
        statuses.push(...(await Promise.all(batch)));
      }
      expect(statuses.filter((one) => one === 404)).toHaveLength(500);
      expect(statuses.filter((one) => one === 429)).toHaveLength(100);
      expect(asked).toHaveBeenCalledTimes(500);
      expect(await postFrom('127.0.0.1', own.base, unknown(0))).toBe(404);
    } finally {
      vi.useRealTimers();
      await own.close();
    }
  });
});

describe('draining', () => {
  it('takes nothing new in and waits for what is on its way', async () => {
    const own = await harness();
    const { wire, page } = await own.open();
    own.judge.hold();
    const reply = wire.call('beat', page.seal());
    await vi.waitFor(() => expect(own.judge.waiting()).toBe(1));
    const drained = own.gateway.drain();
    expect(code(await wire.call('beat', page.seal()))).toBe('draining');
    const fresh = await connectWire(own.base);
    expect(code(await fresh.call('open', openMessage(ticket())))).toBe('draining');
    own.judge.letGo();
    expect(code(await reply)).toBe('ok');
    await drained;
    await fresh.close();
    await own.close();
  });
});
