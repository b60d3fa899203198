/** The tally as a page for people. */
import type { Tally } from './tally.ts';

const hour = 3_600_000;

export interface Facts {
  readonly version: number;
  readonly command: string;
  readonly seconds: number;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

export function report(tally: Tally, { version, command, seconds }: Facts): string {
  const hours = tally.playedMs / hour;
  const per1000 = (times: number): string => ((1000 * times) / hours).toFixed(1);
  const falseAlerts = [...tally.alerts].filter(([rule]) => !rule.endsWith('.hidden'));
  const total = falseAlerts.reduce((sum, [, alerts]) => sum + alerts.false, 0);
  const lost = [...tally.lostMs].filter(([, ms]) => Math.abs(ms) / tally.owedMs >= 0.00005).sort((a, b) => b[1] - a[1]);
  const rows = [...tally.alerts].sort((a, b) => b[1].false - a[1].false);
  const refusals = [...tally.refusals].map(([code, times]) => `${code} ${times}`).join(', ') || 'none';
  return `# Honest people · detector version ${version}

\`${command}\`: ${hours.toFixed(0)} simulated hours of play by ${tally.people} people, in ${seconds.toFixed(0)} s.
Everyone here is honest (\`detection/habits.ts\`): every alert that is not warranted is false, every loss undeserved.

| measure | value |
| --- | --- |
| honest share: credited of what was owed | **${percent(tally.creditedMs / tally.owedMs)}** |
| false alerts per 1,000 h (\`hidden\` apart) | **${per1000(total)}** |
| questions an hour | ${(tally.questions / hours).toFixed(1)} |
| answers: right, wrong, missed | ${tally.answers.right}, ${tally.answers.wrong}, ${tally.answers.missed} |
| events an hour, of them ticks | ${(tally.events / hours).toFixed(0)}, ${(tally.ticks / hours).toFixed(1)} |
| beats refused for good | ${refusals} |

Owed: each second of a lesson, once, when it was played visible and at a rate that is paid. Held time counts
when it is credited within seven days.

| where the rest goes | of what was owed |
| --- | --- |
${lost.map(([reason, ms]) => `| ${reason} | ${percent(ms / tally.owedMs)} |`).join('\n')}

| alert | false per 1,000 h | warranted per 1,000 h | a false one |
| --- | --- | --- | --- |
${rows.map(([rule, a]) => `| ${rule} | ${per1000(a.false)} | ${per1000(a.warranted)} | ${a.example.replaceAll('|', '/')} |`).join('\n')}

\`hidden\` is warranted when the page was hidden while it played for over 10 s, or five times in 10 minutes;
\`playbackRate\` when new media ran too fast for over 10 s;
\`promptMissed\` from 3 questions missed in a row, \`promptGuessing\` from 5 wrong answers of 8.
`;
}
