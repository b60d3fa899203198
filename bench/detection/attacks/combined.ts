/** Several ways at once, with intensities drawn anew for each run. */
import { between, chance, type Random, whole } from '../../../test/support/world/random.ts';
import { drifting, paused } from './beats.ts';
import type { Technique, Ways } from './technique.ts';

const second = 1_000;
const minute = 60 * second;

/** Of each list one may be drawn: two ways to set the pace are one too many. */
const choices: readonly (readonly ((random: Random) => Ways)[])[] = [
  [
    (random) => {
      const paceMs = between(random, 5 * second, 60 * second);
      return { paceMs: () => paceMs };
    },
    (random) => {
      const spreadMs = between(random, second, 5 * second);
      return { paceMs: (_client, dice) => between(dice, 15 * second - spreadMs, 15 * second + spreadMs) };
    },
    (random) => ({ uploadsEachMs: whole(random, 2, 10) * minute }),
  ],
  [
    (random) => ({ tell: drifting(between(random, 1.003, 1.03)) }),
    (random) => {
      const share = between(random, 0.1, 0.9);
      return { tell: (beat, client, dice) => (chance(dice, share) ? paused(beat, client, dice) : beat) };
    },
  ],
  [
    (random) => {
      const share = between(random, 0.1, 0.9);
      return { queued: (_client, dice) => chance(dice, share) };
    },
  ],
  [
    (random) => ({ unknown: { kind: 'silent', ms: between(random, 20 * second, 150 * second) } }),
    (random) => ({ unknown: { kind: 'pauses', beforeMs: between(random, 3 * second, 30 * second) } }),
    () => ({ unknown: { kind: 'reopens' } }),
    () => ({ reopensOnLoss: true }),
  ],
  [
    (random) => ({ movesEachMs: between(random, 20 * second, 30 * minute) }),
    (random) => ({ pages: whole(random, 2, 3), devices: chance(random, 0.5) ? 'one' : 'each' }),
  ],
  [
    (random) => ({ stopsAt: between(random, 0.8, 0.97) }),
    (random) => ({
      skips: { playsMs: between(random, 30 * second, 5 * minute), skipsMs: between(random, 5 * second, minute) },
    }),
  ],
  [
    (random) => ({ pauses: { ms: whole(random, 5, 120) * second, perSecond: between(random, 0.001, 0.005) } }),
    (random) => {
      const longestMs = between(random, minute, 20 * minute);
      return { restMs: (dice) => between(dice, second, longestMs) };
    },
  ],
  [
    (random) => {
      const fastestMs = between(random, second, 5 * second);
      return { answerMs: (dice) => fastestMs + between(dice, 0, second) };
    },
    (random) => ({ hand: [whole(random, 0, 2), whole(random, 0, 3)] }),
  ],
];

/** Of so many lists. */
function drawn(random: Random, times: number): Ways {
  const lists = [...choices];
  let ways: Ways = {};
  for (let n = 0; n < times; n++) {
    for (const list of lists.splice(whole(random, 0, lists.length - 1), 1)) {
      ways = { ...ways, ...list[whole(random, 0, list.length - 1)]?.(random) };
    }
  }
  return ways;
}

export const combined: readonly Technique[] = [
  {
    name: 'two at once',
    what: 'two ways drawn by dice, as much of each as the dice say',
    draw: (dice) => drawn(dice, 2),
  },
  {
    name: 'four at once',
    what: 'four ways drawn by dice, as much of each as the dice say',
    draw: (dice) => drawn(dice, 4),
  },
  {
    name: 'honest for an hour, then three at once',
    what: 'somebody attends and answers for an hour; then three ways by dice',
    honestMs: 60 * minute,
    draw: (dice) => drawn(dice, 3),
  },
];
