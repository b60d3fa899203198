// Many learning sessions, closed loop: each sends its next beat `paceMs` after the last acknowledgement.
//
// Frames of Engine.IO and Socket.IO are written by hand, so that one VU carries hundreds of sessions.
// The same script runs against the real server and against the ceiling: the same HMAC, the same body,
// the same frames. What it is to do comes from bench/control.ts (address in CONTROL), and its counts go
// back there; TARGET (`real` or `ceiling`) only says in k6's own output which run this was.
//
// A beat is honest play: offsets are time that has really passed, media follows it within 2 ms and
// never drifts away, visible and focused, frames and ticks as an untouched browser counts them.
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import { WebSocket } from 'k6/websockets';

const CONTROL = __ENV.CONTROL;
const vus = Number(__ENV.VUS || 4);
/** Opening is not what is measured: a few at a time, so that nobody waits in a long line. */
const OPENING_AT_ONCE = 8;
/** How long the last acknowledgements are waited for. */
const LAST_ACKS_MS = 15_000;
const TICK_MS = 10;
/** One counter a millisecond; slower ones share the last. */
const SLOWEST_MS = 5000;
const WAIT = { timeout: '240s' };

const acknowledged = new Counter(`beats_${__ENV.TARGET || 'real'}`);

export const options = {
  scenarios: { sessions: { executor: 'per-vu-iterations', vus, iterations: 1, maxDuration: '20m' } },
  // Tags cost more than a beat: k6 makes samples of every frame.
  systemTags: [],
};

export default async function sessions() {
  const vu = exec.vu.idInTest - 1;
  const plan = (await http.asyncRequest('GET', `${CONTROL}/plan?vu=${vu}`, null, WAIT)).json();
  const counts = {
    ...{ acks: 0, inWindow: 0, late: 0, sent: 0, lost: 0, over: false },
    ...{ refused: {}, closes: {}, histogram: new Array(SLOWEST_MS + 1).fill(0) },
  };
  const live = await openAll(plan, counts);
  const ready = { opened: live.length };
  const reply = await http.asyncRequest('POST', `${CONTROL}/ready?vu=${vu}`, JSON.stringify(ready), WAIT);
  await play(live, plan, counts, reply.json().startAt);
  for (const one of live) one.ws.close();
  acknowledged.add(counts.acks);
  await http.asyncRequest('POST', `${CONTROL}/done?vu=${vu}`, JSON.stringify({ ...ready, ...counts }), WAIT);
}

function openAll({ url, tickets }, counts) {
  const live = [];
  let next = 0;
  let settled = 0;
  return new Promise((resolve) => {
    const more = () => {
      if (next >= tickets.length) return;
      const n = next++;
      let over = false;
      openOne(url, tickets[n], n, counts, (one) => {
        if (over) return;
        over = true;
        if (one !== null) live.push(one);
        settled += 1;
        if (settled === tickets.length) resolve(live);
        else more();
      });
    };
    for (let i = 0; i < OPENING_AT_ONCE; i++) more();
  });
}

function openOne(url, ticket, n, counts, opened) {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const one = { ws, n, id: null, key: null, mac: '', nonce: '', seq: 0, openedAt: 0, edge: 0, media: 0, sentAt: 0 };
  // Not on the server's first frame: k6 drops one that arrives before its own `open` event.
  ws.onopen = () => ws.send('40/learn,');
  ws.onmessage = (event) => {
    const frame = event.data;
    if (frame === '2') ws.send('3');
    else if (frame.startsWith('43/learn,')) {
      if (one.id !== null) return acked(one, frame, counts);
      const reply = JSON.parse(frame.slice(frame.indexOf('[')))[0];
      if (!reply.ok) {
        count(counts.refused, reply.error.code);
        return opened(null);
      }
      one.id = reply.value.session;
      one.mac = one.id;
      one.nonce = reply.value.nonce;
      one.key = encoding.b64decode(reply.value.key, 'rawurl');
      one.openedAt = Date.now();
      opened(one);
    } else if (frame.startsWith('40/learn,')) {
      const message = { version: 1, ticket, device: `bench-device-${n}` };
      ws.send(`42/learn,0${JSON.stringify(['open', message])}`);
    } else if (frame.startsWith('44') || frame.startsWith('41')) ws.close();
  };
  ws.onerror = () => opened(null);
  ws.onclose = (event) => {
    if (!counts.over) {
      counts.lost += 1;
      count(counts.closes, `close ${event.code}`);
    }
    opened(null);
  };
}

