/**
 * Two candidates of one address who also share wrong answers, or answer in step. An address alone says nothing: a
 * family has one, and so has an exam room. So an address under which many sit is left out, and of the few pairs that
 * remain each is held against chance by the same indices as all pairs are; being few, they need to be less improbable.
 */
import { collusion } from '../collusion.ts';
import { lockstep } from '../lockstep.ts';
import { byPerson } from './people.ts';
import { responsesOf } from './responses.ts';
import { examRule, type Sat } from './rule.ts';
import { timingOf } from './timing.ts';

export const thresholds = Object.freeze({
  /** More people of one address sit in a room, not in a home. */
  peopleMax: 4,
});

export const examSameAddress = examRule({
  name: 'examSameAddress',
  code: 'examImpersonation',
  severity: 'medium',
  judge: ({ sat }) => {
    const firsts = byPerson(sat).flatMap(([first]) => first ?? []);
    const homes = homesOf(firsts);
    if (homes.size === 0) return [];
    const byId = new Map(firsts.map((one) => [one.id, one]));
    const family = (a: string, b: string): boolean => homes.get(a)?.has(b) === true;
    const pairs = [
      ...collusion(firsts.map(responsesOf), undefined, family).map(({ same, wrong, ...pair }) => ({
        ...pair,
        told: { sameWrong: same, wrongTogether: wrong },
      })),
      ...lockstep(firsts.map(timingOf), family).map(({ together, of, ...pair }) => ({
        ...pair,
        told: { itemsInStep: together, itemsOfBoth: of },
      })),
    ];
    return pairs.flatMap(({ a, b, told, chanceLog10, limitLog10 }) =>
      [a, b].flatMap((id) => {
        const one = byId.get(id);
        const facts = {
          ...{ addressPeople: (homes.get(id)?.size ?? 0) + 1, addressPeopleMax: thresholds.peopleMax, ...told },
          ...{ chanceLog10: round(chanceLog10), chanceMaxLog10: round(limitLog10) },
        };
        return one === undefined ? [] : { sat: one, facts };
      }),
    );
  },
});

/** By sitting: the others of an address under which few sit. */
function homesOf(sat: readonly Sat[]): ReadonlyMap<string, ReadonlySet<string>> {
  const addresses = new Map<string, string[]>();
  for (const { id, addresses: own } of sat) {
    for (const address of new Set(own)) addresses.set(address, [...(addresses.get(address) ?? []), id]);
  }
  const homes = new Map<string, Set<string>>();
  for (const ids of addresses.values()) {
    if (ids.length < 2 || ids.length > thresholds.peopleMax) continue;
    for (const id of ids) {
      const others = homes.get(id) ?? new Set<string>();
      homes.set(id, others);
      for (const other of ids) if (other !== id) others.add(other);
    }
  }
  return homes;
}

const round = (value: number): number => Math.round(value * 10) / 10;
