/** The tally as a page for people. */
import { habits } from './habits.ts';
import { isHidden, type Tally } from './tally.ts';
import type { PopulationName } from './traits.ts';

const hour = 3_600_000;

export interface Facts {
  readonly version: number;
  readonly command: string;
  readonly seconds: number;
}

/** Questions an hour in a session without a happening; lost by wrong and missed answers alone; see the page. */
const GOALS = { honest: 0.995, falsePer1000: 1, questions: 6, answers: 0.002 };

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const lostShare = ({ creditedMs, owedMs }: Tally): number => 1 - creditedMs / Math.max(1, owedMs);

function quantile(values: readonly number[], share: number): string {
  const value = values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
  return Number.isFinite(value) ? (value / hour).toFixed(1) : '–';
}

const goal = (words: string, met: boolean): string => (met ? `**${words}**` : `**${words}** ✗`);

function byModel({ byModel: models }: Tally): string {
  const rows = [...models].sort((a, b) => a[1].creditedMs / a[1].owedMs - b[1].creditedMs / b[1].owedMs);
  return rows
    .map(([model, { people, playedMs, owedMs, creditedMs, falseAlerts }]) => {
      const cells = [people, (playedMs / hour).toFixed(0), percent(creditedMs / owedMs)];
      return `| ${model} | ${cells.join(' | ')} | ${((1000 * falseAlerts * hour) / playedMs).toFixed(1)} |`;
    })
    .join('\n');
}

/** Of people who are asked for their faces; the same goals hold. */
function withFaces(tally: Tally): string {
  const hours = tally.playedMs / hour;
  const share = tally.creditedMs / tally.owedMs;
  const alerts = [...tally.alerts].filter(([rule]) => !isHidden(rule));
  const per1000 = (1000 * alerts.reduce((sum, [, one]) => sum + one.false, 0)) / hours;
  const named = alerts.filter(([, one]) => one.false > 0).map(([rule, one]) => `${rule} ${one.false}`);
  const { unclear, notLive, otherPerson } = habits.face;
  return `Asked for their faces instead, where a proof is due (${tally.people} people, ${hours.toFixed(0)} h; of an honest check
${percent(unclear)} cannot be judged and are asked again, ${percent(notLive)} are taken for no live face, ${percent(otherPerson)} for another
person's: assumed, see \`habits.ts\`): ${goal(percent(share), share >= GOALS.honest)} credited, ${goal(per1000.toFixed(1), per1000 <= GOALS.falsePer1000)} false alerts per 1,000 h${named.length > 0 ? ` (${named.join(', ')})` : ''}, ${(tally.questions / hours).toFixed(1)} proofs asked an hour.`;
}

export function report(tallies: Readonly<Record<PopulationName, Tally>>, { version, command, seconds }: Facts): string {
  const { everyone: tally, clean, 'clean and careful': careful, 'with faces': faces } = tallies;
  const hours = tally.playedMs / hour;
  const per1000 = (times: number): string => ((1000 * times) / hours).toFixed(1);
  const falseAlerts = [...tally.alerts].filter(([rule]) => !isHidden(rule));
  const total = falseAlerts.reduce((sum, [, alerts]) => sum + alerts.false, 0);
  const lost = [...tally.lostMs].filter(([, ms]) => Math.abs(ms) / tally.owedMs >= 0.00005).sort((a, b) => b[1] - a[1]);
  const rows = [...tally.alerts].sort((a, b) => b[1].false - a[1].false);
  const refusals = [...tally.refusals].map(([code, times]) => `${code} ${times}`).join(', ') || 'none';
  const share = tally.creditedMs / tally.owedMs;
  const falsePer1000 = (1000 * total) / hours;
  const byAnswers = lostShare(clean) - lostShare(careful);
  const asked = careful.questions / (careful.playedMs / hour);
  const played = tally.firstCredited.map((one) => one.playedMs);
  const wall = tally.firstCredited.map((one) => one.at);
  return `# Honest people · detector version ${version}

\`${command}\`: ${hours.toFixed(0)} simulated hours of play by ${tally.people} people, in ${seconds.toFixed(0)} s.
Everyone here is honest (\`detection/habits.ts\`, \`traits.ts\`): every alert that is not warranted is false, every loss
undeserved. Goals: 99.5 % credited, one false alert per 1,000 h, 0.2 % lost by wrong and missed answers alone, 6 questions
an hour in a clean session. Where one is missed: ✗.

| measure | value |
| --- | --- |
| honest share: credited of what was owed | ${goal(percent(share), share >= GOALS.honest)} |
| false alerts per 1,000 h (\`hidden\` apart) | ${goal(per1000(total), falsePer1000 <= GOALS.falsePer1000)} |
| lost by ${percent(habits.wrong)} wrong and ${percent(habits.missed)} missed answers alone | ${goal(percent(byAnswers), byAnswers <= GOALS.answers)} |
| questions an hour, of everyone | ${(tally.questions / hours).toFixed(1)} |
| questions an hour, in a clean session | ${goal(asked.toFixed(1), asked <= GOALS.questions)} |
| hours of play until the first credit: median, 95 % | ${quantile(played, 0.5)}, ${quantile(played, 0.95)} |
| hours by the clock until the first credit: median, 95 % | ${quantile(wall, 0.5)}, ${quantile(wall, 0.95)} |
| answers: right, wrong, missed | ${tally.answers.right}, ${tally.answers.wrong}, ${tally.answers.missed} |
| events an hour, of them ticks | ${(tally.events / hours).toFixed(0)}, ${(tally.ticks / hours).toFixed(1)} |
| beats refused for good | ${refusals} |

Owed: each second of a lesson, once, when it was played visible and at a rate that is paid. Held time counts
when it is credited within seven days. Clean: nothing happens to these people (${(clean.playedMs / hour).toFixed(0)} h with the same wrong and missed
answers: ${percent(lostShare(clean))} lost; ${(careful.playedMs / hour).toFixed(0)} h with every answer right: ${percent(lostShare(careful))}).

${withFaces(faces)}

| where the rest goes | of what was owed |
| --- | --- |
${lost.map(([reason, ms]) => `| ${reason} | ${percent(ms / tally.owedMs)} |`).join('\n')}

| alert | false per 1,000 h | warranted per 1,000 h | a false one |
| --- | --- | --- | --- |
${rows.map(([rule, a]) => `| ${rule} | ${per1000(a.false)} | ${per1000(a.warranted)} | ${a.example.replaceAll('|', '/')} |`).join('\n')}

| who | people | hours | credited | false alerts per 1,000 h |
| --- | --- | --- | --- | --- |
${byModel(tally)}

Phones that draw 15 frames a second, sleeping laptops, lost and slow lines, reloads, crashes and second pages happen to
everyone (\`habits.ts\`). What many people have in common (an address behind one router, a machine) is not seen by one
person's detector.

\`hidden\` is warranted when the page was hidden while it played for over 10 s, or five times in 10 minutes;
\`playbackRate\` when new media ran too fast for over 10 s;
\`promptMissed\` and \`avoidedQuestions\` from 3 questions missed in a row, \`promptGuessing\` from 5 wrong answers of 8.
`;
}
