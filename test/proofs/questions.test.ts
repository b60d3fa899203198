import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import type { Answered, Challenge, Opened, Resumed } from '../../sdk/wire.ts';
import { type Harness, harness, openMessage, resumeMessage, ticket } from '../gateway/harness.ts';
import { code, connectWire, createPage, type Page, value, type Wire } from '../support/wire.ts';

let h: Harness;
beforeAll(async () => {
  h = await harness();
});
afterAll(() => h.close());
beforeEach(async () => {
  h.skewMs = 0;
  h.policy = { ...standardPolicy, presence: { ...standardPolicy.presence, windowMs: 60_000, minLatencyMs: 800 } };
  h.judge.stored.length = 0;
  await h.db.query('delete from prompts');
});

const person = 'person-a';
/** A page that opens while a question is on its way may be told of it twice; pages show a prompt once, by its id. */
const shown = (wire: Wire) => {
  const told = wire.events.filter(({ name }) => name === 'challenge').map(({ arg }) => arg as Challenge);
  return told.filter(({ prompt }, i) => told.findIndex((one) => one.prompt === prompt) === i);
};
/** Asks through the judge's outlet and waits until the page shows it. */
async function asked(): Promise<{ wire: Wire; page: Page; challenge: Challenge }> {
  const { wire, page } = await h.open();
  await h.prompts.challenge(page.session, person);
  await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
  return { wire, page, challenge: shown(wire)[0]! };
}
const placeOf = (challenge: Challenge, bankId: string) =>
  challenge.choices.find(({ text }) => text.en === `choice-${bankId}`)!.id;
const answer = (wire: Wire, challenge: Challenge, bankId: string) =>
  wire.call<Answered>('answer', { prompt: challenge.prompt, choice: placeOf(challenge, bankId) });
const judged = () => h.judge.stored.flatMap((d) => (d.kind === 'answered' ? [d.right] : []));

