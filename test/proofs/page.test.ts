/** Questions as a page meets them: over the gateway, through the wire. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import type { Answered, Challenge, Opened, Resumed } from '../../sdk/wire.ts';
import { type Harness, harness, openMessage, resumeMessage, ticket } from '../gateway/harness.ts';
import { hasPostgres } from '../support/db.ts';
import { code, connectWire, createPage, value, type Wire } from '../support/wire.ts';

const { windowMs, lateMs } = standardPolicy.proofs.question!;

describe.skipIf(!hasPostgres())('a question before a page', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await harness();
  });
  afterAll(() => h?.close());
  beforeEach(async () => {
    h.skewMs = 0;
    h.judge.stored.length = 0;
    await h.db.query('delete from prompts');
  });

  const person = 'person-a';
  /** A page that opens while a question is on its way may be told of it twice; pages show a prompt once, by its id. */
  const shown = (wire: Wire) => {
    const told = wire.events.filter(({ name }) => name === 'challenge').map(({ arg }) => arg as Challenge);
    return told.filter(({ prompt }, i) => told.findIndex((one) => one.prompt === prompt) === i);
  };
  /** Asks as the judge's outlet does and waits until the page shows it. */
  async function asked() {
    const { wire, page } = await h.open();
    await h.proofs.asked({ verdict: 'proofAsked', session: page.session, kinds: ['question'], lesson: 'l1' }, person);
    await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
    return { wire, page, challenge: shown(wire)[0]! };
  }
  const answer = (wire: Wire, challenge: Challenge, bankId: string) => {
    const choice = challenge.choices.find(({ text }) => text.en === `choice-${bankId}`)!.id;
    return wire.call<Answered>('answer', { prompt: challenge.prompt, choice });
  };

  it('takes no answer from another person’s page, and keeps its key', async () => {
    const { wire, challenge } = await asked();
    const other = await h.open({ sub: 'tb' });
    h.skewMs = 3_000;
    expect(code(await answer(other.wire, challenge, 'yes'))).toBe('promptUnknown');
    const reply = await wire.call('answer', { prompt: challenge.prompt, choice: 'yes' });
    const said = JSON.stringify([wire.events, other.wire.events, reply, h.judge.stored, h.logged()]);
    expect(said).not.toMatch(/answer_?id/i);
    expect(challenge.choices.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  it('is judged after the beat that was sent just before the answer', async () => {
    const { wire, page, challenge } = await asked();
    h.skewMs = 3_000;
    const beat = wire.call('beat', page.seal({ cause: 'answering' }));
    const answered = answer(wire, challenge, 'yes');
    expect([code(await beat), code(await answered)]).toEqual(['ok', 'ok']);
    expect(h.judge.stored.map(({ kind }) => kind)).toEqual(['proofIssued', 'beat', 'proofGiven']);
  });

  it('follows to a resumed connection, in its late time too', async () => {
    const { page, challenge } = await asked();
    h.skewMs = windowMs + 1_000;
    const wire = await connectWire(h.base);
    const resumed = value(await wire.call<Resumed>('resume', resumeMessage(page, wire)));
    expect(resumed.challenge).toMatchObject({ prompt: challenge.prompt, choices: challenge.choices, remainingMs: 0 });
    expect(resumed.challenge?.graceMs).toBeLessThan(lateMs);
    expect(value(await answer(wire, challenge, 'yes')).outcome).toBe('taken');
    await wire.close();
  });

  it('follows to a new session, which may answer it', async () => {
    const { challenge } = await asked();
    const wire = await connectWire(h.base);
    const page = createPage(value(await wire.call<Opened>('open', openMessage(ticket()))));
    await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
    expect(shown(wire)[0]).toMatchObject({ prompt: challenge.prompt, choices: challenge.choices });
    h.skewMs = 3_000;
    expect(value(await answer(wire, challenge, 'yes')).outcome).toBe('taken');
    expect(h.judge.stored.at(-1)).toMatchObject({ kind: 'proofGiven', session: page.session, outcome: 'passed' });
    await wire.close();
  });

  it('is of a form that the page announced when it opened; names that nobody knows mean nothing', async () => {
    await h.db.query(
      `insert into questions (id, lesson_id, text_zh, text_en, choices, form, key)
       values ('q-number', 'l1', '几伏？', 'How many volts?', '[]', 'number', '{"answer": "220", "tolerance": "0"}')`,
    );
    const open = async (forms: unknown) => {
      const wire = await connectWire(h.base);
      const opened = await wire.call<Opened>('open', { ...openMessage(ticket({ sub: 'tb' })), forms });
      return { wire, opened };
    };
    try {
      for (const forms of [Array.from({ length: 17 }, () => 'number'), ['a b'], 'number']) {
        const { wire, opened } = await open(forms);
        expect(code(opened)).toBe('badRequest');
        await wire.close();
      }
      const { wire, opened } = await open(['number', 'picture']);
      const { session } = value(opened);
      await h.proofs.asked({ verdict: 'proofAsked', session, kinds: ['question'], lesson: 'l1' }, 'person-b');
      await vi.waitFor(() => expect(shown(wire)).toHaveLength(1));
      expect(shown(wire)[0]).toMatchObject({ form: 'number', choices: [], question: { zh: '几伏？' } });
      h.skewMs = 3_000;
      const prompt = shown(wire)[0]!.prompt;
      expect(code(await wire.call('answer', { prompt, choices: Array.from({ length: 11 }, String) }))).toBe(
        'badRequest',
      );
      expect(value(await wire.call<Answered>('answer', { prompt, number: '２２０' })).outcome).toBe('taken');
      await wire.close();
    } finally {
      await h.db.query('delete from prompts');
      await h.db.query(`delete from questions where id = 'q-number'`);
    }
  });
});
