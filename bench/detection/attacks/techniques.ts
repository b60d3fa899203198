/**
 * The techniques on the wire, without a browser. Each imitates a page of the SDK but for what it names.
 * They are written from descriptions of public tools and of attacks on this service, not from the rules.
 */

import { between, chance, whole } from '../../../test/support/world/random.ts';
import { drifting, ends, hidden, jittered, normal, onSeconds, paused } from './beats.ts';
import { combined } from './combined.ts';
import { faces } from './faces.ts';
import type { Technique } from './technique.ts';

const second = 1_000;
const minute = 60 * second;

const imitations: readonly Technique[] = [
  { name: 'imitation', what: 'a socket client that says what an untouched page would say, forever' },
  {
    name: 'lets unknown questions pass in a pause',
    what: 'pauses 17 s before the deadline, says nothing across it, goes on',
    unknown: { kind: 'pauses', beforeMs: 17 * second },
  },
  {
    name: 'silent at unknown questions',
    what: 'says nothing for 61 s when a question comes that it cannot answer',
    unknown: { kind: 'silent', ms: 61 * second },
  },
  {
    name: 'silent at each question',
    what: 'says nothing for 61 s when a question comes, and answers none',
    each: { kind: 'silent', ms: 61 * second },
  },
  {
    name: 'fresh ticket at unknown questions',
    what: 'closes the page at a question it cannot answer, and opens another',
    unknown: { kind: 'reopens' },
  },
  {
    name: 'fresh ticket after each loss',
    what: 'closes the page when what was held is lost, and opens another',
    reopensOnLoss: true,
  },
  {
    name: 'honest for an hour, then a script',
    what: 'somebody attends and answers for an hour; measured is what the script earns after',
    honestMs: 60 * minute,
  },
  { name: 'answers after 2.000 s', what: 'each answer exactly 2.000 s after its question', answerMs: () => 2 * second },
  {
    name: 'answers with a script’s click',
    what: 'each answer after 1–2 s, with synthetic events alone',
    answerMs: (random) => between(random, second, 2 * second),
    hand: [0, 2],
  },
];

const told: readonly Technique[] = [
  {
    name: 'constant cadence',
    what: 'beats of exactly 10 s from an offset of 137 ms',
    paceMs: ({ seq }) => (seq === 0 ? 137 : 10 * second),
    tell: onSeconds,
  },
  {
    name: 'independent jitter',
    what: 'positions advance by exactly 10 s while the times jitter by 52 ms',
    paceMs: (_client, random) => 10 * second + normal(random, 52),
    tell: jittered,
  },
  { name: 'rare beats', what: 'one beat each 100 s', paceMs: () => 100 * second },
  {
    name: 'cadence by dice',
    what: 'beats 5–58 s apart, ±5 s',
    draw: (random) => {
      const paceMs = between(random, 5 * second, 58 * second);
      return { paceMs: (_client, dice) => Math.max(second, paceMs + between(dice, -5 * second, 5 * second)) };
    },
  },
  {
    name: 'queued label',
    what: 'nine of ten beats say that they waited for a connection',
    queued: (_client, random) => chance(random, 0.9),
  },
  {
    name: 'uploaded backlog',
    what: 'silent for nine minutes, then all of it at once, in beats that say that they waited',
    uploadsEachMs: 9 * minute,
  },
  { name: 'prepared beats', what: 'every beat carries the nonce of the opening', keepsNonce: true },
  { name: 'says paused', what: 'the media advance while every beat says that the player is paused', tell: paused },
  {
    name: 'under the threshold',
    what: '999 ms a beat, each second, said to be paused (1 h)',
    hours: 1,
    paceMs: () => 999,
    tell: paused,
  },
  {
    name: 'the end on demand',
    what: 'the same, and each eight minutes the lesson’s end is shown for a moment, to be asked then (1 h)',
    hours: 1,
    paceMs: () => 999,
    tell: (beat, client, random) => ends(beat) ?? paused(beat, client, random),
  },
  { name: 'hidden', what: 'a page that is hidden and says so', tell: hidden },
  { name: '1.019×', what: 'positions run 1.9 % ahead of the clock, the rate is said to be 1', tell: drifting(1.019) },
  { name: 'clock ×4', what: 'the page’s clock runs four times as fast as the server’s', clockRate: 4 },
];

const habits: readonly Technique[] = [
  {
    name: 'small skips',
    what: 'plays 60 s, skips 20 s',
    skips: { playsMs: minute, skipsMs: 20 * second },
  },
  { name: 'stops at 91 %', what: 'leaves each lesson at 91 % and starts the next in 1.5 s', stopsAt: 0.91 },
  {
    name: 'equal pauses',
    what: 'pauses of exactly 60 s, by dice of 0.0025 a second',
    pauses: { ms: minute, perSecond: 0.0025 },
  },
  {
    name: 'rests',
    what: 'rests 3–10 min after each lesson of 45 min',
    restMs: (random) => between(random, 3 * minute, 10 * minute),
  },
  { name: 'four lessons, one device', what: 'four pages at once, each at honest speed', pages: 4, devices: 'one' },
  { name: 'four lessons, four devices', what: 'four devices at once, each at honest speed', pages: 4, devices: 'each' },
  { name: 'device switch', what: 'another device takes over each 20 s', movesEachMs: 20 * second },
  {
    name: 'device switch by dice',
    what: 'another device takes over each 1–20 min',
    draw: (random) => ({ movesEachMs: whole(random, 1, 20) * minute }),
  },
  {
    name: 'five accounts',
    what: 'five people on one device in the same second (who is told apart by the patterns over people, not here)',
    accounts: 5,
  },
];

/** Of accounts without a face; those of accounts with one are a table of their own. */
export const wire: readonly Technique[] = [...imitations, ...told, ...habits, ...combined];
export const techniques: readonly Technique[] = [...wire, ...faces];
