/**
 * The exam's page: trades the launch link for a ticket and lets the SDK do the rest, as a platform's page would.
 * Guarantees: each entering has a ticket of its own; nothing begins before the candidate presses the button.
 */
import { exam } from '../sdk/exam.ts';
import { need, text } from './dom.ts';
import { drawn, locale, say, switchLanguage } from './language.ts';
import { trade } from './launch.ts';
import { problem } from './problem.ts';
import { tickets } from './tickets.ts';
import type { Key } from './words.ts';

/** What the link is traded for. */
interface LaunchedExam {
  readonly ticket: string;
  readonly exam: {
    readonly title: string;
    readonly minutes: number;
    readonly items: number;
    readonly passMark: number;
    readonly attempts: number;
  };
}

const link = new URLSearchParams(location.search).get('launch');
const problems = problem();
const launch = () => trade<LaunchedExam>('/v1/exams/launch', link);

drawn(() => {
  document.documentElement.lang = locale();
  for (const node of document.querySelectorAll<HTMLElement>('[data-words]')) {
    text(node, say(node.getAttribute('data-words') as Key));
  }
  text(need('[data-language]'), say('otherLanguage'));
  document.title = say('exam');
});
need('[data-language]').addEventListener('click', switchLanguage);

async function open(): Promise<void> {
  problems.hide();
  const result = await launch();
  need('[data-page]').hidden = !result.ok;
  if (!result.ok) {
    const kind = { missing: 'examMissing', refused: 'examRefused', unreachable: 'unreachable' } as const;
    problems.show(kind[result.failure], result.code, () => void open());
    return;
  }
  const { ticket, exam: terms } = result.value;
  text(need('[data-title]'), terms.title);
  const sitting = exam(need('[data-exam]'), {
    getTicket: tickets(ticket, launch),
    endpoint: location.origin,
    language: locale(),
  });
  drawn(() => {
    document.title = say('pageTitle', { lesson: terms.title, platform: say('platform') });
    text(need('[data-terms]'), say('examTerms', { ...terms }));
    sitting.setLanguage(locale());
  });
}

void open();
