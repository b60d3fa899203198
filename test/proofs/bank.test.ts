/** Which item of the bank is asked of whom, on real evidence. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { itemSchema } from '../../server/classes/item.ts';
import { putQuestion } from '../../server/classes/store.ts';
import { hasPostgres } from '../support/db.ts';
import { beatDraft } from '../support/judge.ts';
import { type World, world } from './world.ts';

describe.skipIf(!hasPostgres())('the bank', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  beforeEach(() => w.forget());
  afterAll(() => w?.close());

  /** The lesson's items are about these stretches; `null`: about all of it. */
  async function about(...stretches: readonly (readonly [number, number] | null)[]): Promise<void> {
    for (const [i, stretch] of stretches.entries()) {
      await w.db.query('update questions set from_ms = $2, to_ms = $3 where id = $1', [
        `one-pa-q${i + 1}`,
        stretch?.[0] ?? null,
        stretch?.[1] ?? null,
      ]);
    }
  }
  type Learner = Awaited<ReturnType<World['learn']>>;
  const ask = async (learner: Learner, lesson?: string) => (await w.ask(learner, lesson))?.question.en.split(' ')[1];
  const play = async ({ session, personKey }: Learner, seq: number, hidden = false) => {
    w.clock.now += 10_000;
    const patch = hidden ? { page: [0, 0, 10_000] as const } : {};
    await w.judge.submit(personKey, beatDraft(session, seq, (seq - 1) * 10_000, seq * 10_000, patch));
  };

  it('has nothing to ask about what was not watched, and says so', async () => {
    await about([10_000, 20_000], [60_000, 90_000], [150_000, 160_000]);
    const learner = await w.learn();
    expect(await ask(learner)).toBeUndefined();
    expect([w.drafts, w.logged()]).toEqual([[], expect.stringContaining('nothing to ask about what was watched')]);
    await play(learner, 2);
    expect(await ask(learner)).toBe('one-pa-q1');
  });

  it('asks nobody about what played hidden, nor about what somebody else watched', async () => {
    await about([10_000, 20_000], [60_000, 90_000], [150_000, 160_000]);
    const [hidden, other] = [await w.learn(), await w.learn()];
    await play(hidden, 2, true);
    await play(other, 2);
    expect([await ask(hidden), await ask(other)]).toEqual([undefined, 'one-pa-q1']);
  });

  it('knows what was watched in an earlier session of the lesson', async () => {
    await about([10_000, 20_000], [60_000, 90_000], [150_000, 160_000]);
    const learner = await w.learn();
    await play(learner, 2);
    const next = await w.learn({ trainee: learner.trainee, lesson: 1 });
    expect(await ask(next, 'one-pa')).toBe('one-pa-q1');
  });

  it('asks no item twice in a class while others remain, then the one asked longest ago', async () => {
    await about(null, null, null);
    const learner = await w.learn();
    const first = [await ask(learner), await ask(learner), await ask(learner)];
    expect([...first].sort()).toEqual(['one-pa-q1', 'one-pa-q2', 'one-pa-q3']);
    // In another session of the class as well.
    const next = await w.learn({ trainee: learner.trainee });
    expect([await ask(next), await ask(next), await ask(next)]).toEqual(first);
  });

  it('leaves the order of fresh items to chance', async () => {
    await about(null, null, null);
    const firsts = new Set<string | undefined>();
    for (let i = 0; i < 30; i++) firsts.add(await ask(await w.learn()));
    expect(firsts.size).toBe(3);
  });

  describe('of several forms', () => {
    const choices = ['a', 'b', 'c'].map((id) => ({ id, zh: `选项${id}`, en: `choice ${id}` }));
    const words = { zh: '？', en: 'three-pa item' };
    const put = (item: object) =>
      putQuestion(w.db, 'three-pa', itemSchema.parse({ id: 'three-pa-item', ...words, ...item }));
    const able = async (...forms: string[]) => {
      const learner = await w.learn({ lesson: 2 });
      if (forms.length > 0) await w.proofs.announced(learner.session, forms);
      return learner;
    };
    const answer = async (learner: Learner, prompt: string, given: object) => {
      w.clock.now += 3_000;
      return w.proofs.answer(learner.session, learner.personKey, { prompt, ...given } as never);
    };
    const kept = async (prompt: string) =>
      (await w.db.query('select asked from prompts where id = $1', [prompt])).rows[0].asked;

    it('asks a page for no form that it did not announce', async () => {
      await put({ form: 'order', choices });
      for (const forms of [[], ['single', 'multiple'], ['ORDER', 'picture', '__proto__']]) {
        expect(await w.ask(await able(...forms), 'three-pa')).toBeNull();
      }
      expect(await w.ask(await able('order'), 'three-pa')).toMatchObject({ form: 'order' });
    });

    it('keeps from another page of the person what that page cannot draw', async () => {
      await put({ form: 'order', choices });
      const learner = await able('order');
      const challenge = (await w.ask(learner, 'three-pa'))!;
      const old = await w.learn({ trainee: learner.trainee, lesson: 2 });
      expect(await w.proofs.pending(learner.personKey, old.session)).toBeNull();
      expect((await w.proofs.pending(learner.personKey, learner.session))?.prompt).toBe(challenge.prompt);
    });

    it.each<[string, object, (shown: readonly { id: string; en: string }[]) => object]>([
      [
        'multiple',
        { form: 'multiple', choices, answers: ['a', 'c'] },
        (shown) => ({ choices: shown.flatMap(({ id, en }) => (en === 'choice b' ? [] : [id])) }),
      ],
      [
        'order',
        { form: 'order', choices },
        (shown) => ({ order: shown.toSorted((x, y) => x.en.localeCompare(y.en)).map(({ id }) => id) }),
      ],
      [
        'number',
        { form: 'number', answer: '230', tolerance: '5', unit: { zh: '伏', en: 'V' } },
        () => ({ number: '226' }),
      ],
    ])('takes a right answer and a wrong one: %s', async (form, item, rightly) => {
      await put(item);
      for (const [given, outcome] of [
        [rightly, 'right'],
        [() => ({ choice: '1' }), 'wrong'],
        [() => (form === 'number' ? { number: '999' } : { order: ['1', '1', '2'] }), 'wrong'],
      ] as const) {
        const learner = await able('single', form);
        const challenge = (await w.ask(learner, 'three-pa'))!;
        expect(challenge.form).toBe(form);
        const shown = challenge.choices.map(({ id, text }) => ({ id, en: text.en }));
        expect(await answer(learner, challenge.prompt, given(shown))).toMatchObject({ outcome: 'taken' });
        expect(await w.outcomes(learner)).toEqual([outcome]);
      }
      const sent = JSON.stringify(w.shown);
      expect(sent).not.toMatch(/answer|tolerance|230/i);
    });

    it('draws a template for each asking, keeps what was drawn, and judges by it though the bank changed', async () => {
      const template = {
        ...{ zh: '{r} Ω，{i} A，多少伏？', en: 'three-pa {r} Ω, {i} A: how many volts?' },
        variables: { r: { from: 1, to: 1000, step: 1 }, i: { from: 1, to: 1000, step: 1 } },
        ...{ form: 'number', answer: 'r × i' },
      };
      await put(template);
      const learner = await able('number');
      const challenge = (await w.ask(learner, 'three-pa'))!;
      const [r = 0, i = 0] = [...challenge.question.zh.matchAll(/\d+/g)].map(Number);
      expect(await kept(challenge.prompt)).toMatchObject({ drawn: { r, i }, answer: r * i, form: 'number' });
      await put({ ...template, answer: 'r + i' });
      expect(await answer(learner, challenge.prompt, { number: String(r * i) })).toMatchObject({ outcome: 'taken' });
      expect(await w.outcomes(learner)).toEqual(['right']);
      const others = new Set<string>();
      for (let n = 0; n < 5; n++) others.add((await w.ask(learner, 'three-pa'))!.question.zh);
      expect(others.size).toBeGreaterThan(2);
    });

    it('passes over a template that cannot be drawn, and says so', async () => {
      await put({ zh: '{1 ÷ (r − r)}', en: '{r}', variables: { r: { oneOf: [1, 2] } }, form: 'number', answer: 'r' });
      expect(await w.ask(await able('number'), 'three-pa')).toBeNull();
      expect(w.logged()).toContain('no drawing that fits');
    });

    it('judges a prompt of a release that kept nothing with it by the bank', async () => {
      await put({ choices, answer: 'b' });
      const learner = await able();
      const challenge = (await w.ask(learner, 'three-pa'))!;
      await w.db.query('update prompts set asked = null where id = $1', [challenge.prompt]);
      const choice = challenge.choices.find(({ text }) => text.en === 'choice b')!.id;
      expect(await answer(learner, challenge.prompt, { choice })).toMatchObject({ outcome: 'taken' });
      expect(await w.outcomes(learner)).toEqual(['right']);
    });
  });
});
