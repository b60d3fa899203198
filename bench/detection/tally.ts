/** Sums over many worlds, and what they come to. */
import { warranted } from '../../test/support/world/judged.ts';
import type { Unpaid } from '../../test/support/world/truth.ts';
import type { Taken } from './course.ts';

/** Reasons that deny what is rightly unpaid; only what goes beyond it is a loss. */
const rightly: Readonly<Record<string, Unpaid>> = {
  'backgroundPlayback.hidden': 'hidden',
  'courseBrushing.playbackRate': 'tooFast',
  'coverage.seen': 'seen',
  'coverage.slow': 'slow',
};

/** Of the people of one model. */
export interface Share {
  people: number;
  playedMs: number;
  owedMs: number;
  creditedMs: number;
  falseAlerts: number;
}

export interface Tally {
  people: number;
  playedMs: number;
  owedMs: number;
  creditedMs: number;
  /** Of what was owed, by reason. */
  readonly lostMs: Map<string, number>;
  /** Alerts by rule: of something that was so, and of nothing. */
  readonly alerts: Map<string, { warranted: number; false: number; example: string }>;
  readonly refusals: Map<string, number>;
  readonly byModel: Map<string, Share>;
  /** Of each person: play until something was first credited, and wall time until then; Infinity: never. */
  readonly firstCredited: { readonly playedMs: number; readonly at: number }[];
  readonly answers: { right: number; wrong: number; missed: number };
  questions: number;
  ticks: number;
  events: number;
}

export function emptyTally(): Tally {
  return {
    people: 0,
    playedMs: 0,
    owedMs: 0,
    creditedMs: 0,
    lostMs: new Map(),
    alerts: new Map(),
    refusals: new Map(),
    byModel: new Map(),
    firstCredited: [],
    answers: { right: 0, wrong: 0, missed: 0 },
    questions: 0,
    ticks: 0,
    events: 0,
  };
}

const grow = (sums: Map<string, number>, key: string, by: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + by);
};

/** Into the first. */
export function merge(into: Tally, one: Tally): void {
  for (const name of ['people', 'playedMs', 'owedMs', 'creditedMs', 'questions', 'ticks', 'events'] as const)
    into[name] += one[name];
  for (const how of ['right', 'wrong', 'missed'] as const) into.answers[how] += one.answers[how];
  for (const name of ['lostMs', 'refusals'] as const) for (const [key, by] of one[name]) grow(into[name], key, by);
  for (const [rule, { warranted, false: wrong, example }] of one.alerts) {
    const sum = into.alerts.get(rule) ?? { warranted: 0, false: 0, example: '' };
    sum.warranted += warranted;
    sum.false += wrong;
    if (sum.example === '') sum.example = example;
    into.alerts.set(rule, sum);
  }
  for (const [model, share] of one.byModel) {
    const sum = into.byModel.get(model) ?? noShare();
    for (const name of ['people', 'playedMs', 'owedMs', 'creditedMs', 'falseAlerts'] as const) sum[name] += share[name];
    into.byModel.set(model, sum);
  }
  into.firstCredited.push(...one.firstCredited);
}

const noShare = (): Share => ({ people: 0, playedMs: 0, owedMs: 0, creditedMs: 0, falseAlerts: 0 });

/** `hidden` is told at once and often; it is counted apart. */
export const isHidden = (rule: string): boolean => rule.endsWith('.hidden');

/** One person, into an empty tally. */
export function count(tally: Tally, { world, traits }: Taken, lessons: readonly string[], seed: number): void {
  const { truth, judged } = world;
  tally.people += 1;
  tally.playedMs += truth.playedMs();
  let lost = 0;
  for (const lesson of lessons) {
    const owed = truth.owedOf(lesson);
    const credited = Math.min(owed, judged.creditedMs(lesson));
    tally.owedMs += owed;
    tally.creditedMs += credited;
    lost += owed - credited;
  }
  let named = 0;
  const lose = (reason: string, ms: number): void => {
    const beyond = Math.max(0, ms - (rightly[reason] === undefined ? 0 : truth.unpaidMs(rightly[reason])));
    grow(tally.lostMs, reason, beyond);
    named += beyond;
  };
  for (const [reason, ms] of judged.deniedMs()) lose(reason, ms);
  lose('held to the end', judged.heldMs());
  // Never claimed (no session yet, a crash, a full queue); or watched again after it was denied.
  grow(tally.lostMs, 'not claimed, less what was made good', lost - named);

  for (const alert of judged.alerts) {
    const sum = tally.alerts.get(alert.rule) ?? { warranted: 0, false: 0, example: '' };
    if (warranted(alert, truth)) sum.warranted += 1;
    else {
      sum.false += 1;
      if (sum.example === '') sum.example = `seed ${seed}, ${Math.round(alert.at / 1000)} s: ${alert.facts}`;
    }
    tally.alerts.set(alert.rule, sum);
  }
  for (const code of world.refusals) grow(tally.refusals, code, 1);
  const answers = truth.answers();
  for (const how of ['right', 'wrong', 'missed'] as const) tally.answers[how] += answers[how];
  let falseAlerts = 0;
  for (const [rule, alerts] of tally.alerts) if (!isHidden(rule)) falseAlerts += alerts.false;
  const { playedMs, owedMs, creditedMs } = tally;
  for (const model of traits.models) tally.byModel.set(model, { people: 1, playedMs, owedMs, creditedMs, falseAlerts });
  tally.firstCredited.push(
    judged.firstCredited() ?? { playedMs: Number.POSITIVE_INFINITY, at: Number.POSITIVE_INFINITY },
  );
  tally.questions += judged.questions();
  tally.ticks += judged.ticks();
  tally.events += judged.events();
}
