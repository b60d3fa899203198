import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Opened } from '../../sdk/wire.ts';
import { apiKeyHash } from '../../server/auth/auth.ts';
import { checkPassword } from '../../server/auth/password.ts';
import { findPerson, findPlatformByKeyHash } from '../../server/auth/store.ts';
import { createLog } from '../../server/log.ts';
import { start } from '../../server/main.ts';
import { code, connectWire, value } from '../support/wire.ts';
import { classOf, shown, type World, world } from './world.ts';

const es256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

const file = (name: string, text: string): string => {
  const path = join(w.dir, name);
  writeFileSync(path, text);
  return path;
};
const addPlatform = async (id = 'p1') => shown(await w.run('platform', 'add', '--id', id, '--name', '平台'), 'API key');
const addKey = (pem: string, { kid = 'k1', alg = 'ES256', platform = 'p1' } = {}) =>
  w.run('key', 'add', '--platform', platform, '--kid', kid, '--alg', alg, '--pem', file('key.pem', pem));

describe('somebody outside the demo', () => {
  it('registers a platform, a key and a class beside a running server, and its own ticket opens a session', async () => {
    const running = await start(w.config, createLog('silent'));
    try {
      const apiKey = await addPlatform();
      await addKey(publicPem(es256.publicKey));
      await w.run('import', '--file', file('class.json', JSON.stringify(classOf('p1'))));
      const at = Math.floor(Date.now() / 1000);
      const ticket = (jwtid: string, kid = 'k1') =>
        jwt.sign({ class: 'class-x', lesson: 'lesson-x', iat: at, exp: at + 300 }, es256.privateKey, {
          ...{ algorithm: 'ES256', keyid: kid, audience: 'zhenxue-learn', issuer: 'p1', subject: 'trainee-x-1', jwtid },
        });
      const open = async (text: string) => {
        const wire = await connectWire(running.url);
        const reply = await wire.call<Opened>('open', { version: 1, ticket: text, device: 'device-0001' });
        await wire.close();
        return reply;
      };
      expect(value(await open(ticket('ticket-0001'))).lesson).toEqual({
        ...{ id: 'lesson-x', title: '安全用电', durationMs: 600_000 },
      });
      expect(code(await open(ticket('ticket-0001')))).toBe('ticketSpent');
      const asked = await fetch(`${running.url}/v1/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ traineeId: 'trainee-x-2', classId: 'class-x', lessonId: 'lesson-x' }),
      });
      expect(asked.status).toBe(200);

      await w.run('person', 'add', '--username', '督导甲', '--role', 'monitor', '--region', '22').then(async (said) => {
        const login = await fetch(`${running.url}/v1/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username: '督导甲', password: shown(said, '密码 password') }),
        });
        expect(login.status).toBe(200);
      });
      await w.run('key', 'retire', '--platform', 'p1', '--kid', 'k1');
      expect(code(await open(ticket('ticket-0002')))).toBe('ticketInvalid');
    } finally {
      await running.stop();
    }
  });
});

describe('a platform', () => {
  it('is added once; its key is rotated by asking for that, and the old one stops', async () => {
    const first = await addPlatform();
    expect(first).toMatch(/^zxk_[\w-]{43}$/);
    await expect(addPlatform()).rejects.toThrow('rotate-key');
    expect(await findPlatformByKeyHash(w.t.db, apiKeyHash(first))).toBe('p1');
    const second = shown(await w.run('platform', 'rotate-key', '--id', 'p1'), 'API key');
    expect(await findPlatformByKeyHash(w.t.db, apiKeyHash(second))).toBe('p1');
    expect(await findPlatformByKeyHash(w.t.db, apiKeyHash(first))).toBeNull();
    await expect(w.run('platform', 'rotate-key', '--id', 'p2')).rejects.toThrow('no such platform');
  });
});

