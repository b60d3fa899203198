/** Attackers as a page for people: what each technique earned, and when it was found. */
import type { Attacked } from './attack.ts';
import { type Knowledge, knowledges } from './knowledge.ts';
import type { Technique } from './technique.ts';

export interface Row {
  readonly technique: Technique;
  /** In the order of `knowledges`, a run a seed. */
  readonly runs: readonly (readonly Attacked[])[];
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

const recall = (runs: readonly Attacked[]): number => runs.filter(({ alertedAt }) => alertedAt !== null).length;

function medianMinutes(runs: readonly Attacked[]): string {
  const times = runs.flatMap(({ alertedAt }) => (alertedAt === null ? [] : [alertedAt / 60_000])).sort((a, b) => a - b);
  // Of all runs, so that those without an alert count as never.
  const middle = times[Math.floor((runs.length - 1) / 2)];
  return middle === undefined ? '–' : `${middle.toFixed(0)} min`;
}

function cell(runs: readonly Attacked[]): string {
  return `${(100 * leakage(runs)).toFixed(1)} % · ${recall(runs)}/${runs.length} · ${medianMinutes(runs)}`;
}

export function report(rows: readonly Row[], { version, command, seeds, hours, seconds }: Facts): string {
  const names = knowledges.map(({ name }: Knowledge) => name);
  const lines = rows.map(({ technique, runs }) => `| ${technique.name} | ${runs.map(cell).join(' | ')} |`);
  const what = rows.map(({ technique }) => `- **${technique.name}**: ${technique.what}`);
  return `# Attackers on the wire · detector version ${version}

\`${command}\`: each technique for ${hours} h, ${seeds} times with each stock of answers, in ${seconds.toFixed(0)} s.
Nobody is there, so every second that is credited is a leak. The bank has 16 questions of four choices; whoever
knows a share of it guesses the rest, unless the technique says otherwise.

Each cell: **leakage** (credited of what was claimed) · runs with an alert · median time to it. Goal, for whoever has
no answers, guesses, or knows a quarter of the bank: at most 1 %, and every run found. Where it is missed, it is missed.

| technique | ${names.join(' | ')} |
| --- |${names.map(() => ' --- |').join('')}
${lines.join('\n')}

${what.join('\n')}
`;
}
