/** The measure's own parts: what is asked in the simulated world, and runs that are spread over processes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manners, swarm } from '../../bench/detection/attacks/swarm.ts';
import { emptyTally, merge } from '../../bench/detection/tally.ts';
import { startWorkers, type Workers } from '../../bench/detection/work.ts';
import type { AttackJob } from '../../bench/detection/worker.ts';
import { createBank, createChooser } from '../support/world/bank.ts';
import { createRandom } from '../support/world/random.ts';

describe('the questions of the simulated world', () => {
  const bank = createBank(16, createRandom(1));

  it('asks no item twice while others remain, hard ones first, then the one asked longest ago', () => {
    const choose = createChooser(bank, createRandom(2));
    const asked = Array.from({ length: 32 }, () => choose(false));
    const items = asked.map(({ item }) => item);
    expect(new Set(items.slice(0, 16)).size).toBe(16);
    expect(items.slice(16)).toEqual(items.slice(0, 16));
    expect(asked.slice(0, 10).every(({ answers }) => answers >= 20)).toBe(true);
    expect(asked.slice(10, 16).every(({ answers }) => answers === 4)).toBe(true);
  });

  it('asks only hard ones when told to', () => {
    const choose = createChooser(bank, createRandom(3));
    expect(Array.from({ length: 40 }, () => choose(true)).every(({ answers }) => answers >= 20)).toBe(true);
  });

  it('draws a template anew each time, and a fixed item never', () => {
    const choose = createChooser(bank, createRandom(4));
    const drawings = new Map<string, Set<string>>();
    for (let n = 0; n < 48; n++) {
      const { item, drawing } = choose(false);
      drawings.set(item, (drawings.get(item) ?? new Set()).add(drawing));
    }
    for (const { id, key } of bank) expect(drawings.get(id)?.size).toBe(key === null ? 3 : 1);
  });

  it('makes the same swarm of the same seed', () => {
    const [one, two] = [1, 2].map(() => swarm({ manners: manners[0]!, bank: 16, seed: 5, hours: 1, bots: 3 }));
    expect(one).toEqual(two);
    expect(one?.bots.every(({ questions }) => questions > 0)).toBe(true);
  });
});

// Each process loads the whole bench first: on a busy machine that alone takes a while.
describe('runs over processes', { timeout: 180_000 }, () => {
  let workers: Workers;
  beforeAll(() => {
    workers = startWorkers(2);
  });
  afterAll(() => workers.close());
  const job = (technique: string, seed: number): AttackJob => ({
    ...{ kind: 'attack', technique, knowledge: 'guesses', bank: 16, seed, hours: 1, version: undefined },
  });

  it('come in the order of the jobs, and end when enough was seen', async () => {
    // The first takes far longer than the second.
    const jobs = [job('imitation', 1), job('rare beats', 1), job('rare beats', 2), job('rare beats', 1)];
    const seen: number[] = [];
    const runs = await workers.run(jobs, ({ claimedMs }, at) => {
      seen.push(at);
      return at === 2 || claimedMs < 0 ? 'enough' : undefined;
    });
    expect(seen).toEqual([0, 1, 2]);
    expect(runs).toHaveLength(3);
    const [again] = await workers.run([job('rare beats', 1)]);
    expect(again).toEqual(runs[1]);
  });

  it('of people come to the same sums as one after another', async () => {
    const jobs = [1, 2].map((seed) => ({
      ...({ kind: 'honest', population: 'clean' } as const),
      ...{ seed, lookMs: 1000, version: undefined },
    }));
    const both = await workers.run(jobs);
    const one = await workers.run(jobs.slice(0, 1));
    const other = await workers.run(jobs.slice(1));
    const [sums, parts] = [both, [...one, ...other]].map((tallies) => {
      const sum = emptyTally();
      for (const tally of tallies) merge(sum, tally);
      return sum;
    });
    expect(sums).toEqual(parts);
    expect(sums?.people).toBe(2);
    expect(sums?.playedMs).toBeGreaterThan(4 * 3_600_000);
  });

  it('say so when a job cannot be done', async () => {
    const lone = startWorkers(1);
    await expect(lone.run([job('nothing of this name', 1)])).rejects.toThrow('nothing of this name');
    lone.close();
  });
});
