/**
 * The detector's word is in every leaf, by version. When the same events give other verdicts, the version
 * must rise: this fold of a fixed afternoon, with honest and dishonest parts, says whether they do.
 */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DETECTOR_VERSION, demoPolicy, type Event, standardPolicy } from '../../detector/index.ts';
import { fold } from '../support/fold.ts';
import { player, start } from '../support/lesson.ts';

/** Never change a line of this: a new version gets a new one. */
const golden: Readonly<Record<string, string>> = {
  '1': '107ae46c5b877932b4b4ca104f0cc66633440167b5a68f31432782ec0e4da808',
};

function afternoon(): Event[] {
  const events: Event[] = [];
  const clock = { now: start };
  const a = player(events, clock, { session: 'a', lesson: 'l1' });
  a.play(60_000);
  a.prompt('p1');
  clock.now += 5_000;
  a.answer('p1');
  a.beat({ cause: 'hidden', player: ['playing', 60_000, 100] });
  a.play(20_000, { patch: { page: [0, 0, 10_000], frames: [0, 0], clocks: [10_000, 10, 100] } });
  a.play(20_000, { rate: 2 });
  a.seek(10_000);
  a.play(15_000);
  a.seek(3_500_000);
  a.play(30_000, { queued: true });
  const b = player(events, clock, { session: 'b', lesson: 'l2', device: 'device-2' });
  a.play(10_000, { patch: { cause: 'takenOver' } });
  clock.now -= 10_000;
  b.play(90_000, { patch: { input: [0, 0, 0, 9] } });
  b.prompt('p2');
  b.answer('p2', false);
  b.play(60_000, { patch: { clocks: [40_000, 100, 100] } });
  b.prompt('p3');
  b.play(60_000);
  events.push({ kind: 'refused', at: clock.now, session: 'b', code: 'beatMac', count: 4 });
  b.beat({ span: [0, 9_000_000], runs: [[0, 9_000_000, 0, 9_000_000]] });
  b.close();
  clock.now += 3_600_000;
  a.tick();
  return events;
}

it('the same events give the verdicts that this version gave before', () => {
  const said = [demoPolicy, standardPolicy].map((policy) => fold(afternoon(), policy).verdicts);
  const hash = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  expect({ version: DETECTOR_VERSION, hash }).toEqual({ version: DETECTOR_VERSION, hash: golden[DETECTOR_VERSION] });
});
