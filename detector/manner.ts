/** How a question was answered, for the rules that read it. */
import type { Manner } from './event.ts';
import type { Finding, Judged, View } from './rule.ts';

/** Null: the event is no answer to a question that was waited for, or nothing is known of how it was given. */
export function mannerIn({ event, news }: Pick<View<unknown>, 'event' | 'news'>): Manner | null {
  if (event.kind !== 'proofGiven' || event.proof !== 'question' || news.given === null) return null;
  return event.manner ?? null;
}

/** A weak sign goes on being said, at each event, until what is remembered no longer says it. */
export function standing<Memory>(own: Memory, weak: number, alert?: Finding['alert']): Judged<Memory> {
  if (weak === 0 && alert === undefined) return { own };
  return { own, finding: { ...(weak > 0 ? { weak } : {}), ...(alert === undefined ? {} : { alert }) } };
}
