/**
 * courseBrushing 刷课, without a player: media claimed as played that no server delivered to this person.
 *
 * It speaks of sessions whose media is delivered by somebody who tells of it: this server, which tells before
 * the bytes leave, or the platform, whose report may come late (a delivery network's real-time log: seconds to
 * minutes; its hourly log would be too late). So nothing is denied at once. Fresh media that was not delivered
 *   1. waits until its report is overdue; much that waits is a weak sign;
 *   2. is missing once the report is overdue, over all lessons of the person, so that a new page or
 *      another lesson starts no new grace; a report that comes after all takes it back;
 *   3. while more than a little is missing, what more is claimed undelivered is not paid, and is a weak sign;
 *   4. raises an alert when that went on over several beats.
 * What was denied meanwhile stays denied: it was never covered, and counts when it is played and delivered.
 *
 * Delivery is before play, and is counted by person and lesson: seeking, reading ahead, playing from the
 * browser's cache or a page that is opened again miss nothing. It proves no play: whoever fetches the media
 * without showing it satisfies this rule.
 */
import { add, type Intervals, measure, none, subtract, union } from '../intervals.ts';
import type { Claim, Judged, Rule, View } from '../rule.ts';

interface Thresholds {
  /** Media so close to what was delivered counts as delivered: bytes tell their time so exactly. */
  readonly slackMs: number;
  /** A lesson of which nothing was delivered for so long is no longer in anybody's cache. */
  readonly keepMs: number;
  /** How late a delivery by this server may be told, and one by the platform. */
  readonly serverLateMs: number;
  readonly reportLateMs: number;
  /** Missing media up to so much is lost reports. */
  readonly missingMs: number;
  /** More than this waiting for its report is a weak sign. */
  readonly waitingMs: number;
  /** Unpaid play that raises an alert, in so many beats. */
  readonly alertAfterMs: number;
  readonly beats: number;
}

/** Claimed media of a lesson that was not delivered. */
interface Owed {
  readonly lesson: string;
  /** By the time at which its report is overdue. */
  readonly waiting: readonly (readonly [dueAt: number, Intervals])[];
  readonly missing: Intervals;
}

interface Memory {
  readonly owed: readonly Owed[];
  /** Play that was not paid, since more than a little was missing. */
  readonly unpaidMs: number;
  readonly beats: number;
}

type Seen = View<Thresholds>;

/** What waits is kept in so many groups. */
const GROUPS = 8;
const MOST_LESSONS = 12;
const MOST_STRETCHES = 32;
/** Odd while a report may still come; hardly ever honest once it is overdue. */
const WAITING_POINTS = 1;
const MISSING_POINTS = 2;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export const undelivered: Rule<'undelivered', Memory, Thresholds> = {
  name: 'undelivered',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'person',
  thresholds: [
    ...(['slackMs', 'keepMs', 'serverLateMs', 'reportLateMs'] as const),
    ...(['missingMs', 'waitingMs', 'alertAfterMs', 'beats'] as const),
  ],
  first: { owed: [], unpaidMs: 0, beats: 0 },
  judge(own, view) {
    const { claim, session, thresholds } = view;
    const owed = own.owed.length === 0 ? own.owed : settle(own.owed, view);
    const missing = sum(owed.map((one) => measure(one.missing)));
    const tooMuch = missing > thresholds.missingMs;
    const kept = tooMuch ? { ...own, owed } : { owed, unpaidMs: 0, beats: 0 };
    if (claim === null || session.delivery === undefined) return { own: same(own, kept) };

    const lacking = lackingOf(claim, deliveredTo(session.lesson, view));
    const lacks = lacking.reduce(union, none);
    if (lacks.length === 0) return { own: same(own, kept) };
    const next = { ...kept, owed: owe(owed, lacks, view) };
    if (!tooMuch) {
      const waiting = sum(next.owed.flatMap((one) => one.waiting.map(([, media]) => measure(media))));
      return { own: next, ...(waiting > thresholds.waitingMs ? { finding: { weak: WAITING_POINTS } } : {}) };
    }
    return refuse(next, { missing, lacking }, view);
  },
};

