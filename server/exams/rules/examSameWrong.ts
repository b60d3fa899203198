/** Two candidates whose wrong answers agree far beyond chance: see `../collusion.ts`. Each of them is named. */
import { collusion } from '../collusion.ts';
import { byPerson } from './people.ts';
import { responsesOf } from './responses.ts';
import { examRule } from './rule.ts';

export const examSameWrong = examRule({
  name: 'examSameWrong',
  code: 'examImpersonation',
  severity: 'high',
  judge: ({ sat }) => {
    const firsts = byPerson(sat).flatMap(([first]) => first ?? []);
    const byId = new Map(firsts.map((one) => [one.id, one]));
    return collusion(firsts.map(responsesOf)).flatMap(({ a, b, same, wrong, chanceLog10, limitLog10 }) =>
      [a, b].flatMap((id) => {
        const one = byId.get(id);
        const facts = {
          ...{ people: 2, sameWrong: same, wrongTogether: wrong },
          ...{ chanceLog10: round(chanceLog10), chanceMaxLog10: round(limitLog10) },
        };
        return one === undefined ? [] : { sat: one, facts };
      }),
    );
  },
});

const round = (value: number): number => Math.round(value * 10) / 10;