describe('a prompt', () => {
  it('is stored, told to the judge with its window, and shown to the session’s page', async () => {
    const { page, challenge } = await asked();
    expect(challenge.question.zh).toMatch(/^第\d题$/);
    expect(challenge.choices.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect(challenge.remainingMs).toBeGreaterThan(50_000);
    expect(h.judge.stored).toMatchObject([
      { kind: 'prompted', session: page.session, prompt: challenge.prompt, deadline: 60_000, personKey: person },
    ]);
  });

  it('never carries its key: not in a message, an error or a log', async () => {
    const { wire, challenge } = await asked();
    h.skewMs = 5_000;
    const replies = [
      await wire.call('answer', { prompt: challenge.prompt, choice: 'yes' }),
      await wire.call('answer', { prompt: challenge.prompt, choice: 'yes' }),
    ];
    const said = JSON.stringify([wire.events, replies, h.judge.stored, h.logged()]);
    expect(said).not.toMatch(/answer_?id/i);
    // The bank's ids are not the names on the wire, so none of them can point at the right choice.
    expect(challenge.choices.map(({ id }) => id)).not.toContain('yes');
    expect(judged()).toEqual([false]);
  });

  it('puts the right choice in every place', async () => {
    const places = new Set<string>();
    const { wire, page } = await h.open();
    for (let i = 0; i < 60; i++) await h.prompts.challenge(page.session, person);
    await vi.waitFor(() => expect(shown(wire)).toHaveLength(60));
    for (const one of shown(wire)) places.add(placeOf(one, 'yes'));
    expect([...places].sort()).toEqual(['1', '2', '3', '4']);
    // No question twice in a row.
    const questions = shown(wire).map(({ question }) => question.zh);
    for (const [i, question] of questions.entries()) expect(question).not.toBe(questions[i + 1]);
  });

  it('is not shown when the judge could not store it; the next one is', async () => {
    const { wire, page } = await h.open();
    h.judge.fail(1);
    await h.prompts.challenge(page.session, person);
    expect(await h.prompts.pending(person)).toBeNull();
    expect(shown(wire)).toEqual([]);
    await h.prompts.challenge(page.session, person);
    await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
  });

  it('is not asked in a lesson without questions, and that is said aloud', async () => {
    await h.db.query(`insert into class_lessons (class_id, lesson_id, position) values ('ca', 'l2', 2)`);
    const { page } = await h.open({ lesson: 'l2' });
    await h.prompts.challenge(page.session, person);
    expect(h.judge.stored).toEqual([]);
    expect(h.logged()).toContain('no questions');
  });
});

describe('an answer', () => {
  it.each<[string, string, number, string, boolean]>([
    ['right', 'yes', 3_000, 'right', true],
    ['wrong', 'no', 3_000, 'wrong', false],
    ['right but faster than anyone reads', 'yes', 0, 'tooFast', false],
    ['right but late', 'yes', 61_000, 'expired', true],
    ['wrong and late', 'no', 61_000, 'expired', false],
  ])('that is %s', async (_what, choice, afterMs, outcome, right) => {
    const { wire, challenge } = await asked();
    h.skewMs = afterMs;
    expect(value(await answer(wire, challenge, choice)).outcome).toBe(outcome);
    expect(judged()).toEqual([right]);
    const { rows } = await h.db.query('select outcome from prompts');
    expect(rows).toEqual([{ outcome }]);
  });

  it.each(['0', '5', '99', '-1', '1.0', ' 1', 'yes', '__proto__', '１'])(
    'naming no choice (%j) is wrong',
    async (choice) => {
      const { wire, challenge } = await asked();
      h.skewMs = 3_000;
      const reply = await wire.call<Answered>('answer', { prompt: challenge.prompt, choice });
      expect(value(reply).outcome).toBe('wrong');
    },
  );

  it('counts once, however many are sent at the same time', async () => {
    const { wire, challenge } = await asked();
    h.skewMs = 3_000;
    const codes = await Promise.all(
      ['no', 'yes', 'maybe', 'never'].map(async (c) => code(await answer(wire, challenge, c))),
    );
    expect(codes.filter((one) => one === 'ok')).toHaveLength(1);
    expect(codes.filter((one) => one === 'promptUnknown')).toHaveLength(3);
    expect(judged()).toHaveLength(1);
  });

  it('that could not be stored may be sent again', async () => {
    const { wire, challenge } = await asked();
    h.skewMs = 3_000;
    h.judge.fail(1);
    expect(code(await answer(wire, challenge, 'yes'))).toBe('commitFailed');
    expect(value(await answer(wire, challenge, 'yes')).outcome).toBe('right');
    expect(judged()).toEqual([true]);
  });

  it('to another person’s prompt, or to none, is refused', async () => {
    const { challenge } = await asked();
    const other = await h.open({ sub: 'tb' });
    h.skewMs = 3_000;
    expect(code(await answer(other.wire, challenge, 'yes'))).toBe('promptUnknown');
    expect(code(await other.wire.call('answer', { prompt: 'no-such-prompt', choice: '1' }))).toBe('promptUnknown');
    expect(await h.prompts.pending(person)).not.toBeNull();
  });

  it('to a prompt that another replaced is refused', async () => {
    const { wire, page, challenge } = await asked();
    await h.prompts.challenge(page.session, person);
    h.skewMs = 3_000;
    expect(code(await answer(wire, challenge, 'yes'))).toBe('promptUnknown');
    expect((await h.prompts.pending(person))?.prompt).not.toBe(challenge.prompt);
  });

  it('is judged after the beat that was sent just before it', async () => {
    const { wire, page, challenge } = await asked();
    h.skewMs = 3_000;
    const beat = wire.call('beat', page.seal({ cause: 'answering' }));
    const answered = answer(wire, challenge, 'yes');
    expect([code(await beat), code(await answered)]).toEqual(['ok', 'ok']);
    expect(h.judge.stored.map(({ kind }) => kind)).toEqual(['prompted', 'beat', 'answered']);
  });
});

describe('a prompt follows the person', () => {
  it('to a resumed connection', async () => {
    const { page, challenge } = await asked();
    h.skewMs = 10_000;
    const wire = await connectWire(h.base);
    const resumed = value(await wire.call<Resumed>('resume', resumeMessage(page, wire)));
    expect(resumed.challenge).toMatchObject({ prompt: challenge.prompt, choices: challenge.choices });
    expect(resumed.challenge!.remainingMs).toBeLessThanOrEqual(50_000);
    expect(value(await answer(wire, challenge, 'yes')).outcome).toBe('right');
    await wire.close();
  });

  it('to a new session, which may answer it', async () => {
    const { challenge } = await asked();
    const wire = await connectWire(h.base);
    const page = createPage(value(await wire.call<Opened>('open', openMessage(ticket()))));
    await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
    expect(shown(wire)[0]).toMatchObject({ prompt: challenge.prompt, choices: challenge.choices });
    h.skewMs = 3_000;
    expect(value(await answer(wire, challenge, 'yes')).outcome).toBe('right');
    expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'answered', session: page.session, right: true });
    await wire.close();
  });

  it('not after its window, and not to others', async () => {
    await asked();
    expect(await h.prompts.pending('person-b')).toBeNull();
    h.skewMs = 61_000;
    expect(await h.prompts.pending(person)).toBeNull();
  });
});
