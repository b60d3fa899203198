import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BEACON_BYTES_MAX } from '../../sdk/wire.ts';
import { code, connectWire } from '../support/wire.ts';
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

  it('takes what an earlier page left, long after its socket has gone, as queued', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    await page.beat(wire);
    const left = [page.seal({}, true), page.seal({}, true)];
    await wire.close();
    await vi.waitFor(() => expect(h.judge.released).toContain('person-b'));
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
