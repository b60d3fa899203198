/** Attackers as a page for people: what each technique earned, and when it was found. */
import type { Attacked } from './drive.ts';
import type { Knowledge } from './knowledge.ts';
import { BOTS, type Manners, type Swarmed } from './swarm.ts';
import type { Technique } from './technique.ts';

/** What an attacker on the wire may earn, and how many must be found; of a swarm. */
const GOALS = { leakage: 0.01, recall: 0.99, swarm: 0.05 };

export interface Column {
  readonly knowledge: Knowledge;
  readonly bank: number;
}
export interface Row {
  readonly technique: Technique;
  /** In the order of the columns, a run a seed. */
  readonly runs: readonly (readonly Attacked[])[];
}
export interface SwarmRow {
  readonly manners: Manners;
  readonly swarms: readonly Swarmed[];
}

export interface Facts {
  readonly version: number;
  readonly command: string;
  readonly seeds: number;
  readonly hours: number;
  readonly seconds: number;
}

/** Share of what was claimed that was credited, over all runs. */
export function leakage(runs: readonly Attacked[]): number {
  const claimed = runs.reduce((sum, run) => sum + run.claimedMs, 0);
  return claimed === 0 ? 0 : runs.reduce((sum, run) => sum + run.creditedMs, 0) / claimed;
}

const found = (runs: readonly Attacked[]): number => runs.filter(({ alertedAt }) => alertedAt !== null).length;

function medianMinutes(runs: readonly Attacked[]): string {
  const times = runs.flatMap(({ alertedAt }) => (alertedAt === null ? [] : [alertedAt / 60_000])).sort((a, b) => a - b);
  // Of all runs, so that those without an alert count as never.
  const middle = times[Math.floor((runs.length - 1) / 2)];
  return middle === undefined ? '–' : `${middle.toFixed(0)} min`;
}

function missed(
  runs: readonly Attacked[],
  { passes }: Technique,
  knowledge: Knowledge,
): { leaks: boolean; hides: boolean } {
  const goal = knowledge.goal && !passes;
  return {
    leaks: goal && leakage(runs) > GOALS.leakage,
    hides: goal && found(runs) < GOALS.recall * runs.length,
  };
}

const marked = (words: string, wrong: boolean): string => (wrong ? `**${words}** ✗` : words);

function cell(runs: readonly Attacked[], technique: Technique, knowledge: Knowledge): string {
  const { leaks, hides } = missed(runs, technique, knowledge);
  const leaked = marked(`${(100 * leakage(runs)).toFixed(1)} %`, leaks);
  return `${leaked} · ${marked(`${found(runs)}/${runs.length}`, hides)} · ${medianMinutes(runs)}`;
}

function table(columns: readonly Column[], rows: readonly Row[], bank: number): string {
  const shown = columns.flatMap((column, at) => (column.bank === bank ? [{ ...column, at }] : []));
  const lines = rows.map(({ technique, runs }) => {
    const cells = shown.map(({ knowledge, at }) => cell(runs[at] ?? [], technique, knowledge));
    return `| ${technique.name} | ${cells.join(' | ')} |`;
  });
  return `| technique | ${shown.map(({ knowledge }) => knowledge.name).join(' | ')} |
| --- |${shown.map(() => ' --- |').join('')}
${lines.join('\n')}`;
}

function verdictOn(columns: readonly Column[], rows: readonly Row[]): string {
  const cells = rows.flatMap(({ technique, runs }) =>
    columns.flatMap(({ knowledge }, at) =>
      knowledge.goal && !technique.passes ? [missed(runs[at] ?? [], technique, knowledge)] : [],
    ),
  );
  const leaks = cells.filter((one) => one.leaks).length;
  const hides = cells.filter((one) => one.hides).length;
  return `Of ${cells.length} cells with a goal, ${leaks} leak more and ${hides} have runs that were not found.`;
}

function swarms(rows: readonly SwarmRow[]): string {
  const lines = rows.map(({ manners, swarms: all }) => {
    const bots = all.flatMap((one) => one.bots);
    const last = all.flatMap((one) => one.bots.slice(-10));
    const learnt = all.reduce((sum, one) => sum + one.learnt, 0) / Math.max(1, all.length);
    const share = (runs: readonly Attacked[]): string => {
      const leaked = leakage(runs);
      return marked(`${(100 * leaked).toFixed(1)} %`, leaked > GOALS.swarm);
    };
    const cells = [share(bots), share(last), `${(100 * learnt).toFixed(0)} %`, `${found(bots)}/${bots.length}`];
    return `| ${manners.name} | ${cells.join(' | ')} | ${medianMinutes(bots)} |`;
  });
  return `| swarm | leakage of all | of the last ten | of the fixed items learnt | bots with an alert | median |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}`;
}

/** Of bots that share. */
function swarming(rows: readonly SwarmRow[], bank: number, hours: number): string {
  return `Bots that share what they find out, ${BOTS} of them one after another on one bank of ${bank} items, ${hours} h each.
Swarms a row: ${rows[0]?.swarms.length ?? 0}. Goal: at most 5 % of what was claimed.

${swarms(rows)}
`;
}

export function report(
  columns: readonly Column[],
  rows: readonly Row[],
  swarmRows: readonly SwarmRow[],
  { version, command, seeds, hours, seconds }: Facts,
): string {
  const [first, ...others] = [...new Set(columns.map(({ bank }) => bank))];
  const more = others.map(
    (bank) => `The same against a bank of ${bank} items (who knows nothing or all of it does as above):

${table(columns, rows, bank)}
`,
  );
  const what = rows.map(({ technique }) => `- **${technique.name}**: ${technique.what}`);
  const whatSwarms = swarmRows.map(({ manners }) => `- **${manners.name}**: ${manners.what}`);
  const title = rows.some(({ technique }) => technique.face) ? 'Attackers before a camera' : 'Attackers on the wire';
  return `# ${title} · detector version ${version}

\`${command}\`: each technique for ${hours} h, ${seeds} times with each stock of answers, in ${seconds.toFixed(0)} s.
Nobody is there, so every second that is credited is a leak. The bank (\`test/support/world/bank.ts\`) has ${first} items:
of sixteen, six single choices of 4, four of which some of 5 are right, three orders of 4, three numbers; four of the
sixteen are templates. Whoever knows a share of it knows those items whenever they come and guesses the rest, unless
the technique says otherwise. No reply tells whether an answer was right.

Each cell: **leakage** (credited of what was claimed) · runs with an alert, of n · median time to it. Goal, for whoever
has no answers, guesses, or knows a quarter of the bank: at most 1 %, and 99 % of the runs found. Where it is missed: ✗.

${table(columns, rows, first ?? 0)}

${more.join('\n')}
${verdictOn(columns, rows)}

${swarmRows.length === 0 ? '' : swarming(swarmRows, first ?? 0, hours)}
${[...what, ...whatSwarms].join('\n')}
`;
}
