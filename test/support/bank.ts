/** The demo lessons' questions with the words of their right answers: the key that only a test may hold. */
import { readFileSync } from 'node:fs';

interface Question {
  readonly zh: string;
  readonly answer: string;
  readonly choices: readonly { readonly id: string; readonly zh: string }[];
}

const lessons = JSON.parse(
  readFileSync(new URL('../../web-player/media/lessons.json', import.meta.url), 'utf8'),
) as readonly { readonly questions: readonly Question[] }[];

export interface Answer {
  readonly question: string;
  readonly right: string;
}

export const bank: readonly Answer[] = lessons.flatMap(({ questions }) =>
  questions.map(({ zh, answer, choices }) => ({
    question: zh,
    right: choices.find(({ id }) => id === answer)?.zh ?? '',
  })),
);

/** What to answer to the question that stands somewhere in this text. */
export function rightAnswer(shown: string): string {
  const found = bank.find(({ question }) => shown.includes(question));
  if (found === undefined) throw new Error(`no question of the bank in: ${shown}`);
  return found.right;
}
