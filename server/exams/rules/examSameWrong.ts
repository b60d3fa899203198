/** Two candidates whose wrong answers agree far beyond chance: see `../collusion.ts`. Each of them is named. */

import { canonical } from '../../../ledger/canonical.ts';
import { chosenBy } from '../../proofs/question/answer.ts';
import { collusion, type Responses } from '../collusion.ts';
import { isItemRight, lastAnswers } from '../grade.ts';
import { byPerson } from './people.ts';
import { examRule, type Sat } from './rule.ts';

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

/** Items by their words: a template asks another question with each drawing. */
function responsesOf({ id, items, answers }: Sat): Responses {
  const last = lastAnswers(answers);
  return {
    id,
    answers: new Map(
      items.flatMap((item) => {
        const answer = last.get(item.n);
        const chosen = answer === undefined ? null : chosenBy(item.asked, item.shown, answer.given);
        if (chosen === null) return [];
        return [[`${item.item}|${canonical(item.asked.drawn ?? {})}`, { chosen, right: isItemRight(item, answer) }]];
      }),
    ),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
