/** What a sitting chose, as `../collusion.ts` compares it. Pure. */
import { canonical } from '../../../ledger/canonical.ts';
import { chosenBy } from '../../proofs/question/answer.ts';
import type { Responses } from '../collusion.ts';
import { isItemRight, lastAnswers } from '../grade.ts';
import type { Sat } from './rule.ts';

/** Items by their words: a template asks another question with each drawing. */
export function responsesOf({ id, items, answers }: Sat): Responses {
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
