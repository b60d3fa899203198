import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { AlertView, StoredAlert } from '../../server/alerts/alert.ts';
import { alertStore } from '../../server/alerts/store.ts';
import type { Principal } from '../../server/auth/principal.ts';
import { type FanOut, fanOutTo } from '../../server/console/fanout.ts';
import { MISSED_MAX, type Monitor, monitor } from '../../server/console/monitor.ts';
import { regionCounts } from '../../server/console/store.ts';
import { addAlert, addBeat, addSession, alertOf, keys, log, people, T0, tokens, unseal, world } from './world.ts';

let w: Awaited<ReturnType<typeof world>>;
let http: HttpServer;
let io: Server;
let live: Monitor;
let fan: FanOut;
let url: string;
let failMissed = false;
let extra: ((token: string) => Principal) | null = null;
const sockets: { close(): void }[] = [];

beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

beforeEach(async () => {
  await w.db.query('truncate alerts, alert_decisions, sessions cascade');
  http = createServer();
  io = new Server(http, { transports: ['websocket'] });
  const store = alertStore(w.db, unseal);
  failMissed = false;
  extra = null;
  live = monitor({
    io,
    fromToken: (token) => (extra ?? w.auth.fromToken)(token),
    publicUrl: null,
    missed: async (person, since, limit) => {
      if (failMissed) throw new Error('down');
      return (await store.list(person, { since, limit })).alerts;
    },
    counts: regionCounts(w.db, () => T0 + 60_000),
    log,
    tallyMs: 20,
  });
  fan = fanOutTo({ standing: store.standing, emit: live.alert, log });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  live.close();
  await io.close();
});

interface Heard {
  readonly socket: Socket;
  readonly alerts: AlertView[];
  readonly sessions: unknown[];
  readonly tallies: unknown[];
  readonly refusals: { code?: string }[];
  readonly gone: string[];
}

function listen(auth: Record<string, unknown>, headers: Record<string, string> = {}): Heard {
  const socket = connect(`http://${url}/monitor`, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: headers,
    reconnectionDelay: 20,
  });
  sockets.push(socket);
  const heard: Heard = { socket, alerts: [], sessions: [], tallies: [], refusals: [], gone: [] };
  socket.on('alert', (alert: AlertView) => heard.alerts.push(alert));
  socket.on('session', (change) => heard.sessions.push(change));
  socket.on('tally', (tally) => heard.tallies.push(tally));
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => heard.refusals.push(error.data ?? {}));
  socket.on('disconnect', (reason) => heard.gone.push(reason));
  return heard;
}
const as = (who: Principal, more: Record<string, unknown> = {}): Heard =>
  listen({ token: tokens.sign(who, 'subject'), ...more });
const ids = (heard: Heard): string[] => heard.alerts.map((alert) => alert.id);
/** Connected, in its room, and told the first tally. */
const ready = (...all: Heard[]): Promise<void> =>
  vi.waitFor(() => {
    for (const heard of all) expect(heard.tallies.length).toBeGreaterThan(0);
  });
/** A message that everybody gets: whatever was sent before has arrived. */
async function settled(...all: Heard[]): Promise<void> {
  const session = `mark-${Math.random()}`;
  for (const region of ['220581', '360100', '220102', "' or '1'='1", '%', '22____', '22\\']) {
    live.session({
      session,
      traineeId: 't',
      classId: 'c',
      lessonId: 'l',
      platformId: 'p',
      state: 'opened',
      at: T0,
      region,
    });
  }
  await vi.waitFor(() => {
    for (const { sessions } of all)
      expect(sessions.some((s) => (s as { session: string }).session === session)).toBe(true);
  });
}
async function raise(alert: StoredAlert): Promise<void> {
  await addAlert(w.db, alert);
  fan.fanOut(alert);
  await fan.idle();
}