/** The whole clock of one VU: who is due sends, until the end; then the last acknowledgements. */
function play(live, { paceMs, warmMs, windowMs }, counts, startAt) {
  const windowFrom = startAt + warmMs;
  const windowTo = windowFrom + windowMs;
  // The pace is one for all, so whoever was acknowledged first is due first.
  let queue = live.map((one, i) => ({ one, due: startAt + Math.floor((i * paceMs) / live.length) }));
  let head = 0;
  counts.landed = (one, now) => {
    if (now >= windowFrom && now < windowTo) {
      counts.inWindow += 1;
      counts.histogram[Math.min(SLOWEST_MS, now - one.sentAt)] += 1;
    }
    queue.push({ one, due: now + paceMs });
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = Date.now();
      if (now < windowTo) {
        while (head < queue.length && queue[head].due <= now) send(queue[head++].one, counts);
        if (head > 4096) {
          queue = queue.slice(head);
          head = 0;
        }
        return;
      }
      const outstanding = counts.sent - counts.acks - refusedOf(counts);
      if (outstanding > 0 && now < windowTo + LAST_ACKS_MS) return;
      counts.late = outstanding;
      counts.over = true;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

/** −2 … 2 ms, the same for the same beat: a player's reading of its own position. */
function wobble(one, seq) {
  return (((one.n + 1) * 7919 + seq * 104_729) % 5) - 2;
}

function send(one, counts) {
  const now = Date.now();
  const from = one.edge;
  const to = now - one.openedAt;
  const ms = to - from;
  const seq = ++one.seq;
  const mediaFrom = one.media;
  const mediaTo = Math.max(mediaFrom, to + wobble(one, seq));
  const ticks = Math.round(ms / 100);
  const body =
    `{"seq":${seq},"cause":"interval","nonce":"${one.nonce}","span":[${from},${to}],` +
    `"runs":[[${mediaFrom},${mediaTo},${from},${to}]],"player":["playing",${mediaTo},100],"page":[${ms},${ms},0],` +
    `"frames":[${Math.round(ms * 0.06)},${Math.round(ms * 0.025)}],"clocks":[${ms},${ticks},${ticks}],` +
    '"input":[1,0,0,0],"seeks":[],"stalled":0,"signs":0}';
  one.edge = to;
  one.media = mediaTo;
  one.mac = crypto.hmac('sha256', one.key, `${one.mac}|${body}`, 'base64rawurl');
  one.sentAt = now;
  counts.sent += 1;
  one.ws.send(`42/learn,${seq}["beat",{"body":${JSON.stringify(body)},"mac":"${one.mac}","queued":false}]`);
}

function acked(one, frame, counts) {
  if (frame.indexOf('[{"ok":true') < 0) {
    // The chain of this session is broken: it stays silent, and the run says why.
    count(counts.refused, JSON.parse(frame.slice(frame.indexOf('[')))[0].error.code);
    return;
  }
  const at = frame.indexOf('"nonce":"') + 9;
  one.nonce = frame.slice(at, frame.indexOf('"', at));
  counts.acks += 1;
  counts.landed(one, Date.now());
}

function count(codes, code) {
  codes[code] = (codes[code] || 0) + 1;
}

function refusedOf({ refused }) {
  let sum = 0;
  for (const code of Object.keys(refused)) sum += refused[code];
  return sum;
}
