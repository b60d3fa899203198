/** What is asked without end is refused, and harms nobody else. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ExamWorld, examWorld, HOUR } from './world.ts';

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  await w.importBank();
  await w.define();
});
afterEach(() => w.drop());

const code = (reply: { body: { error?: { code: string } } }) => reply.body.error?.code;
const told = (id: string, key: string) => w.call('POST', `/v1/exams/sittings/${id}/facts`, { key, fact: 'hidden' });

it('a page that tells without end is refused; another’s guesses use nothing of it up', async () => {
  const { sittingId, key } = (await w.open('ta1')).body;
  const { sittingId: others, key: othersKey } = (await w.open('ta2')).body;
  for (let i = 0; i < 70; i++) expect(code(await told(sittingId, othersKey))).toBe('sittingKey');
  for (let i = 0; i < 60; i++) expect((await told(sittingId, key)).status).toBe(200);
  const refused = await told(sittingId, key);
  expect(refused.status).toBe(429);
  expect(refused.body.error).toMatchObject({ code: 'tooFrequent', retry: true });
  expect((await told(others, othersKey)).status).toBe(200);
  w.clock.now += 1000;
  expect((await told(sittingId, key)).status).toBe(200);
});

it('a trainee who opens again and again is refused for a while, and comes in after it', async () => {
  for (let i = 0; i < 20; i++) expect((await w.open('ta1')).status).toBe(200);
  expect(code(await w.open('ta1'))).toBe('tooFrequent');
  expect((await w.open('ta2')).status).toBe(200);
  w.clock.now += 3000;
  expect((await w.open('ta1')).status).toBe(200);
});

it('so is a launch link', async () => {
  const launch = w.launches.signExam({ platformId: 'pa', traineeId: 'ta1', classId: 'ca1', examId: 'exam' });
  const trade = () => w.call('POST', '/v1/exams/launch', { launch });
  for (let i = 0; i < 20; i++) expect((await trade()).status).toBe(200);
  expect(code(await trade())).toBe('tooFrequent');
});

it('an address that asks without end is refused before anything is read', async () => {
  const replies = new Set<string | undefined>();
  for (let i = 0; i < 4001; i++) replies.add(code(await told('no-such-sitting', 'no-such-key-at-all')));
  expect([...replies]).toEqual(['sittingKey', 'tooFrequent']);
  w.clock.now += HOUR;
  expect(code(await told('no-such-sitting', 'no-such-key-at-all'))).toBe('sittingKey');
});
