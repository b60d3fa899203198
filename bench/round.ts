/** One round: k6 with many sessions against one server, and what it cost whom. Pure sums at the end. */
import type { Control, Counts, Plan } from './control.ts';
import { cpuSeconds, cpuSecondsOfFamily, runK6 } from './processes.ts';

export interface RoundResult {
  readonly beatsPerSecond: number;
  /** Milliseconds from sending to the acknowledgement, at k6; in whole ms. */
  readonly p50: number;
  readonly p99: number;
  readonly sessions: number;
  readonly acks: number;
  /** Sent and never answered. */
  readonly late: number;
  readonly lost: number;
  readonly closes: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  /** Cores used in the window, by name. */
  readonly cores: Readonly<Record<string, number>>;
  /** The most these sessions could send if every answer came at once. */
  readonly offered: number;
}

export interface Measured {
  /** Of the processes to watch, e.g. `server`. */
  readonly pids: Readonly<Record<string, number>>;
  /** The embedded Postgres, if it belongs to what is measured. */
  readonly postmaster: number | null;
}

export interface RoundOptions {
  readonly control: Control;
  readonly k6: string;
  readonly vus: number;
  readonly target: 'real' | 'ceiling';
  readonly plan: Plan;
  readonly watched: Measured;
  /** Runs beside the round from its first beat. */
  readonly beside?: () => Promise<void>;
}

export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { control, k6, vus, target, plan, watched } = options;
  const { started, done } = control.round(plan, vus);
  const run = runK6(k6, { CONTROL: control.url, VUS: String(vus), TARGET: target });
  // Only its failure is waited for here; a run that ends well has told its counts before.
  const failed = run.ended.then(() => new Promise<never>(() => undefined));
  try {
    const startAt = await Promise.race([started, failed]);
    const beside = options.beside?.();
    await until(startAt + plan.warmMs);
    const before = cpuOf(watched, run.pid);
    await until(startAt + plan.warmMs + plan.windowMs);
    const after = cpuOf(watched, run.pid);
    const counts = await Promise.race([done, failed]);
    await beside;
    await run.ended;
    return sum(counts, plan, coresOf(before, after, plan.windowMs / 1000));
  } catch (error) {
    run.kill();
    throw error;
  }
}

function until(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
}

type Cpu = Readonly<Record<string, number | null>>;

function cpuOf({ pids, postmaster }: Measured, k6: number): Cpu {
  const own = Object.entries({ ...pids, k6 }).map(([name, pid]) => [name, cpuSeconds(pid)] as const);
  return {
    ...Object.fromEntries(own),
    ...(postmaster === null ? {} : { postgres: cpuSecondsOfFamily(postmaster) }),
  };
}

function coresOf(before: Cpu, after: Cpu, seconds: number): Record<string, number> {
  const cores: Record<string, number> = {};
  for (const [name, from] of Object.entries(before)) {
    const to = after[name];
    if (from !== null && to !== null && to !== undefined) cores[name] = (to - from) / seconds;
  }
  return cores;
}

function sum(counts: readonly Counts[], plan: Plan, cores: Record<string, number>): RoundResult {
  const total = (pick: (one: Counts) => number) => counts.reduce((all, one) => all + pick(one), 0);
  const refused = merged(counts.map((one) => one.refused));
  const closes = merged(counts.map((one) => one.closes));
  const slowest = Math.max(...counts.map((one) => one.histogram.length));
  const histogram = Array.from({ length: slowest }, (_, ms) => total((one) => one.histogram[ms] ?? 0));
  const sessions = total((one) => one.opened);
  return {
    beatsPerSecond: Math.round(total((one) => one.inWindow) / (plan.windowMs / 1000)),
    p50: percentile(histogram, 0.5),
    p99: percentile(histogram, 0.99),
    ...{ sessions, refused, closes, cores },
    acks: total((one) => one.acks),
    late: total((one) => one.late),
    lost: total((one) => one.lost),
    offered: Math.round(sessions / (plan.paceMs / 1000)),
  };
}

function merged(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const part of parts) for (const [code, n] of Object.entries(part)) all[code] = (all[code] ?? 0) + n;
  return all;
}

/** The smallest value that `share` of all do not exceed. */
function percentile(histogram: readonly number[], share: number): number {
  const all = histogram.reduce((a, b) => a + b, 0);
  let seen = 0;
  for (const [ms, n] of histogram.entries()) {
    seen += n;
    if (n > 0 && seen >= all * share) return ms;
  }
  return 0;
}
