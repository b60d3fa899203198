import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { request as dial } from 'node:http';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKeyHash, createAuth } from '../../server/auth/auth.ts';
import { checkPassword, hashPassword } from '../../server/auth/password.ts';
import { authRoutes } from '../../server/auth/routes.ts';
import { putPerson } from '../../server/auth/store.ts';
import { createTokens } from '../../server/auth/token.ts';
import { derive } from '../../server/secrets.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type TestDb, testDb } from '../support/db.ts';

const master = Buffer.alloc(32, 5);
const key = derive(master, 'people-jwt');
const apiKey = `zxk_${randomBytes(32).toString('base64url')}`;
let t: TestDb;
let served: TestApp;

beforeAll(async () => {
  t = await testDb();
  const tokens = createTokens(createSecretKey(key));
  const auth = createAuth({ db: t.db, tokens });
  await t.db.query('insert into platforms values ($1, $2, $3)', ['p1', 'P', apiKeyHash(apiKey)]);
  await t.db.query("insert into trainees values ('t1', 'p1', 'k', '\\x', '\\x', 'm')");
  const passwordHash = await hashPassword('right horse');
  const person = { passwordHash, region: '', platformId: null, traineeId: null };
  await putPerson(t.db, { ...person, id: 'm', username: 'monitor', role: 'monitor', region: '22' });
  await putPerson(t.db, { ...person, id: 's', username: 'staff', role: 'platform', platformId: 'p1' });
  await putPerson(t.db, { ...person, id: 'l', username: 'trainee-login', role: 'trainee', traineeId: 't1' });
  await putPerson(t.db, { ...person, id: 'u', username: 'unbound', role: 'platform' });
  served = await testApp({
    db: t.db,
    routes: async (app) => {
      await app.register(authRoutes({ db: t.db, auth, tokens, secure: false }));
    },
  });
});
afterAll(async () => {
  await served.close();
  await t.drop();
});

