/** For each rule, the shortest history that makes it speak under `everyRule`. Each begins a session of its own. */
import { type Manner, type Policy, type RuleName, Sign, standardPolicy, Unseen } from '../../detector/index.ts';
import { alone } from './alone.ts';
import type { Desk } from './desk.ts';
import { hiddenTab, minute } from './outcome.ts';
import type { Player, PlayerOptions } from './page.ts';

/** The shipped policy, with the one rule that no shipped policy has, and caps that a test reaches. */
export const everyRule: Policy = {
  ...alone(standardPolicy),
  rules: {
    ...standardPolicy.rules,
    unfocused: { afterMs: 10_000 },
    dayCap: { capMs: 45 * minute },
    studyCap: { capMs: 40 * minute, breakMs: minute },
  },
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

/** One lesson after another, each on a page of its own. */
function course(
  desk: Desk,
  open: (options?: PlayerOptions) => Player,
  lessons: number,
  options: (n: number) => PlayerOptions,
  each: (page: Player) => void,
): void {
  for (let n = 0; n < lessons; n += 1) {
    const page = open({ session: `c${n}`, lesson: `lesson-${n}`, ...options(n) });
    each(page);
    page.close();
    desk.clock.now += 1_500;
  }
}

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
  faceRefused: (_desk, open) => {
    const a = open({ face: true });
    for (const id of ['f1', 'f2']) {
      a.play(20_000);
      a.face(id, { why: 'otherPerson', distance: 712, limit: 600, reasons: ['otherPerson'] });
    }
  },
  presenceGap: (_desk, open) => open().play(31 * minute, { every: 15_000 }),
  suspicion: (_desk, open) =>
    open().play(2 * minute, { patch: { signs: Sign.webdriver | Sign.automation | Sign.offScreen | Sign.noRecord } }),
  undelivered: (_desk, open) => open({ delivery: 'server' }).play(150_000),
  answerWithoutHand: answers(4, { latencyMs: 5_000, hand: [0, 0] }),
  constantLatency: answers(10, { latencyMs: 2_000 }),
  answeredHidden: answers(3, { latencyMs: 5_000, hand: [4, 0], hidden: true }),
  tooFastToRead: answers(6, { latencyMs: 900, readMs: 2_500 }),
  syntheticInput: (_desk, open) => open().play(30_000, { patch: { input: [0, 0, 0, 9] } }),
  outOfView: (_desk, open) => open().play(6 * minute, { patch: { view: [10_000, 0, Unseen.clipped] } }),
  mediaReplaced: (_desk, open) => open().play(4 * minute, { patch: { source: ['blob', 5_000, 0] } }),
  mediaMissing: (_desk, open) => open().play(2 * minute, { patch: { source: ['none', -1, 0] } }),
  automated: (_desk, open) =>
    open().play(31 * minute, { every: 15_000, patch: { signs: Sign.webdriver, input: [0, 0, 0, 0] } }),
  imageRefused: (_desk, open) => {
    const a = open();
    a.play(10_000);
    a.prompt('p1', minute, { plain: true });
    a.play(10_000);
  },
  pageSealed: (_desk, open) => open({ sealed: 'page' }).play(20_000),
  offScreen: (_desk, open) => open().play(2 * minute, { patch: { signs: Sign.offScreen } }),
  noRecord: (_desk, open) => open().play(2 * minute, { patch: { signs: Sign.noRecord } }),
  framesAbsent: (_desk, open) => open().play(2 * minute, { patch: { frames: [0, 0], view: [0, 100, 0] } }),
  noHand: (_desk, open) => open().play(61 * minute, { every: 15_000, patch: { input: [0, 0, 0, 0] } }),
  saysPaused: (_desk, open) => open().play(70_000, { patch: { player: ['paused', 0, 100] } }),
  lateLabel: (_desk, open) => open().play(6 * minute, { queued: true }),
  rareBeats: (_desk, open) => open().play(6 * minute, { every: 60_000 }),
  constantCadence: (_desk, open) => open().play(20 * minute + 10_000, { every: 10_000 }),
  stuckSequence: (_desk, open) => open().play(80_000, { patch: { input: [1, 0, 0, 0], runs: [[0, 9_999, 0, 9_999]] } }),
  equalPauses: (desk, open) => {
    const a = open();
    for (let i = 0; i < 9; i += 1) {
      a.play(10_000);
      a.pause();
      desk.clock.now += 30_000;
    }
  },
  fixedEnd: (desk, open) =>
    course(
      desk,
      open,
      20,
      () => ({ lessonMs: 40_000 }),
      (page) => {
        page.play(36_400, { every: 12_000 });
        page.beat({ cause: 'closing', player: ['playing', page.position(), 100] });
      },
    ),
  constantGaps: (desk, open) =>
    course(
      desk,
      open,
      8,
      () => ({}),
      (page) => page.play(20_000),
    ),
  smallSkips: (_desk, open) => {
    const a = open();
    for (let to = 100_000; to < 2_400_000; to += 100_000) a.play(5_000, { patch: { seeks: [[to - 95_000, to]] } });
  },
  deviceSwitching: (desk, open) =>
    course(
      desk,
      open,
      9,
      (n) => ({ device: `device-${n}`, lesson: 'l1' }),
      (page) => page.play(20_000),
    ),
  parallelLessons: (desk, open) => {
    const pages = [0, 1, 2, 3].map((n) => open({ session: `p${n}`, lesson: `lesson-${n}` }));
    desk.clock.now += 13_000;
    for (const page of pages) page.beat({ runs: [[0, 13_003, 0, 13_000]], rates: [100] });
  },
  avoidedQuestions: (desk, open) => {
    for (const id of ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']) {
      const a = open({ session: id });
      a.play(10_000);
      a.prompt(id);
      a.close();
      desk.clock.now += 61_000;
    }
  },
  silentAtQuestions: (desk, open) => {
    const a = open();
    for (const id of ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']) {
      a.play(10_000);
      a.prompt(id);
      desk.clock.now += 61_000;
    }
    a.play(10_000);
  },
  dayCap: (desk, open) => {
    const a = open();
    desk.attend(a, 35 * minute, { every: 15_000 });
    desk.pass(3 * minute);
    desk.attend(a, 15 * minute, { every: 15_000 });
  },
  studyCap: (desk, open) => desk.attend(open(), 42 * minute, { every: 15_000 }),
};
