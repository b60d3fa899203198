/** From results to words: what is printed, what is kept, and what fails a run. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LatencyResult } from './latency.ts';
import type { Machine } from './machine.ts';
import type { RoundResult } from './round.ts';
import type { Settings } from './settings.ts';
import type { StepResult } from './step.ts';
import type { Durability, Evidence } from './store.ts';

export interface Budgets {
  readonly ratio: number;
  readonly refusedShare: number;
  readonly deniedShare: number;
  readonly alertP95Ms: number;
  readonly stepsPerSecond: number;
  readonly stateMedianBytes: number;
  readonly stateMostBytes: number;
}

export interface Results {
  readonly settings: Settings;
  readonly machine: Machine;
  readonly k6: string;
  readonly durability: Durability;
  readonly beats: {
    readonly ceiling: readonly RoundResult[];
    readonly real: readonly RoundResult[];
    readonly evidence: Evidence;
  } | null;
  readonly latency: { readonly result: LatencyResult; readonly background: RoundResult } | null;
}

const resultsFile = fileURLToPath(new URL('./results.md', import.meta.url));

/** The round in the middle by beats a second; of two, the slower. */
export function median(rounds: readonly RoundResult[]): RoundResult {
  const sorted = rounds.toSorted((a, b) => a.beatsPerSecond - b.beatsPerSecond);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('a median needs a round');
  return middle;
}

export function ratioOf(beats: NonNullable<Results['beats']>): number {
  return median(beats.real).beatsPerSecond / Math.max(1, median(beats.ceiling).beatsPerSecond);
}

/** A line for each round. */
export function roundLine(name: string, round: RoundResult): string {
  const saturated = round.beatsPerSecond < round.offered * 0.85 ? '' : '  NOT SATURATED: more sessions would send more';
  const faults = faultsOf(round);
  return (
    `${name.padEnd(10)} ${String(round.beatsPerSecond).padStart(6)} beats/s  ack p50 ${round.p50} ms  p99 ${round.p99} ms  ` +
    `CPU ${cpuOf(round)}${faults === '' ? '' : `  ${faults}`}${saturated}`
  );
}

/** Microseconds of CPU that one beat takes of each process: hardly moved by what else the machine does. */
function cpuPerBeat({ cores, beatsPerSecond }: RoundResult): Record<string, number> {
  const each = Object.entries(cores).map(([who, n]) => [who, (n * 1e6) / Math.max(1, beatsPerSecond)] as const);
  return Object.fromEntries(each);
}

function cpuOf(round: RoundResult): string {
  const each = Object.entries(cpuPerBeat(round)).map(([who, us]) => `${who} ${Math.round(us)}`);
  return each.length === 0 ? 'unknown' : `${each.join(', ')} µs/beat`;
}

/** The same comparison in CPU of the server's process: without k6's part, without the neighbours'. */
export function cpuRatioOf(beats: NonNullable<Results['beats']>): number | null {
  const real = cpuPerBeat(median(beats.real))['server'];
  const ceiling = cpuPerBeat(median(beats.ceiling))['server'];
  return real === undefined || ceiling === undefined || real === 0 ? null : ceiling / real;
}

function faultsOf({ refused, closes, late, lost }: RoundResult): string {
  const parts = Object.entries({ ...refused, ...closes }).map(([code, n]) => `${code} ×${n}`);
  if (late > 0) parts.push(`unanswered ×${late}`);
  if (lost > 0) parts.push(`connections lost ×${lost}`);
  return parts.join(', ');
}

export function evidenceLine(evidence: Evidence, acks: number): string {
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  return (
    `evidence   ${evidence.beats} beats stored, ${acks} acknowledged; held ${seconds(evidence.heldMs)}, ` +
    `credited ${seconds(evidence.creditedMs)}, denied ${seconds(evidence.deniedMs)} ` +
    `(${(deniedShare(evidence) * 100).toFixed(2)} %), alerts ${evidence.alerts}`
  );
}

export function latencyLine({ result, background }: NonNullable<Results['latency']>): string {
  return (
    `alerts     ${result.alerts} came, ${result.missing} did not; p50 ${result.p50} ms, p95 ${result.p95} ms, ` +
    `max ${result.max} ms, beside ${background.beatsPerSecond} beats/s`
  );
}

export function stepLine({ people, events, eventsPerSecond, stateMedian, stateMost }: StepResult): string {
  const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
  return (
    `detector.step ${eventsPerSecond} events/s of one core (${events} events of ${people} courses); ` +
    `state ${kb(stateMedian)} at ten lessons, p99.9 ${kb(stateMost)}`
  );
}

/** What is wrong with the fold by itself; empty: nothing. */
export function stepFailures(step: StepResult, budgets: Budgets): string[] {
  const wrong: string[] = [];
  if (step.eventsPerSecond < budgets.stepsPerSecond)
    wrong.push(`${step.eventsPerSecond} steps a second are below the budget of ${budgets.stepsPerSecond}`);
  if (step.stateMedian > budgets.stateMedianBytes)
    wrong.push(`a state of ${step.stateMedian} bytes is beyond the budget of ${budgets.stateMedianBytes}`);
  if (step.stateMost > budgets.stateMostBytes)
    wrong.push(`a state of ${step.stateMost} bytes at p99.9 is beyond the budget of ${budgets.stateMostBytes}`);
  return wrong;
}

