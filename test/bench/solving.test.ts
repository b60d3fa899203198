/** What many accounts conclude from when time is credited and lost: the measure of it must be able to find something. */
import { describe, expect, it } from 'vitest';
import { createSolver } from '../../bench/detection/attacks/solving.ts';
import { createRandom } from '../support/world/random.ts';

const minute = 60_000;
const question = (n: number) => ({ item: `i${n}`, drawing: `d${n}`, answers: 4 });

/** One account gives the first choice eight times; then this happens to what it played. */
function eightThen(how: 'credited' | 'lost' | 'nothing') {
  const solver = createSolver(createRandom(1));
  const mind = solver.mind();
  mind.told?.('l', { creditedMs: 0, heldMs: 0, deniedMs: 0 });
  for (let n = 0; n < 8; n += 1) mind.gave?.(question(n), 0);
  const played = 40 * minute;
  mind.told?.('l', {
    creditedMs: how === 'credited' ? played : 0,
    heldMs: how === 'nothing' ? played : -1,
    deniedMs: how === 'lost' ? played : 0,
  });
  return solver.mind();
}

describe('accounts that solve what they are told', () => {
  it('know all eight once they were credited: only all right ones bring that many points', () => {
    const mind = eightThen('credited');
    for (let n = 0; n < 8; n += 1) expect(mind.answer(question(n))).toBe(0);
  });

  it('believe each a little less after a loss, and know none', () => {
    const mind = eightThen('lost');
    for (let n = 0; n < 8; n += 1) {
      expect(mind.answer(question(n))).toBeNull();
      expect(mind.guess(question(n))).not.toBe(0);
    }
  });

  it('know nothing where nothing happened', () => {
    expect(eightThen('nothing').answer(question(0))).toBeNull();
  });
});
