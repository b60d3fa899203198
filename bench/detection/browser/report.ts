/** The attacks in a browser as a page for people. */
import type { Attacked } from './attack.ts';
import type { AlertSeen } from './evidence.ts';
import { FASTER } from './policy.ts';

export interface Result extends Attacked {
  readonly alerts: readonly AlertSeen[];
}

export interface Facts {
  readonly version: number;
  readonly command: string;
  readonly browser: string;
  readonly minutes: number;
  readonly seconds: number;
}

/** Leakage at most, for whoever has no answers, guesses or knows a quarter of the bank. */
const GOAL = 0.01;

const inSeconds = (ms: number): string => (ms / 1000).toFixed(0);

/** What the page claimed; where it could claim nothing, the time that the attack took. */
export const fraudMs = ({ evidence, wallMs }: Attacked): number => evidence.claimedMs || wallMs;
export const leakage = (one: Attacked): number => (fraudMs(one) === 0 ? 0 : one.evidence.creditedMs / fraudMs(one));

function alertsOf({ alerts, startedAt }: Result): string {
  const first = new Map<string, number>();
  for (const { rule, at } of alerts) if (!first.has(rule)) first.set(rule, Math.max(0, at - startedAt));
  return [...first].map(([rule, ms]) => `${rule} ${inSeconds(ms)} s`).join(', ') || '–';
}

function questionsOf({ evidence: { questions, hard }, unanswerable }: Attacked): string {
  const asked = Object.values(questions).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(questions).map(([outcome, count]) => `${outcome} ${count}`);
  if (hard !== null && hard > 0) parts.push(`asked hard ${hard}`);
  if (unanswerable > 0) parts.push(`of a form it cannot answer ${unanswerable}`);
  return `${asked}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

function toldOf({ evidence: { told, beats } }: Attacked): string {
  return (
    Object.entries(told)
      .map(([fact, count]) => `${fact} ${count}/${beats}`)
      .join(', ') || '–'
  );
}

function row(one: Result): string {
  const { technique, stock, failed, evidence } = one;
  if (failed !== null) return `| ${technique.name} | ${stock.name} | could not be carried out: ${failed} |  |  |  |  |`;
  const share = `${(100 * leakage(one)).toFixed(1)} %`;
  const cells = [
    ...[technique.name, stock.name],
    `${inSeconds(fraudMs(one))} → ${inSeconds(evidence.creditedMs)}`,
    technique.honest === true ? `(${share})` : missed(one) ? `**${share}**` : share,
    ...[alertsOf(one), questionsOf(one), toldOf(one)],
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;
}

/** The goal is for everybody but who can answer everything. */
const judged = ({ technique, stock, failed }: Attacked): boolean =>
  failed === null && technique.honest !== true && stock.reads !== true;
const missed = (one: Attacked): boolean => judged(one) && leakage(one) > GOAL;

export function report(results: readonly Result[], { version, command, browser, minutes, seconds }: Facts): string {
  const techniques = [...new Map(results.map(({ technique }) => [technique.name, technique])).values()];
  const counted = results.filter(judged);
  const within = counted.filter((one) => !missed(one)).length;
  const told = counted.filter(({ alerts }) => alerts.length > 0).length;
  const not = results.filter(({ failed }) => failed !== null).length;
  return `# Attackers in a real browser · detector version ${version}

\`${command}\`: ${results.length} attacks of ${minutes} min each, in ${(seconds / 60).toFixed(0)} min, in ${browser}, against the real server and
the real lesson page. The policy is the standard one but for its questions, which come ${FASTER} times as often (time to answer:
20 s): a minute here meets as many as an hour would. The rules' thresholds are the standard ones, so what a rule
finds only after many minutes is not found here.

The browser is Chromium without a screen, under a person's browser's name and without any sign of automation, unless the technique
says otherwise. Each attacker has a class, an address and a browser profile of its own, and has shown before it was
counted that it is one: a tab called hidden is hidden. Nobody watches, so every second that is credited is a leak; what is
still held in the end counts as lost.

Answers: _none_, they are ignored; _guesses_; _25 %_ of the bank is known by its words, the rest is guessed; _all_, an oracle
that can read whatever is shown. The lesson has 24 items in four forms. Goal for all but the oracle: at most ${100 * GOAL} %
leaks (**bold**: it is more), and an alert. Kept in ${within} of ${counted.length}; an alert within the run in ${told} of ${counted.length}. ${not} attacks could not be carried out.

| technique | answers | claimed → credited, s | leakage | alerts, first after | questions | told by the page, beats |
| --- | --- | --- | --- | --- | --- | --- |
${results.map(row).join('\n')}

${techniques.map(({ name, what }) => `- **${name}**: ${what}`).join('\n')}
`;
}
