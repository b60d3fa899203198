/** Which item of the bank is asked of whom, on real evidence. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    expect([w.drafts, w.logged()]).toEqual([[], expect.stringContaining('nothing about what was watched')]);
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
});