function deniedShare({ creditedMs, heldMs, deniedMs }: Evidence): number {
  return deniedMs / Math.max(1, creditedMs + heldMs + deniedMs);
}

/** What is wrong with this run; empty: nothing. */
export function failures({ settings, beats, latency, durability }: Results, budgets: Budgets): string[] {
  const wrong: string[] = [];
  if (durability.fsync !== 'on' || durability.synchronousCommit !== 'on')
    wrong.push('the database does not wait for its disk');
  if (beats !== null) {
    const ratio = ratioOf(beats);
    if (ratio < budgets.ratio) wrong.push(`ratio ${ratio.toFixed(3)} is below the budget of ${budgets.ratio}`);
    for (const round of [...beats.real, ...beats.ceiling]) {
      const refused = Object.values(round.refused).reduce((a, b) => a + b, 0);
      if (refused > (round.acks + refused) * budgets.refusedShare) wrong.push(`refusals: ${faultsOf(round)}`);
      if (round.late + round.lost > 0) wrong.push(faultsOf(round));
      if (round.sessions < settings.sessions) wrong.push(`only ${round.sessions} sessions opened`);
    }
    const acks = acksOf(beats.real);
    const { evidence } = beats;
    const inFlight = beats.real.reduce((sum, one) => sum + one.late, 0);
    if (evidence.beats < acks || evidence.beats > acks + inFlight)
      wrong.push(`${acks} beats were acknowledged and ${evidence.beats} are stored`);
    if (evidence.heldMs + evidence.creditedMs <= 0) wrong.push('nothing was held or credited');
    if (deniedShare(evidence) >= budgets.deniedShare) wrong.push('too much was denied: the beats were not honest play');
    if (evidence.alerts > 0) wrong.push(`honest play raised ${evidence.alerts} alerts`);
  }
  if (latency !== null) {
    const { result } = latency;
    if (result.missing > 0) wrong.push(`${result.missing} alerts did not come`);
    if (result.p95 > budgets.alertP95Ms) wrong.push(`alert p95 ${result.p95} ms exceeds ${budgets.alertP95Ms} ms`);
  }
  return wrong;
}

export function acksOf(rounds: readonly RoundResult[]): number {
  return rounds.reduce((sum, one) => sum + one.acks, 0);
}

const HEADER = `# Results

Every row is one run of \`npm run bench\`. k6, the server, Postgres and the ceiling share the same
cores, so k6 takes its part of each number; compare ratios rather than beats. How to read it: README.md.

| date | machine | versions | command | real beats/s (ack p50 / p99 ms) | ceiling beats/s (ack p50 / p99 ms) | ratio | CPU | alert p50 / p95 ms | verdict |
|---|---|---|---|---|---|---|---|---|---|
`;

/** A line of its own: the table is about the server. */
export function keepStep(step: StepResult, machine: Machine, command: string, wrong: readonly string[]): void {
  const { cpu, cores, memoryGb, load } = machine;
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const where = `node ${process.version}, ${cpu}, ${cores} cores, ${memoryGb} GB, load ${load.toFixed(1)}`;
  const verdict = wrong.length === 0 ? 'within budget' : wrong.join('; ');
  if (!existsSync(resultsFile)) writeFileSync(resultsFile, HEADER);
  appendFileSync(resultsFile, `\n\`${command}\`, ${date}, ${where}: ${stepLine(step)}: ${verdict}.\n`);
}

export function keep(results: Results, wrong: readonly string[]): void {
  const { settings, machine, durability, k6, beats, latency } = results;
  const speed = (round: RoundResult) => `**${round.beatsPerSecond}** (${round.p50} / ${round.p99})`;
  const spread = (rounds: readonly RoundResult[]) => rounds.map((one) => one.beatsPerSecond).join(', ');
  const { seconds, warm, sessions, rounds, paceMs, vus } = settings;
  const cells = [
    new Date().toISOString().slice(0, 16).replace('T', ' '),
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, ${machine.fileSystem}, load ${machine.load.toFixed(1)}`,
    `node ${process.version}, k6 ${k6}, Postgres ${durability.version} (fsync ${durability.fsync})`,
    `\`${settings.command}\`: ${sessions} sessions, pace ${paceMs} ms, ${vus} VUs, ${rounds} × ${seconds} s after ${warm} s`,
    beats === null ? '–' : `${speed(median(beats.real))}; rounds ${spread(beats.real)}`,
    beats === null ? '–' : `${speed(median(beats.ceiling))}; rounds ${spread(beats.ceiling)}`,
    beats === null
      ? '–'
      : `**${ratioOf(beats).toFixed(2)}** (by server CPU ${cpuRatioOf(beats)?.toFixed(2) ?? 'unknown'})`,
    beats === null ? '–' : `real: ${cpuOf(median(beats.real))}; ceiling: ${cpuOf(median(beats.ceiling))}`,
    latency === null
      ? '–'
      : `${latency.result.p50} / ${latency.result.p95} (beside ${latency.background.beatsPerSecond} beats/s)`,
    wrong.length === 0 ? 'within budget' : wrong.join('; '),
  ];
  if (!existsSync(resultsFile)) writeFileSync(resultsFile, HEADER);
  appendFileSync(resultsFile, `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`);
}
