/** How an answer was given: what is told to the detector and kept; and on whose terms a question is asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import type { Answer, Hand } from '../../sdk/wire.ts';
import { answerSchema } from '../../sdk/wire.ts';
import { readingMs } from '../../server/proofs/question/reading.ts';
import { strictestTerms } from '../../server/proofs/question/terms.ts';
import { hasPostgres } from '../support/db.ts';
import { placeOf, type World, world } from './world.ts';

const mouse: Hand = { events: [40, 0, 0, 0], times: [900, 2_950], path: [800, 71, 40], page: [0, 1] };
const screenReader: Hand = { events: [0, 0, 0, 2], times: [-1, 9_000], path: [0, 0, 0], page: [0, 1] };
const script: Hand = { events: [0, 0, 3, 1], times: [-1, 2_000], path: [0, 0, 0], page: [1, 0] };

describe.skipIf(!hasPostgres())('how an answer was given', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  beforeEach(() => w.forget());
  afterAll(() => w?.close());

  async function answered(hand: Hand | undefined, bankId = 'b', afterMs = 3_000) {
    const learner = await w.learn();
    const challenge = (await w.ask(learner))!;
    w.clock.now += afterMs;
    const by = hand === undefined ? {} : { hand };
    const answer: Answer = { prompt: challenge.prompt, choice: placeOf(challenge, bankId), ...by };
    const reply = await w.proofs.answer(learner.session, learner.personKey, answer);
    return { ...learner, challenge, reply, answer };
  }
  const given = () => w.drafts.flatMap((draft) => (draft.kind === 'proofGiven' ? [draft.manner] : []));
  const kept = async (prompt: string) =>
    (await w.db.query('select manner, answered_session, shown_as from prompts where id = $1', [prompt])).rows[0];

  it.each([
    ['a mouse', mouse, { hand: [40, 0] }],
    ['a screen reader', screenReader, { hand: [0, 0], assisted: true }],
    ['a script in a hidden page', script, { hand: [0, 3], hidden: true, unfocused: true, assisted: true }],
    ['an older page', undefined, {}],
  ] as const)('goes to the detector, and is kept with the prompt: %s', async (_who, hand, manner) => {
    const { challenge, session } = await answered(hand);
    const [told] = given();
    expect(told).toEqual({ latencyMs: 3_000, readMs: expect.any(Number), ...manner });
    const row = await kept(challenge.prompt);
    expect(row).toMatchObject({ answered_session: session, shown_as: 'words' });
    expect(row.manner).toEqual({ latencyMs: 3_000, readMs: told?.readMs, ...(hand === undefined ? {} : { hand }) });
  });

  it('counts from the asking, also on a page that came later', async () => {
    const learner = await w.learn();
    const challenge = (await w.ask(learner))!;
    w.clock.now += 5_000;
    const { session } = await w.learn({ trainee: learner.trainee, lesson: 1 });
    const choice = placeOf(challenge, 'b');
    await w.proofs.answer(session, learner.personKey, { prompt: challenge.prompt, choice, hand: mouse });
    expect(given()).toMatchObject([{ latencyMs: 15_000 }]);
    expect(await kept(challenge.prompt)).toMatchObject({ answered_session: session });
  });

  it('says no reading time of what this person was asked before', async () => {
    const learner = await w.learn();
    const seen = new Set<string>();
    for (let n = 0; n < 40; n += 1) {
      const challenge = (await w.ask(learner))!;
      w.clock.now += 3_000;
      const choice = placeOf(challenge, 'b');
      await w.proofs.answer(learner.session, learner.personKey, { prompt: challenge.prompt, choice });
      expect(given().at(-1)?.readMs === undefined).toBe(seen.has(challenge.question.en));
      seen.add(challenge.question.en);
    }
    expect(seen.size).toBeLessThan(40);
  });

  it('is forgotten with an answer whose judgement could not be stored, and told anew', async () => {
    const learner = await w.learn();
    const challenge = (await w.ask(learner))!;
    w.clock.now += 3_000;
    w.fail(1);
    const answer = { prompt: challenge.prompt, choice: placeOf(challenge, 'b'), hand: mouse };
    await expect(w.proofs.answer(learner.session, learner.personKey, answer)).rejects.toMatchObject({
      code: 'commitFailed',
    });
    expect(await kept(challenge.prompt)).toMatchObject({ manner: null, answered_session: null });
    await w.proofs.answer(learner.session, learner.personKey, answer);
    expect((await kept(challenge.prompt)).manner).toMatchObject({ hand: mouse });
  });

  it('tells nothing apart in the reply: a wrong one, one too fast, and a right one that does not release yet', async () => {
    const replies = [(await answered(mouse, 'a')).reply, (await answered(script, 'b', 100)).reply];
    const learner = await answered(mouse, 'a');
    const again = (await w.ask(learner))!;
    w.clock.now += 3_000;
    const answer = { prompt: again.prompt, choice: placeOf(again, 'b'), hand: mouse };
    replies.push(await w.proofs.answer(learner.session, learner.personKey, answer));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  });
});

describe('the hand on the wire', () => {
  const answer = { prompt: 'prompt-0001', choice: '1' };
  it.each<[string, object]>([
    ['a list of 10^5', { events: Array.from({ length: 100_000 }, () => 1) }],
    ['numbers that are none', { events: [0, 0, 0, Number.NaN] }],
    ['a fraction', { times: [0.5, 1] }],
    ['more than there can be', { events: [1e9, 0, 0, 0] }],
    ['less than nothing', { path: [-1, 0, 0] }],
    ['straighter than straight', { path: [10, 101, 1] }],
    ['text', { page: ['0', '1'] }],
    ['a part that nobody knows', { note: 'x'.repeat(100) }],
  ])('is refused at the door: %s', (_what, part) => {
    expect(answerSchema.safeParse({ ...answer, hand: mouse }).success).toBe(true);
    expect(answerSchema.safeParse({ ...answer, hand: { ...mouse, ...part } }).success).toBe(false);
  });

  it('at its largest fits what is kept', () => {
    const most = { events: [1e5, 1e5, 1e5, 1e5], times: [864e5, 864e5], path: [1e5, 100, 1e5], page: [1, 1] };
    expect(answerSchema.safeParse({ ...answer, hand: most }).success).toBe(true);
    const kept = { latencyMs: 1e13, readMs: 1e7, again: true, hand: most };
    // Postgres writes a blank after each comma and colon.
    expect(JSON.stringify(kept).replaceAll(/[,:]/g, '$& ').length).toBeLessThanOrEqual(512);
  });
});

describe('reading', () => {
  const text = (zh: string) => ({ zh, en: zh });
  it('takes longer for more text, and never less than a look', () => {
    const number = (zh: string) => readingMs({ form: 'number', text: text(zh), answer: 1, tolerance: 0 });
    expect(number('几？')).toBe(800);
    expect(number('字'.repeat(48))).toBe(4_000);
    const choices = ['一二三四', '五六'].map((zh, n) => ({ id: String(n), ...text(zh) }));
    expect(readingMs({ form: 'single', text: text('字'.repeat(21)), choices, answer: '0' })).toBe(2_000);
  });
});

describe('the terms of a question', () => {
  const policies = new Map([
    ['own', { windowMs: 60_000, lateMs: 30_000, minLatencyMs: 800 }],
    ['short', { windowMs: 30_000, lateMs: 40_000, minLatencyMs: 500 }],
    ['slow', { windowMs: 90_000, lateMs: 5_000, minLatencyMs: 2_000 }],
    ['none', undefined],
  ]);
  const load = async (hash: string) => {
    const question = policies.get(hash);
    return { ...standardPolicy, proofs: question === undefined ? {} : { question } };
  };

  it('are the strictest of all whose time the answer may release', async () => {
    const own = policies.get('own');
    expect(await strictestTerms('own', [], load)).toEqual(own);
    expect(await strictestTerms('own', ['own', 'none'], load)).toEqual(own);
    expect(await strictestTerms('own', ['short'], load)).toEqual({
      windowMs: 30_000,
      lateMs: 30_000,
      minLatencyMs: 800,
    });
    expect(await strictestTerms('own', ['short', 'own', 'slow'], load)).toEqual({
      ...{ windowMs: 30_000, lateMs: 5_000, minLatencyMs: 2_000 },
    });
    expect(await strictestTerms('none', ['own'], load)).toBeNull();
  });
});
