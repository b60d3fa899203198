import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ack, Resumed } from '../../sdk/wire.ts';
import { code, connectWire, createPage, error, value } from '../support/wire.ts';
import { type Harness, harness, openMessage, resumeMessage, ticket } from './harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await harness();
});
afterAll(() => h.close());
beforeEach(() => {
  h.judge.stored.length = 0;
  h.judge.letGo();
});

const seqs = (session: string) =>
  h.judge.stored.flatMap((draft) => (draft.kind === 'beat' && draft.session === session ? [draft.beat.seq] : []));

describe('a beat', () => {
  it('is acknowledged with what comes next', async () => {
    const { wire, page } = await h.open();
    const ack = await page.beat(wire);
    expect(ack).toMatchObject({ seq: 1, totals: { heldMs: 0, deniedMs: 0 } });
    expect(ack.nextMs).toBeGreaterThanOrEqual(8_000);
    expect(ack.nextMs).toBeLessThanOrEqual(15_000);
    expect(ack.nonce).not.toBe((await page.beat(wire)).nonce);
    expect(seqs(page.session)).toEqual([1, 2]);
  });

  it('is not acknowledged before it is stored, nor when it is sent again meanwhile', async () => {
    const { wire, page } = await h.open();
    h.judge.hold();
    const sealed = page.seal();
    let replies = 0;
    const both = [sealed, sealed].map(async (one) => {
      const reply = await wire.call('beat', one);
      replies += 1;
      return code(reply);
    });
    await vi.waitFor(() => expect(h.judge.waiting()).toBe(1));
    expect(replies).toBe(0);
    h.judge.letGo();
    expect(await Promise.all(both)).toEqual(['ok', 'ok']);
    expect(seqs(page.session)).toEqual([1]);
  });

  it('may be followed by others before it is stored; all are stored in order', async () => {
    const { wire, page } = await h.open();
    h.judge.hold();
    const replies = Array.from({ length: 20 }, () => wire.call<Ack>('beat', page.seal()));
    await vi.waitFor(() => expect(h.judge.waiting()).toBe(20));
    h.judge.letGo();
    expect((await Promise.all(replies)).map((reply) => value(reply).seq)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(seqs(page.session)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('that could not be stored is sent again, byte for byte, with what came behind it', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    h.judge.hold();
    const sealed = [page.seal(), page.seal(), page.seal()];
    const first = sealed.map((one) => wire.call('beat', one));
    await vi.waitFor(() => expect(h.judge.waiting()).toBe(3));
    h.judge.fail(1);
    h.judge.letGo();
    for (const reply of await Promise.all(first)) {
      expect(code(reply)).toBe('commitFailed');
      expect(error(reply).retry).toBe(true);
    }
    const again = await Promise.all(sealed.map((one) => wire.call('beat', one)));
    expect(again.map(code)).toEqual(['ok', 'ok', 'ok']);
    expect(seqs(page.session)).toEqual([1, 2, 3, 4]);
  });

  it('before its predecessor is refused with where to go on from, and accuses nobody', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    const lost = page.seal();
    const early = page.seal();
    const gap = error(await wire.call('beat', early));
    expect(gap).toMatchObject({ code: 'beatGap', retry: true, details: { lastSeq: 1 } });
    expect(code(await wire.call('beat', lost))).toBe('ok');
    expect(code(await wire.call('beat', early))).toBe('ok');
    expect(h.judge.stored.filter(({ kind }) => kind === 'refused')).toEqual([]);
  });

  it('sent again much later is acknowledged again and stored once', async () => {
    const { wire, page } = await h.open();
    const first = page.seal();
    await wire.call('beat', first);
    for (let i = 0; i < 3; i++) await wire.call('beat', page.seal());
    expect(value(await wire.call<Ack>('beat', first)).seq).toBe(4);
    expect(seqs(page.session)).toEqual([1, 2, 3, 4]);
  });

  it('with a used number and another content is refused and becomes evidence', async () => {
    const { wire, page } = await h.open();
    const twin = createPage({ session: page.session, key: page.key.toString('base64url'), nonce: page.nonce });
    await page.beat(wire);
    await page.beat(wire);
    expect(code(await wire.call('beat', twin.seal({ stalled: 7 })))).toBe('beatReplayed');
    await vi.waitFor(() =>
      expect(h.judge.stored.filter((d) => d.kind === 'refused')).toMatchObject([{ code: 'beatReplayed', count: 1 }]),
    );
    await page.beat(wire);
  });
});

describe('the next beat', () => {
  beforeEach(() => () => {
    h.judge.nextBeat = { minMs: 8_000, maxMs: 15_000 };
  });

  it('is wanted when the judge says, also when an acknowledgement is asked for again', async () => {
    const { wire, page } = await h.open();
    h.judge.nextBeat = { minMs: 100, maxMs: 400 };
    const sealed = page.seal();
    for (let i = 0; i < 3; i++) {
      const { nextMs } = value(await wire.call<Ack>('beat', sealed));
      expect(nextMs).toBeGreaterThanOrEqual(100);
      expect(nextMs).toBeLessThanOrEqual(400);
    }
    // A new connection starts with what the policy says.
    const next = await connectWire(h.base);
    const resumed = value(await next.call<Resumed>('resume', resumeMessage(page, next)));
    expect(resumed.nextMs).toBeGreaterThanOrEqual(8_000);
    await next.close();
  });

  it('is wanted when the policy says, where the judge knows the session no longer', async () => {
    const { wire, page } = await h.open();
    h.judge.nextBeat = { minMs: 0, maxMs: 0 };
    expect((await page.beat(wire)).nextMs).toBeGreaterThanOrEqual(8_000);
  });
});

describe('time', () => {
  afterEach(() => {
    h.skewMs = 0;
    h.policyComes = Promise.resolve();
  });
  const admitted = (session: string) =>
    h.judge.stored.flatMap((d) => (d.kind === 'beat' && d.session === session ? [d.admittedAt! - Date.now()] : []));

  it('of a beat is its arrival, however long it waits behind others', async () => {
    const { wire, page } = await h.open();
    h.judge.hold();
    const [first, second] = [page.seal(), page.seal()];
    // The same again asks the store in its turn, and what comes after it waits.
    const replies = [first, first, second].map((one) => wire.call('beat', one));
    // Whatever is refused for its shape is answered at once: all before it has arrived.
    expect(code(await wire.call('answer', {}))).toBe('badRequest');
    h.skewMs = 60_000;
    h.judge.letGo();
    expect((await Promise.all(replies)).map(code)).toEqual(['ok', 'ok', 'ok']);
    expect(admitted(page.session)).toHaveLength(2);
    for (const ms of admitted(page.session)) expect(ms).toBeLessThan(30_000);
  });

  it('of a beacon’s beats is its arrival, however long the session takes to load', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    await page.beat(wire);
    h.judge.gone.length = 0;
    await wire.close();
    await vi.waitFor(() => expect(h.judge.gone).toContain('person-b'));
    let comes = (): void => undefined;
    h.policyComes = new Promise((resolve) => {
      comes = resolve;
    });
    const asked = h.policiesAsked.length;
    const reply = h.post('/v1/learn/beacon', JSON.stringify({ session: page.session, beats: [page.seal()] }));
    await vi.waitFor(() => expect(h.policiesAsked.length).toBeGreaterThan(asked));
    h.skewMs = 60_000;
    comes();
    expect((await reply).status).toBe(202);
    for (const ms of admitted(page.session)) expect(ms).toBeLessThan(30_000);
  });

  it('of an answer is its arrival, however long the beats before it take', async () => {
    const { wire, page } = await h.open();
    const answered = vi.spyOn(h.proofs, 'answer').mockResolvedValue({
      ...{ outcome: 'taken', counted: false, totals: { creditedMs: 0, heldMs: 0, deniedMs: 0 } },
    });
    h.judge.hold();
    const sealed = page.seal();
    const beats = [sealed, sealed].map((one) => wire.call('beat', one));
    const reply = wire.call('answer', { prompt: 'prompt-0001', choice: '1' });
    expect(code(await wire.call('answer', {}))).toBe('badRequest');
    h.skewMs = 60_000;
    h.judge.letGo();
    await Promise.all(beats);
    expect(code(await reply)).toBe('ok');
    expect((answered.mock.calls[0] as unknown[])[3]).toBeLessThan(Date.now() + 30_000);
    answered.mockRestore();
  });
});

describe('a new session', () => {
  it('takes the policy that its class’s policy stands for today', async () => {
    await h.db.query(`insert into policies (hash, body) values ('policy-2', '{}')`);
    h.currentPolicy = (hash) => (hash === 'policy' ? 'policy-2' : hash);
    const { page } = await h.open();
    h.currentPolicy = (hash) => hash;
    expect(h.judge.opened.at(-1)).toMatchObject({ id: page.session, of: 'lesson', policyHash: 'policy-2' });
    expect(h.policiesAsked.at(-1)).toBe('policy-2');
    const { rows } = await h.db.query('select policy_hash from sessions where id = $1', [page.session]);
    expect(rows).toEqual([{ policy_hash: 'policy-2' }]);
  });
});

describe('refusals', () => {
  it('become evidence one by one, then in doublings', async () => {
    const { wire, page } = await h.open();
    const forged = { ...page.forge(), mac: 'A'.repeat(43) };
    for (let i = 0; i < 25; i++) expect(code(await wire.call('beat', forged))).toBe('beatMac');
    const told = () =>
      h.judge.stored.flatMap((d) => (d.kind === 'refused' && d.session === page.session ? [d.count] : []));
    await vi.waitFor(() => expect(told()).toEqual([1, 1, 1, 1, 1, 5, 10]));
    await page.beat(wire, { cause: 'closing' });
    await vi.waitFor(() => expect(told()).toEqual([1, 1, 1, 1, 1, 5, 10, 5]));
    expect(await h.metric('refusals_total', { code: 'beatMac' })).toBe(25);
  });
});

describe('closing', () => {
  it('ends the session after the closing beat is stored', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire, { cause: 'closing' });
    await vi.waitFor(() => expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'closed', cause: 'closing' }));
    expect(code(await wire.call('beat', page.seal()))).toBe('sessionClosed');
    // The same connection may carry the next lesson.
    expect(code(await wire.call('open', openMessage(ticket())))).toBe('ok');
  });
});

