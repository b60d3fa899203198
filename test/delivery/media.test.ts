/** Raw HTTP against the whole service: what leaves, to whom, and what is on record of it. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Opened } from '../../sdk/wire.ts';
import { API_KEY_PREFIX, apiKeyHash } from '../../server/auth/auth.ts';
import type { Demo } from '../../server/demo/seed.ts';
import { createLog } from '../../server/log.ts';
import { type Running, start } from '../../server/main.ts';
import { testConfig, testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { connectWire, value, type Wire } from '../support/wire.ts';

let t: TestDb;
let running: Running;
let demo: Demo;
let removeDir: () => Promise<void>;
const wires: Wire[] = [];
const otherKey = `${API_KEY_PREFIX}other-platform`;
const LESSON = 'fire-extinguisher';
const file = readFileSync(new URL('../../web-player/media/fire-extinguisher.webm', import.meta.url));

beforeAll(async () => {
  t = await testDb();
  const { dir, remove } = await testDir();
  removeDir = remove;
  running = await start(testConfig(dir, { DATABASE_URL: t.url, DEMO: '1' }), createLog('silent'));
  demo = running.demo!;
});
afterAll(async () => {
  for (const wire of wires) wire.ws.terminate();
  // A video that somebody has paused must not hold a stop.
  await get((await open(11)).media);
  await running.stop();
  await t.drop();
  await removeDir();
});

const post = (path: string, body: unknown, apiKey: string = demo.platform.apiKey) =>
  fetch(running.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(body),
  });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

async function open(trainee = 0, lessonId = LESSON): Promise<Opened & { media: string }> {
  const traineeId = demo.trainees[trainee]!.id;
  const { ticket } = (await (await post('/v1/tickets', { traineeId, classId: demo.class.id, lessonId })).json()) as {
    ticket: string;
  };
  const wire = await connectWire(running.url);
  wires.push(wire);
  return value(await wire.call<Opened & { media: string }>('open', { version: 1, ticket, device: 'device-0001' }));
}
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(running.url + path, { method, headers });
/** Without the headers that `fetch` adds to a condition. */
const statusOf = (path: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    const asked = request(running.url + path, { headers }, (response) => resolve(response.resume().statusCode));
    asked.on('error', reject).end();
  });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

interface Told {
  readonly kind: string;
  readonly media: [number, number][];
  readonly lesson: string;
  readonly delivery?: string;
}
async function linesOf(session: string): Promise<Told[]> {
  const { rows } = await t.db.query<{ line: string }>(
    'select line from events where session_id = $1 order by person_key, ordinal',
    [session],
  );
  return rows.map(({ line }) => JSON.parse(line) as Told);
}
const told = async (session: string) => (await linesOf(session)).filter(({ kind }) => kind === 'delivered');
const stretches = async (session: string) =>
  (await told(session)).flatMap(({ media }) => media).toSorted((a, b) => a[0] - b[0]);

