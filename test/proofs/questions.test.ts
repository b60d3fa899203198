import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPostgres } from '../support/db.ts';
import { beatDraft } from '../support/judge.ts';
import { placeOf, policy, type World, world } from './world.ts';

const { windowMs, lateMs } = policy.proofs.question!;

describe.skipIf(!hasPostgres())('questions', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  beforeEach(() => w.forget());
  afterAll(() => w?.close());

  /** A trainee with 10 s held, who is asked. */
  async function asked() {
    const learner = await w.learn();
    const challenge = (await w.ask(learner))!;
    const answer = (bankId: string) =>
      w.proofs.answer(learner.session, learner.personKey, {
        prompt: challenge.prompt,
        choice: placeOf(challenge, bankId),
      });
    return { ...learner, challenge, answer };
  }
  const given = () => w.drafts.flatMap((draft) => (draft.kind === 'proofGiven' ? [draft.outcome] : []));
  const unknown = { code: 'promptUnknown' };

  describe('what is refused', () => {
    it('an answer to another person’s prompt, or to none; the prompt waits on', async () => {
      const { challenge, personKey } = await asked();
      const other = await w.learn();
      w.clock.now += 3_000;
      const choice = placeOf(challenge, 'b');
      for (const prompt of [challenge.prompt, 'no-such-prompt']) {
        await expect(w.proofs.answer(other.session, other.personKey, { prompt, choice })).rejects.toMatchObject(
          unknown,
        );
      }
      expect(given()).toEqual([]);
      expect(await w.proofs.pending(other.personKey)).toBeNull();
      expect((await w.proofs.pending(personKey))?.prompt).toBe(challenge.prompt);
    });

    it('all but one of several answers at the same time', async () => {
      const { answer } = await asked();
      w.clock.now += 3_000;
      const settled = await Promise.allSettled(['a', 'b', 'c', 'd'].map(answer));
      expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      expect(given()).toHaveLength(1);
    });

    it.each(['0', '5', '99', '-1', '1.0', ' 1', 'b', '__proto__', '１'])(
      'a choice that is none (%j): it is wrong',
      async (choice) => {
        const { challenge, session, personKey } = await asked();
        w.clock.now += 3_000;
        await w.proofs.answer(session, personKey, { prompt: challenge.prompt, choice });
        expect(await w.outcomes({ personKey })).toEqual(['wrong']);
      },
    );

    it('an answer to a prompt that another replaced', async () => {
      const { answer, challenge, ...learner } = await asked();
      const next = await w.ask(learner);
      w.clock.now += 3_000;
      await expect(answer('b')).rejects.toMatchObject(unknown);
      expect((await w.proofs.pending(learner.personKey))?.prompt).toBe(next?.prompt);
      expect(next?.prompt).not.toBe(challenge.prompt);
      expect(await w.outcomes(learner)).toEqual(['superseded', null]);
    });

    it('another platform’s bank, though time is held for its lesson', async () => {
      const learner = await w.learn();
      for (let i = 0; i < 12; i++) {
        expect((await w.ask(learner, 'one-pb'))?.question.en).toMatch(/^one-pa /);
      }
      expect(await w.db.query(`select 1 from prompts where question_id like '%-pb-%'`)).toMatchObject({ rowCount: 0 });
    });

    it('a look at the key: not in a message, an error or a log', async () => {
      const { challenge, session, personKey } = await asked();
      w.clock.now += 3_000;
      const guess = { prompt: challenge.prompt, choice: 'b' };
      const said = [
        await w.proofs.answer(session, personKey, guess),
        await w.proofs.answer(session, personKey, guess).catch((error: Error) => error.message),
        ...[w.shown, w.drafts, w.logged()],
      ];
      expect(JSON.stringify(said)).not.toMatch(/answer_?id/i);
      // The bank's ids are not the names on the wire, so none of them can point at the right choice.
      expect(challenge.choices.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    });
  });

  describe('what is kept of an answer', () => {
    const chosen = async (prompt: string) =>
      (await w.db.query<{ chosen: string | null }>('select chosen from prompts where id = $1', [prompt])).rows[0]
        ?.chosen;

    it('is the bank’s id of the choice that was taken, whether right or wrong', async () => {
      for (const bankId of ['b', 'c']) {
        const { answer, challenge } = await asked();
        w.clock.now += 3_000;
        await answer(bankId);
        expect(await chosen(challenge.prompt)).toBe(bankId);
      }
    });

    it('is nothing where there was no such choice, or where its judgement could not be stored', async () => {
      const { challenge, session, personKey, answer } = await asked();
      w.clock.now += 3_000;
      w.fail(1);
      await expect(answer('c')).rejects.toMatchObject({ code: 'commitFailed' });
      expect(await chosen(challenge.prompt)).toBeNull();
      await w.proofs.answer(session, personKey, { prompt: challenge.prompt, choice: '9' });
      expect(await chosen(challenge.prompt)).toBeNull();
    });
  });

  describe('a question', () => {
    it('is told to the judge with its times, and stands before the session’s page', async () => {
      const { session, challenge } = await asked();
      expect(challenge).toMatchObject({ session, remainingMs: windowMs, graceMs: lateMs });
      expect(w.drafts).toMatchObject([
        { kind: 'proofIssued', session, proof: 'question', id: challenge.prompt, windowMs, lateMs },
      ]);
    });

    it('is about the lesson of the held time, where the platform teaches it and has questions', async () => {
      const learner = await w.learn();
      expect((await w.ask(learner, 'two-pa'))?.question.en).toMatch(/^two-pa /);
      expect((await w.ask(learner, 'three-pa'))?.question.en).toMatch(/^one-pa /);
    });

    it('puts the right choice in every place, and never comes twice in a row', async () => {
      const learner = await w.learn();
      const places = new Set<string>();
      for (let i = 0; i < 60; i++) places.add(placeOf((await w.ask(learner))!, 'b'));
      expect([...places].sort()).toEqual(['1', '2', '3', '4']);
      const questions = w.shown.map(({ question }) => question.en);
      for (const [i, question] of questions.entries()) expect(question).not.toBe(questions[i + 1]);
    });

    it('is not shown when the judge could not store it, and leaves nothing; the next one is', async () => {
      const learner = await w.learn();
      w.fail(1);
      expect(await w.ask(learner)).toBeNull();
      expect([await w.proofs.pending(learner.personKey), await w.outcomes(learner)]).toEqual([null, []]);
      expect(await w.ask(learner)).not.toBeNull();
    });

    it('is not asked in a lesson without questions, and that is said aloud', async () => {
      expect(await w.ask(await w.learn({ lesson: 2 }), 'three-pa')).toBeNull();
      expect([w.drafts, w.logged()]).toEqual([[], expect.stringContaining('no questions')]);
    });
  });

  describe('an answer', () => {
    it.each<[string, string, number, string, boolean]>([
      ['right', 'b', 3_000, 'right', true],
      ['wrong', 'a', 3_000, 'wrong', false],
      ['right but faster than anyone reads', 'b', 100, 'tooFast', false],
      ['right at the last moment', 'b', windowMs, 'right', true],
      ['right and a little late', 'b', windowMs + lateMs, 'right', true],
      ['wrong and a little late', 'a', windowMs + lateMs, 'wrong', false],
      ['right but too late', 'b', windowMs + lateMs + 1, 'expired', false],
      ['wrong and too late', 'a', windowMs + lateMs + 1, 'expired', false],
    ])('that is %s', async (_what, bankId, afterMs, outcome, passes) => {
      const { answer, ...learner } = await asked();
      w.clock.now += afterMs;
      const answered = await answer(bankId);
      // Of one answer nothing is told but whether it came in time.
      expect(answered).toMatchObject({ outcome: outcome === 'expired' ? 'expired' : 'taken', counted: false });
      expect(answered.totals).toMatchObject(passes ? { creditedMs: 10_000, heldMs: 0 } : { creditedMs: 0 });
      expect(await w.outcomes(learner)).toEqual([outcome]);
    });

    it('counts by the moment it arrived, however long it waited to be judged', async () => {
      const { challenge, session, personKey } = await asked();
      const arrivedAt = w.clock.now + windowMs + lateMs;
      w.clock.now = arrivedAt + 5_000;
      const answer = { prompt: challenge.prompt, choice: placeOf(challenge, 'b') };
      const answered = await w.proofs.answer(session, personKey, answer, arrivedAt);
      expect(answered).toMatchObject({ outcome: 'taken', totals: { creditedMs: 10_000 } });
      expect(w.drafts.at(-1)?.admittedAt).toBe(arrivedAt);
    });

    it('that is right after a wrong one says that one more is needed', async () => {
      const { answer, ...learner } = await asked();
      w.clock.now += 3_000;
      await answer('a');
      const again = (await w.ask(learner))!;
      w.clock.now += 3_000;
      const choice = placeOf(again, 'b');
      const answered = await w.proofs.answer(learner.session, learner.personKey, { prompt: again.prompt, choice });
      expect(answered).toMatchObject({ outcome: 'taken', counted: false, totals: { creditedMs: 0 } });
    });

    it('that could not be stored may be sent again', async () => {
      const { answer } = await asked();
      w.clock.now += 3_000;
      w.fail(1);
      await expect(answer('b')).rejects.toMatchObject({ code: 'commitFailed' });
      expect(await answer('b')).toMatchObject({ outcome: 'taken', counted: false });
    });
  });

  describe('a prompt that nobody answered', () => {
    /** Time passes; what the detector says of it is handed on. */
    async function pass({ session, personKey }: { session: string; personKey: string }, ms: number) {
      w.clock.now += ms;
      await w.judge.submit(personKey, { kind: 'tick', session });
      for (const notice of w.notices) await w.proofs.noticed(notice);
    }

    it('while the lesson played is missed; its answer comes too late, once, and releases nothing', async () => {
      const { answer, ...learner } = await asked();
      const deadline = w.clock.now + windowMs + lateMs;
      for (let seq = 2; w.clock.now < deadline + 2_000; seq++) {
        w.clock.now += 10_000;
        await w.judge.submit(learner.personKey, beatDraft(learner.session, seq, (seq - 1) * 10_000, seq * 10_000));
      }
      await pass(learner, 0);
      expect(w.notices.map(({ kind }) => kind)).toContain('promptMissed');
      expect([await w.outcomes(learner), await w.proofs.pending(learner.personKey)]).toEqual([['missed'], null]);
      expect(await answer('b')).toMatchObject({ outcome: 'expired', counted: false, totals: { creditedMs: 0 } });
      await expect(answer('b')).rejects.toMatchObject(unknown);
      expect(await w.outcomes(learner)).toEqual(['expired']);
    });

    it('in a pause is withdrawn, and takes no answer', async () => {
      const { answer, ...learner } = await asked();
      const deadline = w.clock.now + windowMs + lateMs;
      const paused = { runs: [], player: ['paused', 10_000, 100] } as const;
      for (let seq = 2; w.clock.now < deadline + 2_000; seq++) {
        expect(w.notices).toEqual([]);
        w.clock.now += 10_000;
        await w.judge.submit(
          learner.personKey,
          beatDraft(learner.session, seq, (seq - 1) * 10_000, seq * 10_000, paused),
        );
      }
      await pass(learner, 0);
      expect(w.notices.map(({ kind }) => kind)).toContain('promptWithdrawn');
      expect(await w.outcomes(learner)).toEqual(['withdrawn']);
      await expect(answer('b')).rejects.toMatchObject(unknown);
    });

    it('and of which nobody was told is missed when the next one is asked; the next one is not', async () => {
      const { answer: _, ...learner } = await asked();
      w.clock.now += windowMs + lateMs + 1;
      const next = await w.ask(learner);
      expect(await w.outcomes(learner)).toEqual(['missed', null]);
      // What is heard late is not of the one that waits now.
      await w.proofs.noticed({ kind: 'promptMissed', session: learner.session });
      expect((await w.proofs.pending(learner.personKey))?.prompt).toBe(next?.prompt);
    });
  });

  describe('through a page that leaves as it is asked', () => {
    const close = async ({ session, personKey }: { session: string; personKey: string }) => {
      w.clock.now += 1;
      await w.judge.submit(personKey, { kind: 'closed', session, cause: 'closing' });
      w.clock.now += 1;
    };

    it('nothing is shown, and nothing waits whose answer would cost nothing', async () => {
      const learner = await w.learn();
      await close(learner);
      expect(await w.ask(learner)).toBeNull();
      expect([await w.outcomes(learner), await w.proofs.pending(learner.personKey)]).toEqual([[], null]);
    });

    it('nor where it leaves between the question being chosen and being asked', async () => {
      const learner = await w.learn();
      w.beforeNext('proofIssued', () => close(learner));
      expect(await w.ask(learner)).toBeNull();
      expect([await w.outcomes(learner), await w.proofs.pending(learner.personKey)]).toEqual([[], null]);
    });

    it('a question that was asked before it left waits on', async () => {
      const { challenge, ...learner } = await asked();
      await close(learner);
      expect((await w.proofs.pending(learner.personKey))?.prompt).toBe(challenge.prompt);
    });
  });

  it('a prompt follows the person to a new session, which may answer it', async () => {
    const { challenge, personKey, trainee } = await asked();
    w.clock.now += 1_000;
    const { session } = await w.learn({ trainee, lesson: 1 });
    const pending = await w.proofs.pending(personKey);
    expect(pending).toMatchObject({ prompt: challenge.prompt, choices: challenge.choices, graceMs: lateMs });
    expect(pending?.remainingMs).toBe(windowMs - 11_000);
    const answer = { prompt: challenge.prompt, choice: placeOf(challenge, 'b') };
    expect(await w.proofs.answer(session, personKey, answer)).toMatchObject({ outcome: 'taken', counted: false });
  });

  it('in its late time a prompt is still handed to a page that comes, with what is left of it', async () => {
    const { personKey } = await asked();
    w.clock.now += windowMs + 1_000;
    expect(await w.proofs.pending(personKey)).toMatchObject({ remainingMs: 0, graceMs: lateMs - 1_000 });
  });
});
