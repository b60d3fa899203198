/** Each person's sittings, in the order of the attempts. Pure. */
import type { Sat } from './rule.ts';

export function byPerson(sat: readonly Sat[]): readonly (readonly Sat[])[] {
  const people = new Map<string, Sat[]>();
  for (const one of sat) people.set(one.personKey, [...(people.get(one.personKey) ?? []), one]);
  return [...people.values()].map((own) => own.toSorted((a, b) => a.attempt - b.attempt));
}
