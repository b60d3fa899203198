/**
 * What a candidate policy would change, summed over people. Guarantees: each session counts once,
 * on both sides; memory does not grow with people, but for the few with the largest change.
 */
import type { Fate, Span } from '../../detector/index.ts';
import type { Outcome, Tried } from './tried.ts';

export type Hours = Record<Fate, number>;
export interface Pair<T> {
  before: T;
  after: T;
}

export interface PersonChange {
  readonly person: string;
  readonly hours: Pair<Hours>;
  readonly alerts: Pair<number>;
}

export interface Change {
  persons: number;
  /** Persons for whom anything is different. */
  changed: number;
  events: number;
  /** Sessions judged under the candidate, and those that could not be. */
  judged: number;
  kept: number;
  readonly proofsAsked: Pair<number>;
  /** By class: the sessions judged under the candidate. Milliseconds. */
  readonly classes: Map<string, Pair<Hours>>;
  /** Every other session of the same people: what one session takes, another may lose. */
  readonly elsewhere: Pair<Hours>;
  /** By `code.rule`: suspicions, as the board would show them, whatever was decided of them. */
  readonly alerts: Map<string, Pair<number>>;
  /** The largest change first. */
  largest: PersonChange[];
}

/** So many people are named: by then nobody reads on. */
const NAMED = 20;

const noHours = (): Hours => ({ credited: 0, held: 0, denied: 0 });
const noHoursPair = (): Pair<Hours> => ({ before: noHours(), after: noHours() });

export function noChange(): Change {
  return {
    persons: 0,
    changed: 0,
    events: 0,
    judged: 0,
    kept: 0,
    proofsAsked: { before: 0, after: 0 },
    classes: new Map(),
    elsewhere: noHoursPair(),
    alerts: new Map(),
    largest: [],
  };
}

/** @param classOf the class of a session */
export function addPerson(
  sum: Change,
  person: string,
  tried: Tried,
  classOf: (session: string) => string | undefined,
): void {
  const own: PersonChange = { person, hours: noHoursPair(), alerts: { before: 0, after: 0 } };
  const elsewhere = noHoursPair();
  const suspicions = { before: '', after: '' };
  for (const side of ['before', 'after'] as const) {
    const outcome = tried[side];
    for (const span of outcome.spans.values()) {
      if (!tried.judged.has(span.session)) {
        add(elsewhere[side], span);
        add(sum.elsewhere[side], span);
        continue;
      }
      add(own.hours[side], span);
      add(at(sum.classes, classOf(span.session) ?? '?', noHoursPair)[side], span);
    }
    const names = suspicionsOf(outcome, tried.judged);
    for (const name of names.values()) at(sum.alerts, name, () => ({ before: 0, after: 0 }))[side] += 1;
    own.alerts[side] = names.size;
    suspicions[side] = [...names.keys()].sort().join(' ');
    for (const session of tried.judged) sum.proofsAsked[side] += outcome.proofsAsked.get(session) ?? 0;
  }
  sum.persons += 1;
  sum.events += tried.events;
  sum.judged += tried.judged.size;
  sum.kept += tried.kept.size;
  if (differenceOf(own.hours) + differenceOf(elsewhere) === 0 && suspicions.before === suspicions.after) return;
  sum.changed += 1;
  sum.largest = [...sum.largest, own].sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, NAMED);
}

function at<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function add(hours: Hours, { fate, ms }: Span): void {
  hours[fate] += ms;
}

/** `code.rule` of each suspicion about a session in question: what is raised again joins the alert that stands. */
function suspicionsOf({ alerts }: Outcome, judged: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const { code, rule, session, sessions } of alerts) {
    if (judged.has(session) || sessions.some((one) => judged.has(one))) {
      found.set(`${session}|${code}.${rule}`, `${code}.${rule}`);
    }
  }
  return found;
}

/** In ms moved from one fate to another; an alert more or less weighs as a minute. */
function sizeOf({ hours, alerts }: PersonChange): number {
  return differenceOf(hours) + Math.abs(alerts.after - alerts.before) * 60_000;
}

export function differenceOf({ before, after }: Pair<Hours>): number {
  return (['credited', 'held', 'denied'] as const).reduce((all, fate) => all + Math.abs(after[fate] - before[fate]), 0);
}