/** More than a little is missing, and this beat claims more of the kind. */
function refuse(
  own: Memory,
  { missing, lacking }: { readonly missing: number; readonly lacking: readonly Intervals[] },
  { claim, session, thresholds }: Seen,
): Judged<Memory> {
  const sights = claim?.sights ?? [];
  // A run that was delivered for the most part is its edge, not a contradiction.
  const unpaid = sights.map(({ fresh }, run) => 2 * measure(lacking[run] ?? none) > measure(fresh));
  const ms = sum(sights.map(({ freshMs }, run) => (unpaid[run] ? freshMs : 0)));
  const unpaidMs = own.unpaidMs + ms;
  const beats = own.beats + (ms > 0 ? 1 : 0);
  const facts = { missingMs: missing, unpaidMs, beats, deliveredBy: session.delivery ?? '' };
  return {
    own: { ...own, unpaidMs, beats },
    finding: {
      weak: MISSING_POINTS,
      unpaid: unpaid.map((is) => (is ? 'courseBrushing.undelivered' : null)),
      ...(unpaidMs >= thresholds.alertAfterMs && beats >= thresholds.beats ? { alert: { facts } } : {}),
    },
  };
}

/** What of each run's fresh media was not delivered. */
function lackingOf({ sights }: Claim, delivered: Intervals): readonly Intervals[] {
  return sights.map(({ fresh }) => subtract(fresh, delivered));
}

/** What was delivered of a lesson, and what lies so close to it that it may have been. */
function deliveredTo(lesson: string, { at, delivered, thresholds: { keepMs, slackMs } }: Seen): Intervals {
  const found = delivered.find((one) => one.lesson === lesson);
  if (found === undefined || at - found.at > keepMs) return none;
  let wide = none;
  for (const [from, to] of found.media) wide = add(wide, from - slackMs, to + slackMs);
  return wide;
}

/** Takes back what was delivered meanwhile; what is overdue now is missing. */
function settle(owed: readonly Owed[], view: Seen): readonly Owed[] {
  return owed.flatMap(({ lesson, waiting, missing }) => {
    const delivered = deliveredTo(lesson, view);
    const left = waiting
      .map(([dueAt, media]) => [dueAt, subtract(media, delivered)] as const)
      .filter(([, media]) => media.length > 0);
    const overdue = left.filter(([dueAt]) => dueAt <= view.at).map(([, media]) => media);
    const lost = longest(overdue.reduce(union, subtract(missing, delivered)));
    const rest = left.filter(([dueAt]) => dueAt > view.at);
    return rest.length === 0 && lost.length === 0 ? [] : [{ lesson, waiting: rest, missing: lost }];
  });
}

/** Adds what is claimed undelivered to its lesson. What is missing already does not wait once more. */
function owe(owed: readonly Owed[], lacks: Intervals, { at, session, thresholds }: Seen): readonly Owed[] {
  const { lesson } = session;
  const before = owed.find((one) => one.lesson === lesson) ?? { lesson, waiting: [], missing: none };
  const lateMs = session.delivery === 'server' ? thresholds.serverLateMs : thresholds.reportLateMs;
  const groupMs = Math.max(1, Math.ceil(lateMs / GROUPS));
  const dueAt = (Math.floor((at + lateMs) / groupMs) + 1) * groupMs;
  let news = subtract(lacks, before.missing);
  for (const [, media] of before.waiting) news = subtract(news, media);
  if (news.length === 0) return owed;
  const last = before.waiting.at(-1);
  const waiting =
    last !== undefined && last[0] >= dueAt
      ? before.waiting.with(-1, [last[0], longest(union(last[1], news))])
      : [...before.waiting, [dueAt, longest(news)] as const];
  const all = [...owed.filter((one) => one !== before), { ...before, waiting }];
  if (all.length <= MOST_LESSONS) return all;
  // The least that is missing is forgotten.
  const least = Math.min(...all.map((one) => measure(one.missing)));
  const forgotten = all.find((one) => measure(one.missing) === least);
  return all.filter((one) => one !== forgotten);
}

function longest(set: Intervals): Intervals {
  if (set.length <= MOST_STRETCHES) return set;
  const kept = set.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, MOST_STRETCHES);
  return kept.sort((a, b) => a[0] - b[0]);
}

/** Nothing changed: what was remembered stays the same object, and is not written again. */
function same(before: Memory, after: Memory): Memory {
  return before.owed.length === 0 && after.owed.length === 0 ? before : after;
}