describe('the media of a session', () => {
  it('has an address of its own, and its session is marked as delivered by the server', async () => {
    const opened = await open();
    expect(opened.media).toMatch(/^\/v1\/media\/fire-extinguisher\?session=/);
    expect((await linesOf(opened.session))[0]).toMatchObject({ kind: 'opened', delivery: 'server' });
  });

  it('comes whole, private, and from any origin; all of it is on record in some twenty events', async () => {
    const { media, session } = await open();
    const response = await get(media);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/webm',
      'accept-ranges': 'bytes',
      'content-length': String(file.length),
      'cache-control': 'private, max-age=3600',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
    expect((await bytesOf(response)).equals(file)).toBe(true);
    expect(await stretches(session)).toEqual(
      Array.from({ length: 21 }, (_, i) => [i * 10_000, Math.min((i + 1) * 10_000, 200_008)]).filter(
        ([a]) => a! < 200_002,
      ),
    );
  });

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=1000000-1000099', 1_000_000, 1_000_100],
    ['bytes=2994500-', 2_994_500, file.length],
    ['bytes=-57', file.length - 57, file.length],
    ['bytes=2994500-99999999', 2_994_500, file.length],
  ])('comes in ranges: %s', async (range, from, to) => {
    const { media } = await open();
    const response = await get(media, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${file.length}`);
    expect(response.headers.get('content-length')).toBe(String(to - from));
    expect((await bytesOf(response)).equals(file.subarray(from, to))).toBe(true);
  });

  it('beyond its end is 416, and nothing is on record', async () => {
    const { media, session } = await open();
    const response = await get(media, { range: `bytes=${file.length}-` });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${file.length}`);
    expect(await codeOf(response)).toBe('rangeUnsatisfiable');
    expect(await told(session)).toEqual([]);
  });

  it.each(['bytes=5-2', 'bytes=a-b', 'lines=0-5', 'bytes=0-1,5-9'])(
    'a range that is none, or several: %s',
    async (range) => {
      const { media } = await open();
      const response = await get(media, { range });
      expect([200, 416]).toContain(response.status);
      await response.body?.cancel();
    },
  );

  it('by HEAD tells its length and records nothing', async () => {
    const { media, session } = await open();
    const response = await get(media, {}, 'HEAD');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(file.length)]);
    const part = await get(media, { range: 'bytes=0-9' }, 'HEAD');
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 0-9/${file.length}`]);
    expect(await told(session)).toEqual([]);
  });

  it('unchanged is 304; a range of another version is the whole', async () => {
    const { media } = await open();
    const first = await get(media, { range: 'bytes=0-9' });
    const etag = first.headers.get('etag')!;
    expect(await statusOf(media, { 'if-none-match': etag })).toBe(304);
    expect((await get(media, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    const other = await get(media, { range: 'bytes=0-9', 'if-range': '"other"' });
    expect(other.status).toBe(200);
    await other.body?.cancel();
  });

  it('a range that is fetched again is one event; what is told holds what was sent, and little more', async () => {
    const { media, session } = await open();
    for (let i = 0; i < 5; i += 1) await bytesOf(await get(media, { range: 'bytes=700000-800000' }));
    // Bytes 700,000–800,000 of 2,994,557 play from 48 s to 56 s.
    const found = await stretches(session);
    expect(found).toEqual([
      [40_000, 50_000],
      [50_000, 60_000],
    ]);
  });

  it('a transfer that is cut is told up to where it was cut', async () => {
    const { media, session } = await open();
    const { port } = new URL(running.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${media} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.once('data', () => socket.destroy());
    await vi.waitFor(async () => expect((await told(session)).length).toBeGreaterThan(0));
    await vi.waitFor(async () => {
      const metrics = await (await get('/metrics')).text();
      expect(metrics).toMatch(/zhenxue_media_streams 0/);
    });
  });
});

describe('nothing leaves', () => {
  it('without a pass, with another session’s, another lesson’s, an altered or an expired one', async () => {
    const mine = await open(0);
    const other = await open(1);
    const at = (path: string, change: (query: URLSearchParams) => void, lesson = LESSON) => {
      const query = new URLSearchParams(path.slice(path.indexOf('?')));
      change(query);
      return `/v1/media/${lesson}?${query}`;
    };
    const passOf = (path: string) => new URLSearchParams(path.slice(path.indexOf('?'))).get('pass')!;
    const [expiry, mac] = passOf(mine.media).split('.') as [string, string];
    const refused = [
      at(mine.media, (query) => query.set('pass', passOf(other.media))),
      at(other.media, (query) => query.set('session', mine.session)),
      at(mine.media, () => undefined, 'electric-safety'),
      at(mine.media, (query) => query.set('pass', `${expiry}.${mac.slice(0, -2)}AA`)),
      at(mine.media, (query) => query.set('pass', `zzzzzzzzz.${mac}`)),
      at(mine.media, (query) => query.set('pass', `1.${mac}`)),
    ];
    for (const path of refused) {
      const response = await get(path);
      expect([path, response.status, await codeOf(response)]).toEqual([path, 403, 'mediaPass']);
    }
    const without = await get(at(mine.media, (query) => query.delete('pass')));
    expect([without.status, await codeOf(without)]).toEqual([400, 'badRequest']);
    expect([await told(mine.session), await told(other.session)]).toEqual([[], []]);
  });

  it.each(['..%2f..%2fpackage.json', '%2e%2e', 'lessons.json', 'fire-extinguisher.webm', 'a%00b'])(
    'for an address that names a file: %s',
    async (name) => {
      const { media } = await open();
      const response = await get(media.replace(LESSON, name));
      expect([400, 403, 404]).toContain(response.status);
      await response.body?.cancel();
    },
  );

  it.each(['../../package.json', 'lessons.json/../../../package.json', '.hidden', '/etc/passwd', 'missing.webm'])(
    'that a lesson was filed with by mistake: %s',
    async (name) => {
      const { media } = await open(2);
      await t.db.query('update lessons set media_file = $2 where id = $1', [LESSON, name]);
      try {
        const response = await get(media);
        expect([response.status, await codeOf(response)]).toEqual([404, 'notFound']);
        // The next session is not told to play from there, and nothing is concluded.
        const next = await open(3);
        expect(next.media).toBeUndefined();
        expect((await linesOf(next.session))[0]?.delivery).toBeUndefined();
      } finally {
        await t.db.query('update lessons set media_file = $2 where id = $1', [LESSON, 'fire-extinguisher.webm']);
      }
    },
  );

  it('without end: requests, answers at a time, bytes', async () => {
    const { media } = await open(4);
    const many = await Promise.all(
      Array.from({ length: 150 }, async () => {
        const response = await get(media, { range: 'bytes=0-9' }, 'HEAD');
        return response.status;
      }),
    );
    expect(many).toContain(429);
    const again = await open(4);
    const held = await Promise.all(Array.from({ length: 12 }, () => get(again.media)));
    expect(held.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(4);
    for (const response of held) await response.body?.cancel();
  });
});

describe('a platform’s report', () => {
  const report = (sessionId: string, segments: unknown, apiKey?: string) =>
    post('/v1/media-deliveries', { sessionId, segments }, apiKey);

  beforeAll(async () => {
    await t.db.query(`update lessons set delivery = 'platform', media_file = null where id = 'electric-safety'`);
    await t.db.query(`insert into platforms (id, name, api_key_hash) values ('other', '另一平台', $1)`, [
      apiKeyHash(otherKey),
    ]);
  });

  it('is on record for its session, in order, within the lesson', async () => {
    const opened = await open(5, 'electric-safety');
    const { session } = opened;
    expect(opened.media).toBeUndefined();
    const response = await report(session, [
      [60, 90.5],
      [0, 30],
      [20, 40],
      [180, 500],
    ]);
    expect(response.status).toBe(200);
    const lines = await linesOf(session);
    expect(lines[0]).toMatchObject({ kind: 'opened', delivery: 'platform' });
    const end = demo.lessons.find(({ id }) => id === 'electric-safety')!.durationSeconds;
    const media = expect.closeTo(70.5 + end - 180, 3);
    expect(await response.json()).toEqual({ deliveredSeconds: media, newSeconds: media });
    expect(lines.at(-1)).toMatchObject({
      kind: 'delivered',
      lesson: 'electric-safety',
      media: [
        [0, 40_000],
        [60_000, 90_500],
        [180_000, end * 1000],
      ],
    });
  });

  it('told again changes nothing; of what grows only the new part is told', async () => {
    const { session } = await open(6, 'electric-safety');
    await report(session, [[0, 30]]);
    expect(await (await report(session, [[0, 30]])).json()).toEqual({ deliveredSeconds: 30, newSeconds: 0 });
    expect(await (await report(session, [[0, 60]])).json()).toEqual({ deliveredSeconds: 60, newSeconds: 30 });
    expect(await stretches(session)).toEqual([
      [0, 30_000],
      [30_000, 60_000],
    ]);
  });

  it('counts for a session that has closed meanwhile', async () => {
    const { session } = await open(7, 'electric-safety');
    await t.db.query('update sessions set closed_ms = $2 where id = $1', [session, Date.now() - 60_000]);
    expect((await report(session, [[0, 30]])).status).toBe(200);
    await t.db.query('update sessions set closed_ms = $2 where id = $1', [session, Date.now() - 8 * 86_400_000]);
    const late = await report(session, [[30, 60]]);
    expect([late.status, await codeOf(late)]).toEqual([409, 'sessionClosed']);
  });

  it('is refused for another platform’s session as for one that is not there', async () => {
    const { session } = await open(8, 'electric-safety');
    const theirs = await report(session, [[0, 30]], otherKey);
    const nobodys = await report('no-such-session', [[0, 30]]);
    expect([theirs.status, await codeOf(theirs)]).toEqual([404, 'sessionUnknown']);
    expect([nobodys.status, await codeOf(nobodys)]).toEqual([404, 'sessionUnknown']);
    expect(await told(session)).toEqual([]);
  });

  it('is refused without a key, for a person, and for a lesson that is not filed so', async () => {
    const { session } = await open(9, 'electric-safety');
    expect((await report(session, [[0, 30]], `${API_KEY_PREFIX}wrong`)).status).toBe(401);
    const other = await open(9);
    const unfiled = await report(other.session, [[0, 30]]);
    expect([unfiled.status, await codeOf(unfiled)]).toEqual([409, 'deliveryUnfiled']);
  });

  it.each([
    ['none', []],
    ['backward', [[30, 20]]],
    ['negative', [[-1, 20]]],
    ['beyond a day', [[0, 86_401]]],
    ['words', [['0', '20']]],
    ['too many', Array.from({ length: 201 }, (_, i) => [i, i + 1])],
  ])('is refused when it is malformed: %s', async (_what, segments) => {
    const response = await report('a-session-name', segments);
    expect([response.status, await codeOf(response)]).toEqual([400, 'badRequest']);
  });

  it('is bounded: a log that is told line by line is asked to be gathered', async () => {
    const { session } = await open(10, 'electric-safety');
    const statuses: number[] = [];
    for (let i = 0; i < 14; i += 1) statuses.push((await report(session, [[i * 6, i * 6 + 6]])).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses.slice(10)).toContain(429);
  });
});