describe('resume', () => {
  it('goes on where the store ends, on another connection', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    await wire.close();
    // The old connection's view was kept nowhere: what is lost on the way is sent again.
    const queued = [page.seal({}, true), page.seal({}, true)];
    const next = await connectWire(h.base);
    const resumed = value(await next.call<Resumed>('resume', resumeMessage(page, next)));
    expect(resumed).toMatchObject({ seq: 1, challenge: null });
    expect((await Promise.all(queued.map((one) => next.call('beat', one)))).map(code)).toEqual(['ok', 'ok']);
    page.nonce = resumed.nonce;
    await page.beat(next);
    expect(seqs(page.session)).toEqual([1, 2, 3, 4]);
    expect(h.judge.stored.filter((d) => d.kind === 'beat').map((d) => d.kind === 'beat' && d.queued)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    await next.close();
  });

  it('waits for what is still on its way', async () => {
    const { wire, page } = await h.open();
    h.judge.hold();
    wire.emit('beat', page.seal());
    await vi.waitFor(() => expect(h.judge.waiting()).toBe(1));
    const next = await connectWire(h.base);
    const reply = next.call<Resumed>('resume', resumeMessage(page, next));
    h.judge.letGo();
    expect(value(await reply).seq).toBe(1);
    await next.close();
  });

  it('ends the page’s earlier connection', async () => {
    const { wire, page } = await h.open();
    const next = await h.resume(page);
    await wire.closed;
    await page.beat(next);
  });

  it('goes on after another process took the session further', async () => {
    const { wire, page } = await h.open();
    await page.beat(wire);
    const elsewhere = page.seal();
    await h.db.query(
      `insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line) values ('elsewhere', 1, $1, 2, $2, 0, $3)`,
      [page.session, elsewhere.mac, JSON.stringify({ kind: 'beat', beat: JSON.parse(elsewhere.body) })],
    );
    expect((await page.beat(wire)).seq).toBe(3);
  });

  it.each([
    [
      'another connection’s proof',
      'resumeProof',
      async (): Promise<[string, (id: string) => string]> => {
        const { page } = await h.open();
        return [page.session, () => page.proof('another-socket-id')];
      },
    ],
    [
      'a made-up proof',
      'resumeProof',
      async (): Promise<[string, (id: string) => string]> => {
        const { page } = await h.open();
        return [page.session, () => 'A'.repeat(43)];
      },
    ],
    [
      'an unknown session',
      'resumeProof',
      async (): Promise<[string, (id: string) => string]> => ['no-such-session', () => 'A'.repeat(43)],
    ],
    [
      'a closed session',
      'sessionClosed',
      async (): Promise<[string, (id: string) => string]> => {
        const { wire, page } = await h.open();
        await page.beat(wire, { cause: 'closing' });
        await vi.waitFor(() => expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'closed' }));
        return [page.session, (id) => page.proof(id)];
      },
    ],
  ])('refuses %s', async (_what, expected, prepare) => {
    const [session, proof] = await prepare();
    const wire = await connectWire(h.base);
    expect(code(await wire.call('resume', { version: 1, session, proof: proof(wire.id) }))).toBe(expected);
    expect(code(await wire.call('open', openMessage(ticket())))).toBe('ok');
    await wire.close();
  });
});

describe('the judge', () => {
  it('hears when a person’s last connection here is gone', async () => {
    h.judge.gone.length = 0;
    const { wire, page } = await h.open({ sub: 'tb' });
    await page.beat(wire);
    await wire.close();
    await vi.waitFor(() => expect(h.judge.gone).toContain('person-b'));
  });
});

describe('notices', () => {
  it('reach the session’s page in words', async () => {
    const { wire, page } = await h.open();
    const totals = { creditedMs: 1, heldMs: 2, deniedMs: 3 };
    h.gateway.notice(
      { verdict: 'notice', session: page.session, kind: 'denied', reason: 'backgroundPlayback.hidden', ms: 900 },
      totals,
    );
    await vi.waitFor(() => expect(wire.events).toHaveLength(1));
    expect(wire.events[0]).toMatchObject({
      name: 'notice',
      arg: {
        kind: 'denied',
        reason: 'backgroundPlayback.hidden',
        ms: 900,
        totals,
        words: { zh: expect.stringContaining('前台'), en: expect.stringContaining('background') },
      },
    });
  });
});