const login = (username: unknown, password: unknown) =>
  fetch(`${served.base}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
/** From another of this machine's addresses. */
const loginFrom = (localAddress: string, username: string, password: string, headers = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    const options = { method: 'POST', localAddress, headers: { 'content-type': 'application/json', ...headers } };
    const sent = dial(`${served.base}/v1/auth/login`, options, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode));
    });
    sent.on('error', reject).end(JSON.stringify({ username, password }));
  });
const me = (headers: Record<string, string>) => fetch(`${served.base}/v1/auth/me`, { headers });
const bearer = (token: string) => me({ authorization: `Bearer ${token}` });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const principalOf = async (response: Response) => ((await response.json()) as { principal: unknown }).principal;

const monitor = { kind: 'person', personId: 'm', username: 'monitor', role: 'monitor', region: '22' };

describe('login', () => {
  it('answers a wrong password and an unknown name with the same words', async () => {
    const [wrong, unknown] = [await login('monitor', 'wrong'), await login('nobody', 'wrong')];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const bodies = (await Promise.all([wrong.json(), unknown.json()])) as { error: { requestId?: string } }[];
    for (const body of bodies) delete body.error.requestId;
    expect(bodies[0]).toEqual(bodies[1]);
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['', 'x'],
    ['monitor', ''],
    ['monitor', 'x'.repeat(300)],
    [{ $ne: null }, 'x'],
    ["' or 1=1 --", 'x'],
    ['monitor\u0000', 'x'],
  ])('refuses %j / %s', async (username, password) => {
    expect([400, 401]).toContain((await login(username, password)).status);
  });

  it('sets a cookie that no script and no other site can use, and gives the same token', async () => {
    const response = await login('monitor', 'right horse');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toMatch(/Max-Age=43200/);
    const { token, principal } = (await response.json()) as { token: string; principal: unknown };
    expect(principal).toEqual(monitor);
    expect(cookie).toContain(`zhenxue=${token};`);
    expect(await principalOf(await bearer(token))).toEqual(monitor);
    expect(await principalOf(await me({ cookie: `other=1; zhenxue=${token}` }))).toEqual(monitor);
  });

  it('makes each role what it is bound to, and nothing where the bound is missing', async () => {
    const principals = [];
    for (const name of ['staff', 'trainee-login']) {
      const { principal } = (await (await login(name, 'right horse')).json()) as { principal: unknown };
      principals.push(principal);
    }
    expect(principals).toEqual([
      { kind: 'platform', platformId: 'p1' },
      { kind: 'trainee', traineeId: 't1', platformId: 'p1' },
    ]);
    expect(await codeOf(await login('unbound', 'right horse'))).toBe('forbidden');
  });

  it('slows guessing for one name without locking out another', async () => {
    const statuses = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await login('victim', `guess ${i}`)).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    const late = await login('victim', 'again');
    expect(await codeOf(late)).toBe('tooFrequent');
    expect(late.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await login('monitor', 'right horse')).status).toBe(200);
  });

  it('is not shut for everybody by one address that guesses names', async () => {
    const flood = Array.from({ length: 120 }, (_, i) =>
      // Nobody told this server of a proxy: what a caller says of its address counts for nothing.
      loginFrom('127.0.0.2', `random-${i}`, 'guess', { 'x-forwarded-for': `10.0.0.${i}` }),
    );
    expect(await loginFrom('127.0.0.3', 'monitor', 'right horse')).toBe(200);
    const statuses = await Promise.all(flood);
    expect(statuses.filter((one) => one === 401)).toHaveLength(30);
    expect(statuses.filter((one) => one === 429)).toHaveLength(90);
    expect(await loginFrom('127.0.0.3', 'monitor', 'right horse')).toBe(200);
  });

  it('ends with the cookie', async () => {
    const response = await fetch(`${served.base}/v1/auth/logout`, { method: 'POST' });
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toMatch(/zhenxue=;.*(Max-Age=0|1970)/);
  });
});

describe('a credential', () => {
  const claims = { principal: monitor };
  const options = { algorithm: 'HS256', issuer: 'zhenxue', audience: 'zhenxue:people', subject: 'm' } as const;
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('may be a platform’s API key', async () => {
    expect(await principalOf(await bearer(apiKey))).toEqual({ kind: 'platform', platformId: 'p1' });
  });

  it.each([
    ['none', {}],
    ['another scheme', { authorization: `Basic ${Buffer.from('monitor:right horse').toString('base64')}` }],
    ['an unknown API key', { authorization: `Bearer zxk_${'A'.repeat(43)}` }],
    ['the hash of an API key', { authorization: `Bearer zxk_${apiKeyHash(apiKey).toString('base64url')}` }],
    ['an API key as a cookie', { cookie: `zhenxue=${apiKey}` }],
    ['an unsigned token', { authorization: `Bearer ${base64({ alg: 'none' })}.${base64(claims)}.` }],
    ['another key’s token', { authorization: `Bearer ${jwt.sign(claims, derive(master, 'ticket-jwt'), options)}` }],
    ['a launch link', { authorization: `Bearer ${jwt.sign(claims, derive(master, 'launch-jwt'), options)}` }],
    [
      'another audience',
      { authorization: `Bearer ${jwt.sign(claims, key, { ...options, audience: 'zhenxue-learn' })}` },
    ],
    ['another issuer', { authorization: `Bearer ${jwt.sign(claims, key, { ...options, issuer: 'p1' })}` }],
    ['another algorithm', { authorization: `Bearer ${jwt.sign(claims, key, { ...options, algorithm: 'HS512' })}` }],
    ['an expired token', { authorization: `Bearer ${jwt.sign(claims, key, { ...options, expiresIn: -1 })}` }],
    ['a token of no principal', { authorization: `Bearer ${jwt.sign({}, key, options)}` }],
    [
      'a token of a role that does not exist',
      { authorization: `Bearer ${jwt.sign({ principal: { ...monitor, role: 'root' } }, key, options)}` },
    ],
  ])('is refused when it is %s', async (_what, headers) => {
    const response = await me(headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('unauthenticated');
  });

  it('is refused when its signature was changed anywhere', async () => {
    const token = jwt.sign(claims, key, options);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const forged = base64({ principal: { ...monitor, region: '' } });
    const mac = createHmac('sha256', 'guess').update(`${head}.${forged}`).digest('base64url');
    for (const wrong of [`${head}.${forged}.${signature}`, `${head}.${forged}.${mac}`, `${head}.${body}.`]) {
      expect((await bearer(wrong)).status).toBe(401);
    }
  });

  it('in a cookie is not spent by another site’s page', async () => {
    const { token } = (await (await login('monitor', 'right horse')).json()) as { token: string };
    const auth = createAuth({ db: t.db, tokens: createTokens(createSecretKey(key)) });
    const request = (method: string, site?: string) =>
      ({
        method,
        headers: { cookie: `zhenxue=${token}`, ...(site === undefined ? {} : { 'sec-fetch-site': site }) },
      }) as never;
    for (const site of ['cross-site', 'same-site']) {
      await expect(auth.principal(request('POST', site))).rejects.toMatchObject({ code: 'forbidden' });
    }
    for (const site of ['same-origin', 'none', undefined]) {
      expect(await auth.principal(request('POST', site))).toEqual(monitor);
    }
  });
});

describe('a request that spends the cookie and says only its Origin', () => {
  const tokens = createTokens(createSecretKey(key));
  const cookie = `zhenxue=${tokens.sign(monitor as never, 'm')}`;
  const ask = (method: string, origin: string | undefined, publicUrl: string | null, extra = {}) => {
    const auth = createAuth({ db: t.db, tokens, publicUrl });
    const headers = { host: 'here:8080', cookie, ...(origin === undefined ? {} : { origin }), ...extra };
    return auth.principal({ method, headers } as never);
  };

  it.each([
    'https://evil.example',
    'http://here:8081',
    'http://sub.here:8080',
    'http://here:8080.evil.example',
    'http://study.example:444',
    'null',
    '',
    'here:8080',
  ])('is refused from %j', async (origin) => {
    for (const publicUrl of [null, 'https://study.example/x']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        await expect(ask(method, origin, publicUrl)).rejects.toMatchObject({ code: 'forbidden' });
      }
      expect(await ask('GET', origin, publicUrl)).toEqual(monitor);
    }
  });

  it('is taken from our own pages, wherever they are served, and from no page at all', async () => {
    for (const origin of ['http://here:8080', 'https://study.example', undefined]) {
      expect(await ask('POST', origin, 'https://study.example/x')).toEqual(monitor);
    }
    await expect(ask('POST', 'https://study.example', null)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is not the one that bears a token: no page sends that for another', async () => {
    const token = tokens.sign(monitor as never, 'm');
    const bears = { authorization: `Bearer ${token}` };
    expect(await ask('POST', 'https://platform.example', null, bears)).toEqual(monitor);
  });
});

describe('a password', () => {
  it('is kept as a salted hash that names its own cost', async () => {
    const [one, two] = await Promise.all([hashPassword('x'), hashPassword('x')]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await checkPassword('x', one)).toBe(true);
    expect(await checkPassword('y', one)).toBe(false);
  });

  it('fits no account that does not exist', async () => {
    expect(await checkPassword('', null)).toBe(false);
  });

  it('is the same however the keyboard composed it', async () => {
    expect(await checkPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true);
  });
});
