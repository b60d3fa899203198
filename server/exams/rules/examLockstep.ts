/** Two candidates who answered item after item at the same moment, or always as much later: see `../lockstep.ts`. */
import { lockstep, stepLimits } from '../lockstep.ts';
import { examRule } from './rule.ts';
import { timingOf } from './timing.ts';

export const examLockstep = examRule({
  name: 'examLockstep',
  code: 'examImpersonation',
  severity: 'high',
  judge: ({ sat }) => {
    const byId = new Map(sat.map((one) => [one.id, one]));
    return lockstep(sat.map(timingOf)).flatMap(({ a, b, together, of, lagMs, chanceLog10, limitLog10 }) =>
      [a, b].flatMap((id) => {
        const one = byId.get(id);
        const facts = {
          ...{ people: 2, itemsInStep: together, itemsOfBoth: of, laterMs: Math.abs(lagMs) },
          ...{ withinMs: stepLimits.withinMs, chanceLog10: round(chanceLog10), chanceMaxLog10: round(limitLog10) },
        };
        return one === undefined ? [] : { sat: one, facts };
      }),
    );
  },
});

const round = (value: number): number => Math.round(value * 10) / 10;
