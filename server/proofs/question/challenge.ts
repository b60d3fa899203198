/**
 * What a page is shown of a prompt. Guarantees: only what is named here leaves the server; choices
 * are named by their place, from 1: the bank's own ids could tell the right one from question to
 * question.
 */
import type { Challenge } from '../../../sdk/wire.ts';
import type { Prompt } from './store.ts';
import type { Asked } from './template.ts';

/** The last moment at which an answer counts. */
export function endOf({ deadlineAt, lateMs }: Prompt): number {
  return deadlineAt + lateMs;
}

export function toChallenge(prompt: Prompt, nowMs: number): Challenge {
  const { id, asked, choiceIds, deadlineAt } = prompt;
  const remainingMs = Math.max(0, deadlineAt - nowMs);
  const head = {
    prompt: id,
    question: { zh: asked.text.zh, en: asked.text.en },
    remainingMs,
    graceMs: Math.max(0, endOf(prompt) - nowMs - remainingMs),
  };
  switch (asked.form) {
    case 'single':
    case 'multiple':
    case 'order':
      return { ...head, form: asked.form, choices: shownOf(asked, choiceIds) };
    case 'number':
      return { ...head, form: asked.form, choices: [], ...(asked.unit === undefined ? {} : { unit: asked.unit }) };
    default:
      return asked satisfies never;
  }
}

function shownOf({ choices }: Exclude<Asked, { form: 'number' }>, choiceIds: readonly string[]) {
  return choiceIds.flatMap((choiceId, at) => {
    const choice = choices.find((one) => one.id === choiceId);
    return choice === undefined ? [] : [{ id: String(at + 1), text: { zh: choice.zh, en: choice.en } }];
  });
}
