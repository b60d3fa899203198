/**
 * What honest people are like: who they are decides how often what happens to them, how they answer, and when they
 * study. A person may be several of these. The shares are guesses of ours, but for those beside which a source stands.
 */
import type { Hands } from '../../test/support/world/device.ts';
import { chance, type Random } from '../../test/support/world/random.ts';
import { type Happening, habits } from './habits.ts';

/** Share of all people. */
export const models = {
  /** Hears the page read; keys instead of a pointer; the helper tells the page that it answers. */
  screenReader: 0.03,
  /** A voice or switch helper in the browser: its clicks are synthetic. */
  helper: 0.01,
  /** Two people in turns on one machine and one profile of the browser. */
  household: 0.06,
  /** The lesson on one screen, the keyboard's focus on another. */
  twoScreens: 0.15,
  slowMachine: 0.06,
  rewatcher: 0.1,
  pauser: 0.1,
  tabSwitcher: 0.1,
  reloader: 0.05,
  /** Half of the course in one sitting, or all of it. */
  marathon: 0.12,
  /** Watches without touching anything. */
  still: 0.25,
  night: 0.1,
  weekend: 0.1,
} as const;
export type Model = keyof typeof models;

export interface Traits {
  readonly models: readonly Model[];
  readonly is: (model: Model) => boolean;
  readonly perHour: Readonly<Record<Happening, number>>;
  readonly wrong: number;
  readonly missed: number;
  readonly pausesOnQuestion: number;
  readonly leavesMidLesson: number;
  /** The time to read a question and to think of it, against others'. */
  readonly slowness: number;
  readonly hands: Hands;
}

/** `clean`: nothing happens to them; `careful` answers all, rightly; `with faces`: they are asked for theirs. */
export const populations = {
  everyone: { happens: true, errs: true, faces: false },
  clean: { happens: false, errs: true, faces: false },
  'clean and careful': { happens: false, errs: false, faces: false },
  'with faces': { happens: true, errs: true, faces: true },
} as const;
export type PopulationName = keyof typeof populations;

const none = Object.fromEntries(Object.keys(habits.perHour).map((what) => [what, 0])) as Traits['perHour'];

export function drawTraits(random: Random, population: PopulationName): Traits {
  const { happens, errs } = populations[population];
  const drawn = (Object.keys(models) as Model[]).filter((model) => chance(random, models[model]));
  const mine = happens ? drawn : [];
  const is = (model: Model): boolean => mine.includes(model);
  const { perHour: usual } = habits;
  const perHour = {
    ...usual,
    handsOver: is('household') ? usual.handsOver : 0,
    busyPage: usual.busyPage * (is('slowMachine') ? 15 : 1),
    starve: usual.starve * (is('slowMachine') ? 6 : 1),
    rewatchFast: usual.rewatchFast * (is('rewatcher') ? 8 : 1),
    longPause: usual.longPause * (is('pauser') ? 5 : 1),
    shortPause: usual.shortPause * (is('pauser') ? 2 : 1),
    notification: usual.notification * (is('tabSwitcher') ? 3 : 1),
    reload: usual.reload * (is('reloader') ? 6 : 1),
    unfocus: is('twoScreens') ? 0 : usual.unfocus,
  };
  const moves = is('still') ? 0.02 : 0.5;
  return {
    models: mine,
    is,
    perHour: happens ? perHour : none,
    wrong: errs ? habits.wrong : 0,
    missed: errs ? habits.missed : 0,
    pausesOnQuestion: happens ? habits.pausesOnQuestion : 0,
    leavesMidLesson: happens ? habits.leavesMidLesson : 0,
    slowness: is('screenReader') || is('helper') ? 2.5 : 1,
    hands: {
      pointer: is('screenReader') ? 0 : moves,
      key: is('screenReader') ? 0.2 : 0,
      synthetic: is('helper') ? 0.1 : 0,
    },
  };
}
