import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExamWorld, examWorld, HOUR, MINUTE, platformBearer } from './world.ts';

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  await w.importBank();
  await w.define();
});
afterEach(() => w.drop());

const FROM = { origin: 'https://platform.example' };
const post = (url: string, payload: object) => w.app.inject({ method: 'POST', url, headers: FROM, payload });
const ask = (url: string) =>
  w.app.inject({
    method: 'OPTIONS',
    url,
    headers: {
      ...FROM,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });

describe('a page on its platform’s own origin', () => {
  it('may ask whatever a candidate asks, refusals included, and never with credentials', async () => {
    const { body } = await w.open('ta1');
    const at = (what: string) => `/v1/exams/sittings/${body.sittingId}/${what}`;
    const paths = ['answers', 'facts', 'clock', 'pause', 'result', 'hand-in'].map(at);
    for (const path of ['/v1/exams/launch', '/v1/exams/sittings', ...paths]) {
      const preflight = await ask(path);
      expect(preflight.statusCode, path).toBe(204);
      expect(preflight.headers, path).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type',
      });
      const reply = await post(path, { key: body.key, fact: 'hidden' });
      expect(reply.headers['access-control-allow-origin'], path).toBe('*');
      expect(reply.headers['cross-origin-resource-policy'], path).toBe('cross-origin');
      for (const { headers } of [preflight, reply]) {
        expect(headers['access-control-allow-credentials'], path).toBeUndefined();
      }
    }
  });

  it('is not told what staff is told', async () => {
    const { body } = await w.open('ta1');
    const staff = [
      ['GET', '/v1/exams?classId=ca1'],
      ['GET', '/v1/exams/exam/results'],
      ['GET', `/v1/exams/sittings/${body.sittingId}`],
    ] as const;
    for (const [method, url] of staff) {
      const reply = await w.app.inject({ method, url, headers: { ...FROM, ...platformBearer('pa') } });
      expect(reply.statusCode, url).toBe(200);
      expect(reply.headers['access-control-allow-origin'], url).toBeUndefined();
    }
    for (const url of ['/v1/exams', '/v1/exams/exam/tickets', `/v1/exams/sittings/${body.sittingId}/corrections`]) {
      expect((await ask(url)).headers['access-control-allow-origin'], url).toBeUndefined();
    }
  });
});

it('a page with nothing to save asks for the clock: what is left, or that it lost the sitting', async () => {
  const first = (await w.open('ta1')).body;
  const clock = ({ key }: { key: string }) => w.call('POST', `/v1/exams/sittings/${first.sittingId}/clock`, { key });
  w.clock.now += 7 * MINUTE;
  expect((await clock(first)).body).toEqual({ remainingMs: 53 * MINUTE });
  // A page that went and came back as it was.
  await w.call('POST', `/v1/exams/sittings/${first.sittingId}/pause`, { key: first.key });
  const paused = async () => (await w.db.query('select paused from sittings')).rows[0].paused;
  expect(await paused()).toBe(true);
  await clock(first);
  expect(await paused()).toBe(false);
  const second = (await w.open('ta1', { device: 'device-of-another' })).body;
  expect((await clock(first)).body.error.code).toBe('sittingTakenOver');
  expect((await clock(second)).status).toBe(200);
  expect((await clock({ key: 'x'.repeat(40) })).body.error.code).toBe('sittingKey');
  w.clock.now += HOUR;
  expect((await clock(second)).body.error.code).toBe('sittingTimeUp');
});
