/** What no browser sends. After each: a typed error or a cut connection, and a good session goes on as before. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { code, connectWire, error, type Page, type Wire } from '../support/wire.ts';
import { type Harness, harness, openMessage, ticket } from './harness.ts';

let h: Harness;
/** The good session: its beats must pass whatever happens beside it. */
let good: { wire: Wire; page: Page };
beforeAll(async () => {
  h = await harness();
  good = await h.open();
});
afterAll(() => h.close());
beforeEach(() => async () => {
  const sealed = good.page.seal();
  // Sixty tests a second are more than a page may send: the same beat waits for its turn.
  await vi.waitFor(async () => expect(code(await good.wire.call('beat', sealed))).toBe('ok'), { timeout: 5000 });
});

const deep = (n: number) => '['.repeat(n) + ']'.repeat(n);
const long = 'x'.repeat(3000);

describe('messages of the wrong shape', () => {
  it.each<[string, string, unknown, string]>([
    ['open', 'nothing', undefined, 'badRequest'],
    ['open', 'null', null, 'badRequest'],
    ['open', 'text', 'open', 'badRequest'],
    ['open', 'a list', [1, 2], 'badRequest'],
    ['open', 'a field more', { ...openMessage('x'.repeat(20)), admin: true }, 'badRequest'],
    [
      'open',
      'a ticket that is an object',
      { version: 1, ticket: { toString: 1 }, device: 'device-0001' },
      'badRequest',
    ],
    ['open', 'a device with a slash', { version: 1, ticket: 'x'.repeat(20), device: '../../../etc' }, 'badRequest'],
    ['open', 'tomorrow’s version', { version: 2, hello: 'world' }, 'versionUnsupported'],
    ['open', 'a version in words', { version: 'one', ticket: 'x'.repeat(20), device: 'device-0001' }, 'badRequest'],
    ['resume', 'nothing', undefined, 'badRequest'],
    ['resume', 'a short proof', { version: 1, session: 'session-0001', proof: 'short' }, 'badRequest'],
    ['resume', 'a session of SQL', { version: 1, session: "' or 1=1 --", proof: 'A'.repeat(43) }, 'badRequest'],
    ['resume', 'an unknown session', { version: 1, session: 'session-0001', proof: 'A'.repeat(43) }, 'resumeProof'],
    [
      'resume',
      'a NUL in its session',
      { version: 1, session: 'session\u0000-0001', proof: 'A'.repeat(43) },
      'badRequest',
    ],
    ['beat', 'no session yet', { body: '{}', mac: 'A'.repeat(43), queued: false }, 'sessionMissing'],
    ['beat', 'no session and no shape', 17, 'sessionMissing'],
    ['answer', 'no session yet', { prompt: 'prompt-0001', choice: '1' }, 'sessionMissing'],
    ['answer', 'a list for a choice', { prompt: 'prompt-0001', choice: ['1'] }, 'badRequest'],
  ])('%s with %s', async (name, _what, message, expected) => {
    const wire = await connectWire(h.base);
    expect(code(await wire.call(name, message))).toBe(expected);
    await wire.close();
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'beatMalformed'],
    ['a number', 17, 'beatMalformed'],
    ['a body that is an object', { body: { seq: 1 }, mac: 'A'.repeat(43), queued: false }, 'beatMalformed'],
    ['a short MAC', { body: '{}', mac: 'A', queued: false }, 'beatMalformed'],
    ['a MAC of other letters', { body: '{}', mac: '学'.repeat(43), queued: false }, 'beatMac'],
    ['queued in words', { body: '{}', mac: 'A'.repeat(43), queued: 'yes' }, 'beatMalformed'],
    ['a field more', { body: '{}', mac: 'A'.repeat(43), queued: false, credit: 3600 }, 'beatMalformed'],
    ['a huge body', { body: long, mac: 'A'.repeat(43), queued: false }, 'tooLarge'],
    ['a deep body', { body: deep(1000), mac: 'A'.repeat(43), queued: false }, 'beatMac'],
    ['a deep message', JSON.parse(deep(2000)), 'beatMalformed'],
    ['a prototype', JSON.parse('{"__proto__":{"body":"{}"},"constructor":1}'), 'beatMalformed'],
  ])('a beat that is %s', async (_what, message, expected) => {
    const { wire, page } = await h.open({ sub: 'tb' });
    expect(code(await wire.call('beat', message))).toBe(expected);
    expect((await page.beat(wire)).seq).toBe(1);
    await wire.close();
  });

  it('a second open or resume on one connection', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    expect(code(await wire.call('open', openMessage(ticket())))).toBe('sessionBound');
    const again = { version: 1, session: page.session, proof: page.proof(wire.id) };
    expect(code(await wire.call('resume', again))).toBe('sessionBound');
    await page.beat(wire);
    await wire.close();
  });

  it('two opens at once', async () => {
    const wire = await connectWire(h.base);
    const codes = await Promise.all(
      [ticket(), ticket()].map(async (t) => code(await wire.call('open', openMessage(t)))),
    );
    expect(codes.sort()).toEqual(['ok', 'sessionBound']);
    await wire.close();
  });

  it('another session’s beat', async () => {
    const mine = await h.open({ sub: 'tb' });
    const theirs = await h.open();
    expect(code(await mine.wire.call('beat', theirs.page.forge()))).toBe('beatMac');
    await theirs.page.beat(theirs.wire);
    await mine.page.beat(mine.wire);
    await Promise.all([mine.wire.close(), theirs.wire.close()]);
  });

  it('a beat that was played back in another session of the same trainee', async () => {
    const first = await h.open({ sub: 'tb' });
    const recorded = first.page.seal();
    await first.wire.call('beat', recorded);
    const second = await h.open({ sub: 'tb' });
    expect(code(await second.wire.call('beat', recorded))).toBe('beatMac');
    await Promise.all([first.wire.close(), second.wire.close()]);
  });
});

