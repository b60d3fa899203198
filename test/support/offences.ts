/** For each rule, the shortest history that makes it speak under `everyRule`. Each begins a session of its own. */
import { type Policy, type RuleName, Sign, standardPolicy, Unseen } from '../../detector/index.ts';
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
  suspicion: (_desk, open) =>
    open().play(2 * minute, { patch: { signs: Sign.webdriver | Sign.automation | Sign.offScreen | Sign.noRecord } }),
  undelivered: (_desk, open) => open({ delivery: 'server' }).play(150_000),
  syntheticInput: (_desk, open) => open().play(30_000, { patch: { input: [0, 0, 0, 9] } }),
  outOfView: (_desk, open) => open().play(6 * minute, { patch: { view: [10_000, 0, Unseen.clipped] } }),
  mediaReplaced: (_desk, open) => open().play(4 * minute, { patch: { source: ['blob', 5_000, 0] } }),
  mediaMissing: (_desk, open) => open().play(2 * minute, { patch: { source: ['none', -1, 0] } }),
  automated: (_desk, open) =>
    open().play(31 * minute, { every: 15_000, patch: { signs: Sign.webdriver, input: [0, 0, 0, 0] } }),
  offScreen: (_desk, open) => open().play(2 * minute, { patch: { signs: Sign.offScreen } }),
  noRecord: (_desk, open) => open().play(2 * minute, { patch: { signs: Sign.noRecord } }),
  framesAbsent: (_desk, open) => open().play(2 * minute, { patch: { frames: [0, 0], view: [0, 100, 0] } }),
  noHand: (_desk, open) => open().play(61 * minute, { every: 15_000, patch: { input: [0, 0, 0, 0] } }),
};