describe('who may listen', () => {
  it.each([
    ['nothing', () => ({})],
    ['a number', () => ({ token: 5 })],
    ['rubbish', () => ({ token: 'rubbish' })],
    [
      'another key’s token',
      () => ({ token: jwt.sign({ principal: people.nation }, 'another key', { expiresIn: 60 }) }),
    ],
    [
      'no signature',
      () => ({ token: jwt.sign({ principal: people.nation }, '', { algorithm: 'none', expiresIn: 60 }) }),
    ],
    ['a platform’s API key', () => ({ token: keys.pa })],
  ] as const)('refuses %s', async (_, auth) => {
    const heard = listen(auth());
    await vi.waitFor(() => expect(heard.refusals[0]?.code).toBe('unauthenticated'));
    expect(heard.socket.connected).toBe(false);
  });

  it('refuses an expired token', async () => {
    const token = jwt.sign({ exp: Math.floor(Date.now() / 1000) - 1, principal: people.nation }, 'k');
    const heard = listen({ token });
    await vi.waitFor(() => expect(heard.refusals[0]?.code).toBe('unauthenticated'));
  });

  it('refuses a platform’s and a trainee’s token', async () => {
    const all = [as({ kind: 'platform', platformId: 'pa' }), as(people.ta1)];
    await vi.waitFor(() => {
      for (const heard of all) expect(heard.refusals[0]?.code).toBe('forbidden');
    });
  });

  it('takes the cookie from our own page, not from another', async () => {
    const cookie = `zhenxue=${tokens.sign(people.jilin, 'jilin')}`;
    const own = listen({}, { cookie, origin: `http://${url}` });
    const foreign = listen({}, { cookie, origin: 'https://evil.example' });
    await ready(own);
    await vi.waitFor(() => expect(foreign.refusals[0]?.code).toBe('unauthenticated'));
  });

  it('ends a socket when its token ends', async () => {
    const token = jwt.sign({ exp: Math.floor(Date.now() / 1000) + 1 }, 'k');
    extra = () => people.nation;
    const heard = listen({ token });
    await vi.waitFor(() => expect(heard.gone).toEqual(['io server disconnect']), { timeout: 10_000 });
    await raise(alertOf('late', 'ta1', 'ca1'));
    expect(ids(heard)).toEqual([]);
  });
});

