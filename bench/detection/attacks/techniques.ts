/**
 * The techniques on the wire, without a browser. Each imitates a page of the SDK but for what it names.
 * They are written from descriptions of public tools and of attacks on this service, not from the rules.
 */

import type { Beat } from '../../../sdk/wire.ts';
import { chance, type Random } from '../../../test/support/world/random.ts';
import type { Technique } from './technique.ts';

const length = ({ span }: Beat): number => span[1] - span[0];

/** Box–Muller. */
function normal(random: Random, sd: number): number {
  return sd * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const toTens = (ms: number): number => Math.round(ms / 10_000) * 10_000;
const paused = (beat: Beat): Beat => ({ ...beat, player: ['paused', beat.player[1], beat.player[2]] });
const hidden = (beat: Beat): Beat => ({ ...beat, page: [0, 0, length(beat)], frames: [0, 0] });

export const techniques: readonly Technique[] = [
  { name: 'imitation', what: 'a socket client that says what an untouched page would say, forever' },
  {
    name: 'imitation, lets unknown questions pass in a pause',
    what: 'pauses 17 s before the deadline, says nothing across it, goes on',
    unknown: { kind: 'pauses', beforeMs: 17_000 },
  },
  {
    name: 'imitation, silent at questions',
    what: 'says nothing for 61 s when a question comes that it cannot answer',
    unknown: { kind: 'silent', ms: 61_000 },
  },
  {
    name: 'imitation, fresh ticket at questions',
    what: 'closes the page at a question it cannot answer, and opens another',
    unknown: { kind: 'reopens' },
  },
  {
    name: 'constant cadence',
    what: 'beats of exactly 10 s from an offset of 137 ms',
    paceMs: ({ seq }) => (seq === 0 ? 137 : 10_000),
    tell: onSeconds,
  },
  {
    name: 'independent jitter',
    what: 'positions advance by exactly 10 s while the times jitter by 52 ms',
    paceMs: (_client, random) => 10_000 + normal(random, 52),
    tell: (beat) => ({ ...beat, runs: beat.runs.map(([a, b, from, to]) => [toTens(a), toTens(b), from, to]) }),
  },
  { name: 'rare beats', what: 'one beat each 100 s', paceMs: () => 100_000 },
  {
    name: 'queued label',
    what: 'nine of ten beats say that they waited for a connection',
    queued: (_client, random) => chance(random, 0.9),
  },
  {
    name: 'says paused',
    what: 'the media advance while every beat says that the player is paused',
    tell: paused,
  },
  {
    name: 'under the threshold',
    what: '999 ms a beat, each second, said to be paused',
    paceMs: () => 999,
    tell: paused,
  },
  { name: 'hidden', what: 'a page that is hidden and says so', tell: hidden },
  {
    name: '1.019×',
    what: 'positions run 1.9 % ahead of the clock, the rate is said to be 1',
    tell: (beat) => ({
      ...beat,
      runs: beat.runs.map(([a, b, from, to]) => [Math.round(a * 1.019), Math.round(b * 1.019), from, to]),
    }),
  },
  { name: 'clock ×4', what: 'the page’s clock runs four times as fast as the server’s', clockRate: 4 },
  { name: 'prepared beats', what: 'every beat carries the nonce of the opening', keepsNonce: true },
  { name: 'four lessons, one device', what: 'four pages at once, each at honest speed', pages: 4, devices: 'one' },
  { name: 'four lessons, four devices', what: 'four devices at once, each at honest speed', pages: 4, devices: 'each' },
  { name: 'device switch', what: 'another device takes over each 20 s', movesEachMs: 20_000 },
];

/** From whole second to whole second, without the wobble of a player. */
function onSeconds(beat: Beat): Beat {
  return {
    ...beat,
    runs: beat.runs.map(([a, , from, to]) => {
      const start = Math.round(a / 1_000) * 1_000;
      return [start, start + (to - from), from, to];
    }),
  };
}
