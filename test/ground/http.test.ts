import { connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connect } from '../../server/db/pool.ts';
import { fail } from '../../server/errors.ts';
import { createApp } from '../../server/http/app.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { pageDirs, type TestApp, testApp } from '../support/app.ts';
import { testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';

let t: TestDb;
let served: TestApp;
let draining = false;
let removeDir: () => Promise<void>;

beforeAll(async () => {
  t = await testDb();
  const { dir, remove } = await testDir();
  removeDir = remove;
  served = await testApp({
    db: t.db,
    dirs: await pageDirs(dir),
    draining: () => draining,
    routes: (app) => {
      app.post(
        '/v1/echo/:id',
        {
          schema: {
            params: z.object({ id: z.string().max(8) }),
            body: z.strictObject({ citizenId: z.string().length(18) }),
          },
        },
        async (request) => ({ length: request.body.citizenId.length }),
      );
      app.get('/v1/broken', async () => {
        throw new Error('password=hunter2 at /srv/secret/place');
      });
      app.get('/v1/known', async () => fail('ticketSpent', { why: 'test' }));
      app.get(
        '/v1/leaky',
        { schema: { response: { 200: z.object({ n: z.number() }) } } },
        async () => ({ n: '李晓梅' }) as never,
      );
    },
  });
});
afterAll(async () => {
  await served.close();
  await t.drop();
  await removeDir();
});

const get = (path: string, init?: RequestInit) => fetch(served.base + path, { redirect: 'manual', ...init });
const post = (body: string, type = 'application/json') =>
  get('/v1/echo/a', { method: 'POST', body, headers: { 'content-type': type } });
interface Failure {
  readonly code: string;
  readonly details?: unknown;
}
const errorOf = async (response: Response) => ((await response.json()) as { error: Failure }).error;

describe('a failure', () => {
  it.each([
    ['unreadable JSON', '{"citizenId":', 'application/json', 400, 'badRequest'],
    ['an empty body', '', 'application/json', 400, 'badRequest'],
    [
      'prototype poisoning',
      '{"__proto__":{"x":1},"citizenId":"110105194912310021"}',
      'application/json',
      400,
      'badRequest',
    ],
    ['an unknown field', '{"citizenId":"110105194912310021","x":1}', 'application/json', 400, 'badRequest'],
    ['another content type', '<x/>', 'application/xml', 415, 'unsupportedMediaType'],
    ['too much', JSON.stringify({ citizenId: 'x'.repeat(70_000) }), 'application/json', 413, 'tooLarge'],
  ])('of %s has a stable code', async (_what, body, type, status, code) => {
    const response = await post(body, type);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({
      code,
      message: expect.stringMatching(/\p{Script=Han}/u),
      retry: false,
    });
  });

  it('names the field and never the value', async () => {
    const error = await errorOf(await post('{"citizenId":"11010519491231"}'));
    expect(error.details).toEqual({ paths: ['body/citizenId'] });
    expect(JSON.stringify(error)).not.toContain('11010519491231');
  });

  it('of a route that does not exist is typed too, for any method', async () => {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      const response = await get('/v1/nothing', { method });
      expect(response.status).toBe(404);
      expect((await errorOf(response)).code).toBe('notFound');
    }
  });

  it('of an address that cannot be decoded is the caller’s', async () => {
    const response = await get('/v1/echo/%ff', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).code).toBe('badRequest');
  });

  it('of ours shows the caller nothing, and the log the request’s id', async () => {
    const response = await get('/v1/broken?ticket=abc');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/hunter2|secret|stack|\.ts/);
    const { error } = JSON.parse(text) as { error: { code: string; requestId: string } };
    expect(error.code).toBe('internal');
    expect(response.headers.get('x-request-id')).toBe(error.requestId);
    expect(served.logged()).toContain(error.requestId);
    expect(served.logged()).not.toContain('ticket=abc');
  });

  it('of a reply that breaks its own schema leaks no value, not even to the log', async () => {
    const response = await get('/v1/leaky');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('李晓梅');
    expect(served.logged()).not.toContain('李晓梅');
  });

  it('of a room keeps its row and details', async () => {
    const response = await get('/v1/known');
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({ code: 'ticketSpent', details: { why: 'test' } });
  });

  it('of something that is not HTTP ends that connection and no other', async () => {
    const { port, hostname } = new URL(served.base);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = dial(Number(port), hostname, () => socket.write('\x16\x03\x01 hello\r\n\r\n'));
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('logs', () => {
  it('hold no query, body, authorization or cookie', async () => {
    await get('/healthz?launch=SECRETQUERY', {
      headers: { authorization: 'Bearer SECRETAUTH', cookie: 'zhenxue=SECRETCOOKIE' },
    });
    await post('{"citizenId":"SECRETBODYSECRET18"}');
    expect(served.logged()).toContain('/healthz');
    expect(served.logged()).not.toMatch(/SECRET/);
  });
});

describe('what a request says of its address', () => {
  it.each([
    [null, '127.0.0.1', '127.0.0.1'],
    ['https://study.example', '127.0.0.1', '203.0.113.7'],
    ['https://study.example', '198.51.100.9', '198.51.100.9'],
  ])('is believed where we are reached at %s, from %s: %s', async (publicUrl, remoteAddress, expected) => {
    const metrics = createMetrics();
    const app = await createApp({ log: createLog('silent'), metrics, publicUrl, draining: () => false, parts: {} });
    app.get('/v1/ip', async (request) => request.ip);
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect((await app.inject({ url: '/v1/ip', remoteAddress, headers })).body).toBe(expected);
    await app.close();
  });
});

describe('operations', () => {
  it('is alive and ready while the database answers', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ok' });
  });

  it('is alive but not ready while draining', async () => {
    draining = true;
    try {
      const response = await get('/readyz');
      expect(response.status).toBe(503);
      expect(await errorOf(response)).toMatchObject({
        code: 'unavailable',
        retry: true,
        details: { cause: 'notServing' },
      });
      expect((await get('/healthz')).status).toBe(200);
    } finally {
      draining = false;
    }
  });

  it('is alive but not ready without a database', async () => {
    const db = connect('postgres://nobody:x@127.0.0.1:1/none', { max: 1 });
    const lone = await testApp({ db });
    try {
      const response = await fetch(`${lone.base}/readyz`);
      expect(response.status).toBe(503);
      expect(await errorOf(response)).toMatchObject({ details: { cause: 'database' } });
      expect((await fetch(`${lone.base}/healthz`)).status).toBe(200);
    } finally {
      await lone.close();
      await db.end();
    }
  });

  it('counts requests by pattern, never by what was in the path', async () => {
    await get('/v1/echo/SECRET-1', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    const text = await (await get('/metrics')).text();
    expect(text).toContain('route="/v1/echo/:id"');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('SECRET-1');
  });
});

describe('the API docs', () => {
  it('describe a route from the schema that checks it', async () => {
    const doc = (await (await get('/docs/json')).json()) as {
      paths: Record<string, { post: { requestBody: unknown } }>;
    };
    const echo = doc.paths['/v1/echo/{id}']!;
    expect(JSON.stringify(echo.post.requestBody)).toContain('citizenId');
    expect(Object.keys(doc.paths)).toEqual(expect.arrayContaining(['/healthz', '/readyz', '/metrics']));
    expect(Object.keys(doc.paths).join()).not.toContain('/player');
  });

  it('are shown as a page', async () => {
    const response = await get('/docs', { redirect: 'follow' });
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.status).toBe(200);
  });
});

describe('pages', () => {
  it('are never stored; what is named by its hash is kept for ever', async () => {
    const page = await get('/player/?launch=x');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const asset = await get('/player/assets/main-DkX3_a9q.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  it('open at the console', async () => {
    const response = await get('/');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/console/');
    expect((await get('/console')).headers.get('location')).toBe('/console/');
    expect((await get('/player?launch=x')).headers.get('location')).toBe('/player/?launch=x');
  });

  it('give any origin the SDK, and only the SDK', async () => {
    const sdk = await get('/sdk/zhenxue.js');
    expect(sdk.headers.get('access-control-allow-origin')).toBe('*');
    expect(sdk.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect((await get('/player/')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('give a part of a video to who seeks in it', async () => {
    const part = await get('/media/lesson.webm', { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 10-19/1000');
    expect(await part.text()).toBe('0123456789');
    expect((await get('/media/lesson.webm', { headers: { range: 'bytes=5000-' } })).status).toBe(416);
  });

  it.each([
    '/media/lessons.json',
    '/media/lessons%2ejson',
    '/media//lessons.json',
    '/media/./lessons.json',
    '/media/x%2f..%2flessons.json',
    '/media/lessons.json%00.webm',
    '/media/make.py',
    '/media/.hidden',
    '/media/',
    '/player/../outside.txt',
    '/player/%2e%2e/outside.txt',
    '/player/..%2foutside.txt',
    '/sdk/..%5coutside.txt',
  ])('do not give away %s', async (path) => {
    const { port, hostname } = new URL(served.base);
    // Raw: fetch would tidy the path first.
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = dial(Number(port), hostname, () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404)/);
    expect(answer).not.toMatch(/answer":|outside\n|secret = /);
  });
});