describe('a signing key', () => {
  beforeEach(() => addPlatform());
  const keys = async () =>
    (await w.t.db.query('select kid, alg, public_pem as pem, retired_ms as retired from platform_keys')).rows;

  it.each<[string, string, () => string, RegExp]>([
    ['a private EC key', 'ES256', () => privatePem(es256.privateKey), /private key/],
    [
      'a private key after a public one',
      'ES256',
      () => publicPem(es256.publicKey) + privatePem(es256.privateKey),
      /private key/,
    ],
    [
      'an old-style private RSA key',
      'RS256',
      () => rsa(2048).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      /private key/,
    ],
    [
      'an EC key on another curve',
      'ES256',
      () => publicPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
      /P-256/,
    ],
    [
      'a curve that looks alike',
      'ES256',
      () => publicPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      /P-256/,
    ],
    ['an Ed25519 key', 'ES256', () => publicPem(generateKeyPairSync('ed25519').publicKey), /P-256/],
    ['an RSA key for ES256', 'ES256', () => publicPem(rsa(2048).publicKey), /P-256/],
    ['an EC key for RS256', 'RS256', () => publicPem(es256.publicKey), /RSA/],
    ['a short RSA key', 'RS256', () => publicPem(rsa(1024).publicKey), /2048/],
    ['an RSA key of exponent 3', 'RS256', () => publicPem(rsa(2048, 3).publicKey), /65537/],
    [
      'an RSA-PSS key',
      'RS256',
      () => publicPem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
      /RSA/,
    ],
    ['a certificate', 'ES256', () => '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /not a PEM/],
    ['half a key', 'ES256', () => publicPem(es256.publicKey).slice(0, 60), /not a PEM/],
    ['nothing', 'ES256', () => '', /not a PEM/],
  ])('is refused when it is %s', async (_what, alg, pem, words) => {
    await expect(addKey(pem(), { alg })).rejects.toThrow(words);
    expect(await keys()).toEqual([]);
  });

  it.each(['server', 'Server', ' server '])('may not be called %j', async (kid) => {
    await expect(addKey(publicPem(es256.publicKey), { kid })).rejects.toThrow('own');
  });

  it('is kept as what it is, without what stood around it', async () => {
    await addKey(`# our key\n${publicPem(es256.publicKey)}\nnotes`);
    expect(await keys()).toEqual([{ kid: 'k1', alg: 'ES256', pem: publicPem(es256.publicKey), retired: null }]);
    await addKey(publicPem(rsa(2048).publicKey), { kid: 'k2', alg: 'RS256' });
  });

  it('never takes the place of another, not even of a retired one', async () => {
    await addKey(publicPem(es256.publicKey));
    await expect(addKey(publicPem(es256.publicKey))).rejects.toThrow('new name');
    await w.run('key', 'retire', '--platform', 'p1', '--kid', 'k1');
    await expect(addKey(publicPem(es256.publicKey))).rejects.toThrow('new name');
    await expect(w.run('key', 'retire', '--platform', 'p1', '--kid', 'k1')).rejects.toThrow('no such key');
    expect((await keys())[0].retired).toBeGreaterThan(0);
  });

  it('needs a platform', async () => {
    await expect(addKey(publicPem(es256.publicKey), { platform: 'p9' })).rejects.toThrow('no such platform');
  });
});

describe('a person', () => {
  const add = (...args: string[]) => w.run('person', 'add', '--username', 'ann', ...args);

  it.each([
    [['--role', 'monitor'], /needs --region/],
    [['--role', 'monitor', '--region', '2'], /--region/],
    [['--role', 'monitor', '--region', '%'], /--region/],
    [['--role', 'monitor', '--region', ''], /--region/],
    [['--role', 'reviewer', '--region', '22', '--platform', 'p1'], /no --platform/],
    [['--role', 'platform'], /needs --platform/],
    [['--role', 'platform', '--platform', 'p9'], /no such platform/],
    [['--role', 'trainee', '--trainee', 't9'], /no such trainee/],
    [['--role', 'admin', '--region', '22'], /--role/],
    [['--role', 'monitor', '--region', '22', '--password', 'x'], /Unknown option/],
  ])('is refused with %j', async (args, words) => {
    await expect(add(...args)).rejects.toThrow(words);
    expect(await findPerson(w.t.db, 'ann')).toBeNull();
  });

  it('gets a password that is shown once and works, and never another role by being added again', async () => {
    await addPlatform();
    const said = await add('--role', 'platform', '--platform', 'p1');
    const person = (await findPerson(w.t.db, 'ann'))!;
    expect(person).toMatchObject({ role: 'platform', platformId: 'p1', region: '', traineeId: null });
    expect(await checkPassword(shown(said, '密码 password'), person.passwordHash)).toBe(true);
    await expect(add('--role', 'monitor', '--region', '22')).rejects.toThrow('exists');
    const fresh = shown(await w.run('person', 'reset-password', '--username', 'ann'), '密码 password');
    const after = (await findPerson(w.t.db, 'ann'))!;
    expect({ ...after, passwordHash: '' }).toEqual({ ...person, passwordHash: '' });
    expect(await checkPassword(fresh, after.passwordHash)).toBe(true);
  });
});
