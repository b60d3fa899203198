/** For each rule, the shortest history that makes it speak under `everyRule`. Each begins a session of its own. */

import { type Manner, type Policy, type RuleName, standardPolicy } from '../../detector/index.ts';
import { alone } from './alone.ts';
import type { Desk } from './desk.ts';
import type { Player, PlayerOptions } from './lesson.ts';
import { hiddenTab, minute } from './outcome.ts';

/** The shipped policy, with the one rule that no shipped policy has. */
export const everyRule: Policy = {
  ...alone(standardPolicy),
  rules: { ...standardPolicy.rules, unfocused: { afterMs: 10_000 } },
};

/** `open` hands out pages of one lesson and device, unless told otherwise. */
type Offence = (desk: Desk, open: (options?: PlayerOptions) => Player) => void;

/** A page opens somewhere else and plays, while the first one plays on. */
const elsewhere =
  (device: string): Offence =>
  (desk, open) => {
    const a = open({ session: 'a', device: 'device-1' });
    a.play(20_000);
    const b = open({ session: 'b', device });
    b.play(10_000);
    desk.clock.now -= 10_000;
    a.play(20_000);
  };

/** So many right answers, each given in this manner. */
const answers =
  (count: number, manner: Manner): Offence =>
  (_desk, open) => {
    const a = open();
    for (let n = 0; n < count; n += 1) {
      a.play(10_000);
      a.prompt(`q${n}`);
      a.play(manner.latencyMs);
      a.answer(`q${n}`, true, manner);
    }
  };

export const offences: Readonly<Record<RuleName, Offence>> = {
  fasterThanClock: (desk, open) => {
    const a = open();
    desk.clock.now += 10_000;
    a.beat({ span: [0, 180_000], runs: [[0, 180_003, 0, 180_000]], page: [180_000, 180_000, 0] });
  },
  forgedBeats: (desk, open) => {
    const a = open();
    for (let i = 0; i < 6; i += 1) {
      desk.clock.now += 10_000;
      a.beat({ runs: [[i * 10_000, (i + 1) * 10_000, i * 10_000, (i + 1) * 10_000]], rates: [100] });
    }
  },
  spoofedVisibility: (_desk, open) => open().play(20_000, { patch: { ...hiddenTab(10_000, 'visible') } }),
  hidden: (_desk, open) => {
    const a = open();
    a.play(10_000);
    a.beat({ cause: 'hidden' });
    a.play(20_000, { patch: hiddenTab(10_000, 'hidden') });
  },
  unfocused: (_desk, open) => open().play(20_000, { patch: { page: [10_000, 0, 0] } }),
  playbackRate: (_desk, open) => open().play(70_000, { rate: 2 }),
  secondDevice: elsewhere('device-2'),
  secondPage: elsewhere('device-1'),
  seekAhead: (_desk, open) => {
    const a = open();
    for (const to of [800_000, 1_600_000, 2_400_000]) {
      a.play(5_000);
      a.seek(to);
    }
  },
  clockHook: (_desk, open) => open().play(50_000, { patch: { clocks: [40_000, 100, 100] } }),
  replayedBeats: (desk, open) => {
    const { session } = open();
    desk.events.push({ kind: 'refused', at: desk.clock.now, session, code: 'beatReplayed', count: 3 });
  },
  promptMissed: (_desk, open) => {
    const a = open();
    for (const id of ['p1', 'p2', 'p3']) {
      a.prompt(id);
      a.play(70_000);
    }
  },
  promptGuessing: (_desk, open) => {
    const a = open();
    a.play(10_000);
    for (const id of ['p1', 'p2', 'p3', 'p4', 'p5']) {
      a.prompt(id);
      a.play(5_000);
      a.answer(id, false);
    }
  },
  presenceGap: (_desk, open) => open().play(31 * minute, { every: 15_000 }),
  suspicion: () => undefined,
  answerWithoutHand: answers(4, { latencyMs: 5_000, hand: [0, 0] }),
  constantLatency: answers(10, { latencyMs: 2_000 }),
  answeredHidden: answers(3, { latencyMs: 5_000, hand: [4, 0], hidden: true }),
  tooFastToRead: answers(6, { latencyMs: 900, readMs: 2_500 }),
  syntheticInput: (_desk, open) => open().play(30_000, { patch: { input: [0, 0, 0, 9] } }),
};
