import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Opened } from '../../sdk/wire.ts';
import { code, connectWire, value, type Wire } from '../support/wire.ts';
import {
  claims,
  es256,
  es256Pem,
  type Harness,
  harness,
  openMessage,
  rs256,
  rs256Pem,
  seconds,
  ticket,
} from './harness.ts';

let h: Harness;
let wire: Wire;
beforeAll(async () => {
  h = await harness();
});
afterAll(() => h.close());
beforeEach(async () => {
  wire = await connectWire(h.base);
  return () => wire.close();
});

const open = async (text: string) => code(await wire.call('open', openMessage(text)));
const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
/** A token put together by hand: what no library would sign. */
const handmade = (header: object, payload: object, key: string | Buffer | null) => {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${key === null ? '' : createHmac('sha256', key).update(signed).digest('base64url')}`;
};
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('a platform’s own ticket', () => {
  it('opens a session under the key it names', async () => {
    const opened = value(await wire.call<Opened>('open', openMessage(ticket())));
    expect(opened.lesson).toEqual({ id: 'l1', title: '安全用电', durationMs: 3_600_000 });
    expect(Buffer.from(opened.key, 'base64url')).toHaveLength(32);
    expect(opened.nextMs).toBeGreaterThanOrEqual(8_000);
    expect(opened.nextMs).toBeLessThanOrEqual(15_000);
  });

  it('tells where the page that opened it is, and nothing of one that was refused', async () => {
    const before = h.openedFrom.length;
    expect(await open(ticket({ exp: seconds() - 600 }))).not.toBe('ok');
    const { session } = value(await wire.call<Opened>('open', openMessage(ticket())));
    expect(h.openedFrom.slice(before)).toMatchObject([
      { session, personKey: 'person-a', remote: expect.stringMatching(/127\.0\.0\.1$/), forwardedFor: undefined },
    ]);
  });

  it('may be signed with RS256 where that key is registered so', async () => {
    expect(await open(jwt.sign(claims(), rs256.privateKey, { algorithm: 'RS256', keyid: 'k2' }))).toBe('ok');
  });

  it('opens one session only, even when two ask at once', async () => {
    const once = ticket();
    const second = await connectWire(h.base);
    const codes = await Promise.all([wire, second].map(async (w) => code(await w.call('open', openMessage(once)))));
    expect(codes.sort()).toEqual(['ok', 'ticketSpent']);
    await second.close();
  });

  it('can be used again when nothing came of it', async () => {
    const once = ticket();
    h.judge.fail(1);
    expect(await open(once)).toBe('commitFailed');
    expect(await open(once)).toBe('ok');
  });

  it.each<[string, () => string, string]>([
    ['unsigned', () => handmade({ alg: 'none', kid: 'k1' }, claims(), null), 'ticketInvalid'],
    ['unsigned in capitals', () => handmade({ alg: 'NONE', kid: 'k1' }, claims(), null), 'ticketInvalid'],
    ['an HMAC with the public key', () => handmade({ alg: 'HS256', kid: 'k1' }, claims(), es256Pem), 'ticketInvalid'],
    [
      'an HMAC with the RSA public key',
      () => handmade({ alg: 'HS256', kid: 'k2' }, claims(), rs256Pem),
      'ticketInvalid',
    ],
    [
      'an HMAC under the server’s key name',
      () => handmade({ alg: 'HS256', kid: 'server' }, claims(), es256Pem),
      'ticketInvalid',
    ],
    ['a platform key registered as "server"', () => ticket({}, 'server'), 'ticketInvalid'],
    [
      'signed by someone else',
      () => jwt.sign(claims(), other.privateKey, { algorithm: 'ES256', keyid: 'k1' }),
      'ticketInvalid',
    ],
    [
      'another algorithm of the same key type',
      () => jwt.sign(claims(), rs256.privateKey, { algorithm: 'RS512', keyid: 'k2' }),
      'ticketInvalid',
    ],
    [
      'PSS where RS256 is registered',
      () => jwt.sign(claims(), rs256.privateKey, { algorithm: 'PS256', keyid: 'k2' }),
      'ticketInvalid',
    ],
    ['a retired key', () => ticket({}, 'old'), 'ticketInvalid'],
    ['an unknown key', () => ticket({}, 'k9'), 'ticketInvalid'],
    ['no key name', () => jwt.sign(claims(), es256.privateKey, { algorithm: 'ES256' }), 'ticketInvalid'],
    ['a key name that reaches for SQL', () => ticket({}, "k1' or '1'='1"), 'ticketInvalid'],
    [
      'an unknown extension',
      () => handmade({ alg: 'ES256', kid: 'k1', crit: ['b64'], b64: false }, claims(), 'x'),
      'ticketInvalid',
    ],
    ['another platform’s name over our key', () => ticket({ iss: 'pb' }), 'ticketInvalid'],
    ['an unknown platform', () => ticket({ iss: 'pz' }), 'ticketInvalid'],
    ['another audience', () => ticket({ aud: 'zhenxue-launch' }), 'ticketInvalid'],
    ['expired', () => ticket({ iat: seconds() - 400, exp: seconds() - 1 }), 'ticketExpired'],
    ['living too long', () => ticket({ exp: seconds() + 700 }), 'ticketInvalid'],
    ['from the future', () => ticket({ iat: seconds() + 120 }), 'ticketInvalid'],
    ['a short id', () => ticket({ jti: 'short' }), 'ticketInvalid'],
    ['a long id', () => ticket({ jti: 'x'.repeat(65) }), 'ticketInvalid'],
    [
      'no id',
      () => jwt.sign({ ...claims(), jti: undefined }, es256.privateKey, { algorithm: 'ES256', keyid: 'k1' }),
      'ticketInvalid',
    ],
    [
      'no expiry',
      () => {
        const { exp: _, ...rest } = claims();
        return jwt.sign(rest, es256.privateKey, { algorithm: 'ES256', keyid: 'k1' });
      },
      'ticketInvalid',
    ],
    ['another platform’s trainee', () => ticket({ sub: 'tc' }), 'ticketScope'],
    ['another platform’s class', () => ticket({ class: 'cb' }), 'ticketScope'],
    ['a lesson outside the class', () => ticket({ lesson: 'l2' }), 'ticketScope'],
    ['a NUL in a name', () => ticket({ sub: 'ta\u0000' }), 'ticketInvalid'],
    ['an unknown trainee', () => ticket({ sub: 'nobody' }), 'ticketScope'],
    ['not a token', () => 'not.a.token-at-all', 'ticketInvalid'],
    ['nested deep', () => `${Buffer.from('['.repeat(2500)).toString('base64url')}.e30.x`, 'ticketInvalid'],
    ['too big', () => 'x'.repeat(5000), 'badRequest'],
  ])('is refused when it is %s', async (_what, make, expected) => {
    expect(await open(make())).toBe(expected);
    // A refusal spends nothing and blocks nothing.
    expect(await open(ticket())).toBe('ok');
  });
});

describe('a ticket the server mints', () => {
  const scope = { platformId: 'pa', traineeId: 'ta', classId: 'ca', lessonId: 'l1' };

  it('opens one session, for at most ten minutes', async () => {
    const minted = h.gateway.tickets.mint(scope);
    const { exp, iat } = jwt.decode(minted) as { exp: number; iat: number };
    expect(exp - iat).toBeLessThanOrEqual(600);
    expect(await open(minted)).toBe('ok');
  });

  it('is not a launch link, nor the other way round', async () => {
    expect(await open(h.gateway.launches.sign(scope))).toBe('ticketInvalid');
    expect(() => h.gateway.launches.verify(h.gateway.tickets.mint(scope))).toThrow();
  });

  it('is forgotten once it has expired, and stays refused', async () => {
    const jti = randomUUID();
    const once = ticket({ jti, exp: seconds() + 2 });
    expect(await open(once)).toBe('ok');
    h.skewMs = 700_000;
    expect(await h.gateway.sweep()).toBeGreaterThan(0);
    const second = await connectWire(h.base);
    expect(code(await second.call('open', openMessage(once)))).toBe('ticketExpired');
    h.skewMs = 0;
    await second.close();
  });
});

describe('POST /v1/tickets', () => {
  const ask = (body: object, key?: string) =>
    fetch(`${h.base}/v1/tickets`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    });
  const scope = { traineeId: 'ta', classId: 'ca', lessonId: 'l1' };

  it('gives a ticket that opens, and a link whose every use gives another', async () => {
    const reply = await ask(scope, 'key-pa');
    expect(reply.status).toBe(200);
    const { ticket: minted, playerUrl } = (await reply.json()) as { ticket: string; playerUrl: string };
    expect(await open(minted)).toBe('ok');
    const launch = new URL(playerUrl, h.base).searchParams.get('launch');
    const use = async () =>
      (await (
        await fetch(`${h.base}/v1/player/launch`, {
          method: 'POST',
          body: JSON.stringify({ launch }),
          headers: { 'content-type': 'application/json' },
        })
      ).json()) as { ticket: string };
    const [first, second] = [await use(), await use()];
    expect(first).toMatchObject({
      lesson: { id: 'l1', title: '安全用电', durationMs: 3_600_000, mediaUrl: '/media/1' },
      trainee: { name: '王小明' },
      class: { id: 'ca', name: '电工班' },
    });
    expect(first.ticket).not.toBe(second.ticket);
    const again = await connectWire(h.base);
    expect(code(await again.call('open', openMessage(first.ticket)))).toBe('ok');
    await again.close();
  });

  it('says that a trainee uses assistive technology, however the page gets its ticket; else nothing is kept', async () => {
    const kept = async (text: string, forms?: readonly string[]) => {
      const page = await connectWire(h.base);
      const opened = await page.call<Opened>('open', {
        ...openMessage(text),
        ...(forms === undefined ? {} : { forms }),
      });
      const { session } = value(opened);
      await page.close();
      const { rows } = await h.db.query('select forms, assistive from session_forms where session_id = $1', [session]);
      return rows;
    };
    const reply = await ask({ ...scope, assistive: true }, 'key-pa');
    const { ticket: minted, playerUrl } = (await reply.json()) as { ticket: string; playerUrl: string };
    const launch = new URL(playerUrl, h.base).searchParams.get('launch');
    const launched = await fetch(`${h.base}/v1/player/launch`, {
      method: 'POST',
      body: JSON.stringify({ launch }),
      headers: { 'content-type': 'application/json' },
    });
    const { ticket: fresh } = (await launched.json()) as { ticket: string };
    for (const text of [minted, fresh, ticket({ assistive: true })]) {
      expect(await kept(text)).toEqual([{ forms: ['single'], assistive: true }]);
    }
    expect(await kept(ticket({ assistive: true }), ['order', 'image'])).toEqual([
      { forms: ['order', 'image'], assistive: true },
    ]);
    expect(await kept(ticket(), ['order'])).toEqual([{ forms: ['order'], assistive: false }]);
    expect(await kept(ticket())).toEqual([]);
    expect(await open(ticket({ assistive: 'yes' as never }))).toBe('ticketInvalid');
    expect((await ask({ ...scope, assistive: 'yes' }, 'key-pa')).status).toBe(400);
  });

  it.each([
    ['no credential', scope, undefined, 401, 'unauthenticated'],
    ['another platform’s trainee', scope, 'key-pb', 403, 'ticketScope'],
    ['an unknown lesson', { ...scope, lessonId: 'l2' }, 'key-pa', 403, 'ticketScope'],
    ['a missing field', { traineeId: 'ta' }, 'key-pa', 400, 'badRequest'],
    ['a wrong type', { ...scope, traineeId: { $ne: null } }, 'key-pa', 400, 'badRequest'],
  ])('refuses %s', async (_what, body, key, status, expected) => {
    const reply = await ask(body, key);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ error: { code: expected } });
  });

  it('limits how often one link is used', async () => {
    const launch = h.gateway.launches.sign({ platformId: 'pa', traineeId: 'tb', classId: 'ca', lessonId: 'l1' });
    const statuses = await Promise.all(
      Array.from(
        { length: 30 },
        async () => (await h.post('/v1/player/launch', JSON.stringify({ launch }), 'application/json')).status,
      ),
    );
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
    expect(statuses).toContain(429);
  });

  it('refuses a link that was changed', async () => {
    const launch = h.gateway.launches.sign({ platformId: 'pa', traineeId: 'ta', classId: 'ca', lessonId: 'l1' });
    const reply = await h.post(
      '/v1/player/launch',
      JSON.stringify({ launch: `${launch.slice(0, -4)}AAAA` }),
      'application/json',
    );
    expect(reply).toMatchObject({ status: 401, body: { error: { code: 'ticketInvalid' } } });
  });
});