describe('text that Postgres cannot store', () => {
  it.each([
    ['raw', '\ud800'],
    ['escaped', '\\ud800'],
    ['a NUL, escaped', '\\u0000'],
  ])('under a key that comes again in a sealed body: %s', async (_what, text) => {
    const { wire, page } = await h.open({ sub: 'tb' });
    const before = h.judge.stored.length;
    const body = page.forge().body.replace('{', `{"nonce":"${text}",`);
    const sealed = { body, mac: page.sealText(body, page.mac), queued: false };
    expect(code(await wire.call('beat', sealed))).toBe('beatMalformed');
    const beacon = JSON.stringify({ session: page.session, beats: [sealed] });
    expect(await h.post('/v1/learn/beacon', beacon)).toMatchObject({
      status: 400,
      body: { error: { code: 'beatMalformed' } },
    });
    expect((await page.beat(wire)).seq).toBe(1);
    const stored = h.judge.stored.slice(before).filter((d) => d.kind === 'beat' && d.session === page.session);
    expect(stored).toHaveLength(1);
    await wire.close();
  });

  it.each([
    ['half a character', '\ud800'],
    ['a NUL', '1\u0000'],
  ])('in an answer: %s', async (_what, choice) => {
    const { wire } = await h.open({ sub: 'tb' });
    expect(code(await wire.call('answer', { prompt: 'prompt-0001', choice }))).toBe('badRequest');
    await wire.close();
  });

  it.each([
    ['its id', { jti: 'ticket-\ud800-id' }],
    ['its trainee', { sub: 't\ud800' }],
    ['its lesson', { lesson: 'l\u0000' }],
  ])('in a ticket that a platform signed: %s', async (_what, over) => {
    const wire = await connectWire(h.base);
    expect(code(await wire.call('open', openMessage(ticket(over))))).toBe('ticketInvalid');
    await wire.close();
  });
});

describe('callbacks', () => {
  it('may be missing: the beat is stored all the same', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    wire.emit('beat', page.seal());
    expect((await page.beat(wire)).seq).toBe(2);
    await wire.close();
  });

  it('may be missing where something is refused', async () => {
    const wire = await connectWire(h.base);
    for (const name of ['open', 'resume', 'beat', 'answer']) {
      wire.emit(name);
      wire.emit(name, null, 'not a function');
    }
    expect(code(await wire.call('answer', {}))).toBe('badRequest');
    await wire.close();
  });

  it('may be all there is', async () => {
    const wire = await connectWire(h.base);
    expect(code(await wire.call('open'))).toBe('badRequest');
    await wire.close();
  });
});

describe('names nobody knows', () => {
  it('are ignored and counted', async () => {
    const before = await h.metric('ignored_messages_total');
    const { wire, page } = await h.open({ sub: 'tb' });
    for (const name of ['hack', 'constructor', '__proto__', 'toString', 'open2', '']) wire.emit(name, { a: 1 });
    await page.beat(wire);
    expect((await h.metric('ignored_messages_total')) - before).toBe(6);
    await wire.close();
  });
});

