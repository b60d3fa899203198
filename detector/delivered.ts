/**
 * Media that left a server for a person, by lesson: what `rules/undelivered.ts` compares claims with. Kept
 * for the person and not for the session, because a page that is opened again may play from its cache, and
 * a platform may tell of a session that has closed. A policy without that rule keeps nothing.
 *
 * Guarantees: bounded, whatever is delivered: the lessons delivered last, each in a bounded number of
 * stretches. What is dropped is the shortest stretch: its media was most likely played, and so is covered.
 */
import type { Delivered } from './event.ts';
import { type Intervals, none, union } from './intervals.ts';
import type { Work } from './work.ts';

const MOST_LESSONS = 16;
const MOST_STRETCHES = 64;

export function deliver(work: Work, event: Delivered): void {
  const kept = work.policy.rules.undelivered;
  const lesson = work.state.sessions[event.session]?.lesson ?? event.lesson;
  if (kept === undefined || lesson === undefined) return;
  const all = work.state.delivered ?? [];
  const before = all.find((one) => one.lesson === lesson);
  const old = before === undefined || work.at - before.at > kept.keepMs ? none : before.media;
  const media = longest(union(old, event.media));
  const others = all.filter((one) => one.lesson !== lesson);
  work.state.delivered = [...others, { lesson, at: work.at, media }].slice(-MOST_LESSONS);
}

function longest(set: Intervals): Intervals {
  if (set.length <= MOST_STRETCHES) return set;
  const kept = set.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, MOST_STRETCHES);
  return kept.sort((a, b) => a[0] - b[0]);
}
