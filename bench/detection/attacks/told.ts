/** What an account is told of its answers: nothing but that time is credited, or lost. */
import type { Totals } from '../../../test/support/world/link.ts';

/** Credit or loss of more than a beat's play follows an answer. */
const CHANGED_MS = 20_000;

export type Change = 'credited' | 'lost';

/** @returns what a lesson's totals say happened since they were told last; null: nothing that matters */
export function lastChange(): (lesson: string, totals: Totals) => Change | null {
  const before = new Map<string, Totals>();
  return (lesson, totals) => {
    const was = before.get(lesson);
    before.set(lesson, totals);
    if (was === undefined) return null;
    if (totals.creditedMs - was.creditedMs >= CHANGED_MS) return 'credited';
    return totals.deniedMs - was.deniedMs >= CHANGED_MS && totals.heldMs < was.heldMs ? 'lost' : null;
  };
}