describe('frames no client writes', () => {
  it.each<[string, string | Buffer]>([
    ['broken JSON', '42/learn,1["beat",{'],
    ['no list', '42/learn,1{"a":1}'],
    ['an empty list', '42/learn,1[]'],
    ['a number for a name', '42/learn,1[17]'],
    ['a reserved name', '42/learn,1["connect"]'],
    ['disconnect as an event', '42/learn,1["disconnecting"]'],
    ['an acknowledgement of nothing', '43/learn,99[1]'],
    ['an impossible acknowledgement id', '42/learn,99999999999999999999["beat",1]'],
    ['another namespace', '42/monitor,1["beat",1]'],
    ['an unknown packet type', '49/learn,'],
    ['an unknown Engine.IO type', '9'],
    ['nothing', ''],
    ['binary out of nowhere', Buffer.from([1, 2, 3, 4])],
    ['more attachments than come', '459-/learn,1["beat",{"_placeholder":true,"num":0}]'],
    ['attachments without end', '4599999999-/learn,1["beat",{"_placeholder":true,"num":0}]'],
    ['a deep list', `42/learn,1["beat",${deep(20_000)}]`],
  ])('%s', async (_what, frame) => {
    const wire = await connectWire(h.base);
    wire.raw(frame);
    // Either the connection is cut, or it goes on and answers.
    const next = wire.call('answer', {}).then(code, () => 'cut');
    expect(['badRequest', 'cut']).toContain(await next);
    wire.ws.terminate();
  });

  it('leave one short line in the log and a count', async () => {
    const [logged, count] = [h.logged().length, await h.metric('malformed_packets_total')];
    const wire = await connectWire(h.base);
    wire.raw('42/learn,1{"a":1}');
    await wire.closed;
    const lines = h.logged().slice(logged).split('\n').filter(Boolean);
    expect(lines).toEqual([expect.stringMatching(/^debug .*malformed/)]);
    // No error object, hence no stack.
    expect(lines[0]).not.toMatch(/Error:|"err"/);
    expect((await h.metric('malformed_packets_total')) - count).toBe(1);
  });

  it('binary where a body belongs', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    const before = h.judge.stored.length;
    wire.raw('451-/learn,["beat",{"body":{"_placeholder":true,"num":0},"mac":"x","queued":false}]');
    wire.raw(Buffer.from('{}'));
    await page.beat(wire);
    await vi.waitFor(() =>
      expect(h.judge.stored.slice(before)).toContainEqual(expect.objectContaining({ code: 'beatMalformed' })),
    );
    await wire.close();
  });

  it('text that is not UTF-8', async () => {
    const wire = await connectWire(h.base);
    const socket = (wire.ws as unknown as { _socket: { write(b: Buffer): void } })._socket;
    // A masked text frame of two bytes that no UTF-8 begins with.
    socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]));
    expect(await wire.closed).toBeGreaterThan(0);
  });

  it('a message of more than 64 KiB', async () => {
    const wire = await connectWire(h.base);
    wire.raw(`42/learn,1["open",${JSON.stringify('x'.repeat(70_000))}]`);
    expect(await wire.closed).toBeGreaterThan(0);
  });

  it('long polling', async () => {
    const reply = await fetch(`${h.base}/socket.io/?EIO=4&transport=polling`);
    expect(reply.status).toBe(400);
  });
});

describe('floods', () => {
  it('are told to slow down; what was accepted stays', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    await page.beat(wire);
    const codes = await Promise.all(
      Array.from({ length: 900 }, async () => code(await wire.call('beat', { ...page.forge(), mac: 'A'.repeat(43) }))),
    );
    expect(codes.filter((c) => c === 'beatMac').length).toBeLessThan(550);
    expect(codes).toContain('tooFrequent');
    const next = page.seal();
    await vi.waitFor(async () => expect(code(await wire.call('beat', next))).toBe('ok'), { timeout: 5000 });
    await wire.close();
  });

  it('are cut when they go on', async () => {
    const wire = await connectWire(h.base);
    for (let i = 0; i < 700; i++) wire.emit(i % 2 === 0 ? 'beat' : 'anything', i);
    await wire.closed;
  });

  it('of refusals make few entries of evidence', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    for (let i = 0; i < 400; i++) wire.emit('beat', { body: i });
    await vi.waitFor(async () => expect(code(await wire.call('answer', {}))).toBeTypeOf('string'));
    const told = h.judge.stored.filter((d) => d.kind === 'refused' && d.session === page.session);
    expect(told.length).toBeLessThanOrEqual(12);
    wire.ws.terminate();
  });
});

describe('a connection that opens nothing', () => {
  it('is dropped', async () => {
    const brief = await harness({ openWithinMs: 500 });
    const wire = await connectWire(brief.base);
    await wire.closed;
    const { wire: kept, page } = await brief.open();
    await page.beat(kept);
    await brief.close();
  });
});

describe('failures of our own', () => {
  it('say `internal` and no more, and are logged with the session', async () => {
    const { wire, page } = await h.open({ sub: 'tb' });
    const submit = vi.spyOn(h.proofs, 'answer').mockRejectedValueOnce(new Error('the secret cause'));
    const reply = await wire.call('answer', { prompt: 'prompt-0001', choice: '1' });
    expect(error(reply)).toMatchObject({ code: 'internal', retry: true });
    expect(JSON.stringify(reply)).not.toContain('secret cause');
    expect(h.logged()).toContain(page.session);
    submit.mockRestore();
    await wire.close();
  });
});