describe('who hears what', () => {
  it('an alert reaches exactly those whose region covers it, once, as over HTTP', async () => {
    const nation = as(people.nation);
    const jilin = as(people.jilin);
    const meihekou = as(people.meihekou);
    const jiangxi = as(people.jiangxi);
    const wild = [as(people.percent), as(people.underscore), as(people.backslash), as(people.quote)];
    const all = [nation, jilin, meihekou, jiangxi, ...wild];
    await ready(...all);
    await raise(alertOf('a1', 'ta1', 'ca1'));
    await raise(alertOf('a2', 'ta1', 'ca2'));
    await raise(alertOf('a3', 'tb1', 'cb1'));
    await settled(...all);
    expect(ids(nation)).toEqual(['a1', 'a2', 'a3']);
    expect(ids(jilin)).toEqual(['a1', 'a3']);
    expect(ids(meihekou)).toEqual(['a1']);
    expect(ids(jiangxi)).toEqual(['a2']);
    for (const heard of wild) expect(ids(heard)).toEqual([]);
    const [overHttp] = (await alertStore(w.db, unseal).list(people.meihekou, { limit: 1 })).alerts;
    expect(meihekou.alerts[0]).toEqual(overHttp);
    expect(overHttp?.traineeName).toBe('王**');
  });

  it('an alert that grew comes again: the same id, a higher count', async () => {
    const jilin = as(people.jilin);
    const jiangxi = as(people.jiangxi);
    await ready(jilin, jiangxi);
    const first = alertOf('a1', 'ta1', 'ca1');
    await raise(first);
    await raise({ ...alertOf('a2', 'ta1', 'ca1', { at: T0 + 60_000 }), suspicion: first.suspicion });
    await settled(jilin, jiangxi);
    expect(jilin.alerts.map(({ id, count, at, lastAt }) => [id, count, at, lastAt])).toEqual([
      ['a1', 1, '2026-03-02T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
      ['a1', 2, '2026-03-02T00:00:00.000Z', '2026-03-02T00:01:00.000Z'],
    ]);
    expect(ids(jiangxi)).toEqual([]);
  });

  it('an alert of a whole province reaches the province and above it', async () => {
    const nation = as(people.nation);
    const jilin = as(people.jilin);
    const meihekou = as(people.meihekou);
    await ready(nation, jilin, meihekou);
    await raise(alertOf('a1', 'ta1', 'ca1', { region: '22' }));
    await settled(nation, jilin, meihekou);
    expect([ids(nation), ids(jilin), ids(meihekou)]).toEqual([['a1'], ['a1'], []]);
  });

  it('a session’s opening and closing go the same way, without the region', async () => {
    const jilin = as(people.jilin);
    const jiangxi = as(people.jiangxi);
    await ready(jilin, jiangxi);
    const change = { session: 's1', traineeId: 'ta1', classId: 'ca1', lessonId: 'l1' };
    live.session({ ...change, platformId: 'pa', state: 'opened', at: T0, region: '220581' });
    live.session({ ...change, platformId: 'pa', state: 'closed', at: T0 + 1, region: '220581' });
    await settled(jilin, jiangxi);
    expect(jilin.sessions.slice(0, 2)).toEqual([
      { ...change, state: 'opened', at: '2026-03-02T00:00:00.000Z' },
      { ...change, state: 'closed', at: '2026-03-02T00:00:00.001Z' },
    ]);
    expect(jiangxi.sessions.filter((s) => (s as { session: string }).session === 's1')).toEqual([]);
  });

  it('the tally counts the own region, and speaks only when it changes', async () => {
    await addSession(w.db, 's1', 'ta1', 'ca1');
    await addSession(w.db, 's2', 'ta1', 'ca2');
    await addAlert(w.db, alertOf('a1', 'ta1', 'ca1'));
    const jilin = as(people.jilin);
    const nation = as(people.nation);
    await ready(jilin, nation);
    expect(jilin.tallies).toEqual([{ sessions: 1, alertsOpen: 1 }]);
    expect(nation.tallies).toEqual([{ sessions: 2, alertsOpen: 1 }]);
    await w.db.query(`update sessions set closed_ms = opened_ms + 1 where id = 's2'`);
    await vi.waitFor(() => expect(nation.tallies.at(-1)).toEqual({ sessions: 1, alertsOpen: 1 }));
    expect(nation.tallies).toHaveLength(2);
    expect(jilin.tallies).toHaveLength(1);
  });

  it('does not count a session whose page died without a word', async () => {
    await addSession(w.db, 's1', 'ta1', 'ca1');
    await addSession(w.db, 's2', 'ta2', 'ca1', { openedMs: T0 - 3_600_000 });
    await addSession(w.db, 's3', 'tb1', 'cb1', { openedMs: T0 - 3_600_000 });
    await addBeat(w.db, 'tb1', 's3', 0, T0 - 3_590_000);
    const nation = as(people.nation);
    await ready(nation);
    expect(nation.tallies).toEqual([{ sessions: 1, alertsOpen: 0 }]);
    await addBeat(w.db, 'tb1', 's3', 1, T0 - 30_000);
    await vi.waitFor(() => expect(nation.tallies.at(-1)).toEqual({ sessions: 2, alertsOpen: 0 }));
  });
});

describe('coming back', () => {
  it('brings what was missed within bounds, oldest first, and nothing twice by another id', async () => {
    for (let n = 0; n < 5; n += 1) await addAlert(w.db, alertOf(`m${n}`, 'ta1', 'ca1', { at: T0 + n * 10_000 }));
    await addAlert(w.db, alertOf('elsewhere', 'ta1', 'ca2', { at: T0 + 40_000 }));
    const jilin = as(people.jilin, { since: T0 + 20_000 });
    await vi.waitFor(() => expect(ids(jilin)).toEqual(['m2', 'm3', 'm4']));
  });

  it('reaches a little further back: an alert may be stored after a later one', async () => {
    await addAlert(w.db, alertOf('slow', 'ta1', 'ca1', { at: T0 - 1000 }));
    const jilin = as(people.jilin, { since: T0 });
    await vi.waitFor(() => expect(ids(jilin)).toEqual(['slow']));
  });

  it('brings what grew meanwhile', async () => {
    const first = await addAlert(w.db, alertOf('early', 'ta1', 'ca1'));
    await addAlert(w.db, { ...alertOf('x', 'ta1', 'ca1', { at: T0 + 60_000 }), suspicion: first.suspicion });
    const jilin = as(people.jilin, { since: T0 + 60_000 });
    await vi.waitFor(() => expect(ids(jilin)).toEqual(['early']));
    expect(jilin.alerts[0]?.count).toBe(2);
  });

  it('is bounded: the newest', async () => {
    for (let n = 0; n < MISSED_MAX + 3; n += 1) await addAlert(w.db, alertOf(`m${n}`, 'ta1', 'ca1', { at: T0 + n }));
    const jilin = as(people.jilin, { since: 0 });
    await vi.waitFor(() => expect(ids(jilin)).toHaveLength(MISSED_MAX));
    await settled(jilin);
    expect(ids(jilin)).toHaveLength(MISSED_MAX);
    expect([ids(jilin)[0], ids(jilin).at(-1)]).toEqual(['m3', `m${MISSED_MAX + 2}`]);
  });

  it('without since, or with rubbish for it, brings nothing old', async () => {
    await addAlert(w.db, alertOf('old', 'ta1', 'ca1'));
    const all = [as(people.jilin), as(people.jilin, { since: 'yesterday' }), as(people.jilin, { since: -1 })];
    await ready(...all);
    await settled(...all);
    for (const heard of all) expect(ids(heard)).toEqual([]);
  });

  it('is tried again when the store fails', async () => {
    await addAlert(w.db, alertOf('m1', 'ta1', 'ca1'));
    failMissed = true;
    const jilin = as(people.jilin, { since: T0 });
    await vi.waitFor(() => expect(jilin.gone.length).toBeGreaterThan(0));
    failMissed = false;
    await vi.waitFor(() => expect(ids(jilin)).toEqual(['m1']), { timeout: 10_000 });
  });
});

describe('what browsers send', () => {
  it('is not read, answered or passed on', async () => {
    const loud = as(people.nation);
    const quiet = as(people.nation);
    await ready(loud, quiet);
    const answered = vi.fn();
    for (let n = 0; n < 2000; n += 1) {
      loud.socket.emit(
        ['alert', 'session', 'tally', 'join', 'error', '__proto__'][n % 6]!,
        { region: '36', n },
        answered,
      );
    }
    loud.socket.emit('alert', Buffer.alloc(1000), answered);
    await raise(alertOf('a1', 'ta1', 'ca1'));
    await settled(loud, quiet);
    expect(ids(quiet)).toEqual(['a1']);
    expect(answered).not.toHaveBeenCalled();
    expect(loud.socket.connected).toBe(true);
  });

  it('on a raw socket without a token harms nobody', async () => {
    const watcher = as(people.jilin);
    await ready(watcher);
    const texts = [
      '40/monitor,',
      '40/monitor,{"token":{"length":1}}',
      '40/monitor,{"token":["a"],"since":{"$gt":0}}',
      '40/monitor,null',
      '40/monitor,[]',
      '42/monitor,["alert",{"id":"forged"}]',
      '42["alert",1]',
      '451-/monitor,["x",{"_placeholder":true,"num":0}]',
      '4',
      '9',
      '42/monitor,[',
      '41/monitor,',
      `42/monitor,["${'x'.repeat(5000)}"]`,
      '43/monitor,1[]',
    ];
    await Promise.all(
      texts.map(
        (text) =>
          new Promise<void>((resolve, reject) => {
            const raw = new WebSocket(`ws://${url}/socket.io/?EIO=4&transport=websocket`);
            sockets.push(raw);
            const replies: string[] = [];
            raw.on('open', () => {
              for (let n = 0; n < 300; n += 1) raw.send(text);
              raw.send(Buffer.from([1, 2, 3]));
              raw.close();
            });
            raw.on('message', (data) => replies.push(String(data)));
            raw.on('error', () => undefined);
            raw.on('close', () => {
              const admitted = replies.some((reply) => reply.startsWith('40/monitor'));
              if (admitted) reject(new Error(`${text} was admitted`));
              else resolve();
            });
          }),
      ),
    );
    await raise(alertOf('a1', 'ta1', 'ca1'));
    await vi.waitFor(() => expect(ids(watcher)).toEqual(['a1']));
    expect(watcher.gone).toEqual([]);
  });
});
