/**
 * `npm run bench`: the real server against the ceiling, in turns, on the same cores; then the
 * latency of alerts. Guarantees: every number comes from this run; exit code 0 only within the
 * budgets, 1 beyond them, 2 when it cannot be measured here; nothing it started is left behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardPolicy } from '../detector/index.ts';
import { hashPassword } from '../server/auth/password.ts';
import { createIdentity } from '../server/classes/identity.ts';
import { createPolicies } from '../server/classes/policies.ts';
import { readConfig } from '../server/config.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import { connect } from '../server/db/pool.ts';
import { createTickets } from '../server/gateway/tickets.ts';
import { startControl } from './control.ts';
import { type LatencyResult, openPages } from './latency.ts';
import { describeMachine } from './machine.ts';
import { findK6, postmasterPid, startChild } from './processes.ts';
import * as report from './report.ts';
import { type RoundResult, runRound } from './round.ts';
import { readSettings, type Settings, usage } from './settings.ts';
import { measureStep } from './step.ts';
import { CLASS, LESSON, PLATFORM, readDurability, readEvidence, seed, traineeId } from './store.ts';

/** The load beside the alerts: a machine at work, not one at its end. */
const BESIDE = { sessions: 300, paceMs: 500 };
/** Alerts are 120 ms apart; the load outlasts them. */
const BESIDE_WINDOW_MS = (alerts: number) => alerts * 130 + 2000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line: string): void => console.log(line);

async function main(settings: Settings, k6: NonNullable<ReturnType<typeof findK6>>): Promise<number> {
  const endings: (() => unknown)[] = [];
  const endAll = async () => {
    for (const ending of endings.splice(0).toReversed()) await ending();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void endAll().then(() => process.exit(130)));
  try {
    return await measure(settings, k6, (ending) => endings.push(ending));
  } finally {
    await endAll();
  }
}

async function measure(
  settings: Settings,
  k6: NonNullable<ReturnType<typeof findK6>>,
  atEnd: (ending: () => unknown) => void,
): Promise<number> {
  // Beside the project, not in a temporary directory: that may be memory, where fsync costs nothing.
  mkdirSync(join(root, '.data'), { recursive: true });
  const dataDir = mkdtempSync(join(root, '.data', 'bench-'));
  atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
  const log = join(dataDir, 'server.log');

  const machine = describeMachine(dataDir);
  const { profile } = settings;
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
  const server = await startChild('./server.ts', [dataDir], log, profiling);
  atEnd(server.stop);
  const ceiling = await startChild('./ceiling.ts', [], log);
  atEnd(ceiling.stop);
  const control = await startControl();
  atEnd(control.close);
  const embedded = await startEmbedded(dataDir);
  atEnd(embedded.stop);
  const db = connect(embedded.url, { max: 2 });
  atEnd(() => db.end());

  const { master } = readConfig({ DATA_DIR: dataDir }).secrets;
  const tickets = createTickets({ master, platformKey: async () => null, now: Date.now });
  const monitor = { username: 'bench-monitor', password: randomBytes(12).toString('base64url') };
  const rounds = settings.only === 'latency' ? 0 : settings.rounds;
  await seed(db, {
    trainees: rounds * settings.sessions + BESIDE.sessions + settings.alerts,
    policyHash: await createPolicies(db).add(standardPolicy),
    nameSealed: createIdentity(master).seal('量速者', 'name'),
    monitor: { username: monitor.username, passwordHash: await hashPassword(monitor.password) },
  });
  let nextTrainee = 0;
  /** Each round has trainees of its own: a second session of the same one would be a takeover. */
  const mint = (n: number): string[] =>
    Array.from({ length: n }, () =>
      tickets.mint({ platformId: PLATFORM, traineeId: traineeId(nextTrainee++), classId: CLASS, lessonId: LESSON }),
    );

  const { sessions, paceMs, vus } = settings;
  const base = { control, k6: k6.path, vus };
  const windows = { warmMs: settings.warm * 1000, windowMs: settings.seconds * 1000 };
  const real: RoundResult[] = [];
  const ceilings: RoundResult[] = [];
  // What the ceiling is sent in place of tickets: as long, and never looked at.
  const words = Array.from({ length: sessions }, () => randomBytes(300).toString('base64url'));
  for (let i = 0; i < rounds; i++) {
    const plan = { paceMs, ...windows };
    const bare = await runRound({
      ...base,
      target: 'ceiling',
      plan: { ...plan, url: ceiling.url, tickets: words },
      watched: { pids: { server: ceiling.pid }, postmaster: null },
    });
    ceilings.push(bare);
    say(report.roundLine('ceiling', bare));
    const full = await runRound({
      ...base,
      target: 'real',
      plan: { ...plan, url: server.url, tickets: mint(sessions) },
      watched: { pids: { server: server.pid }, postmaster: postmasterPid(dataDir) },
    });
    real.push(full);
    say(report.roundLine('real', full));
  }
  const beats = rounds === 0 ? null : { ceiling: ceilings, real, evidence: await readEvidence(db) };
  if (beats !== null) {
    say(report.evidenceLine(beats.evidence, report.acksOf(real)));
    const cpu = report.cpuRatioOf(beats)?.toFixed(3) ?? 'unknown';
    say(
      `ratio      ${report.ratioOf(beats).toFixed(3)} of the ceiling (medians of ${rounds} rounds); by server CPU ${cpu}`,
    );
  }

  let latency: report.Results['latency'] = null;
  if (settings.only !== 'beats') {
    const pages = await openPages({ url: server.url, tickets: mint(settings.alerts), monitor });
    atEnd(pages.close);
    let result: LatencyResult = { alerts: 0, missing: settings.alerts, p50: 0, p95: 0, max: 0 };
    const background = await runRound({
      ...base,
      target: 'real',
      plan: {
        ...{ url: server.url, tickets: mint(BESIDE.sessions), paceMs: BESIDE.paceMs },
        ...{ warmMs: 1000, windowMs: BESIDE_WINDOW_MS(settings.alerts) },
      },
      watched: { pids: { server: server.pid }, postmaster: postmasterPid(dataDir) },
      beside: async () => {
        result = await pages.measure();
      },
    });
    latency = { result, background };
    say(report.latencyLine(latency));
  }

  const durability = await readDurability(db);
  const results = { settings, machine, k6: k6.version, durability, beats, latency };
  const wrong = report.failures(results, readBudgets());
  if (settings.save) report.keep(results, wrong);
  for (const line of wrong) say(`FAILED     ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

/** The detector by itself: nothing is started. */
async function step(settings: Settings): Promise<number> {
  const result = await measureStep();
  const wrong = report.stepFailures(result, readBudgets());
  say(report.stepLine(result));
  if (settings.save) report.keepStep(result, describeMachine(root), settings.command, wrong);
  for (const line of wrong) say(`FAILED     ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

function readBudgets(): report.Budgets {
  return JSON.parse(readFileSync(join(root, 'bench/budgets.json'), 'utf8')) as report.Budgets;
}

let settings: Settings | null;
try {
  settings = readSettings(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
if (settings === null) {
  say(usage);
  process.exit(0);
}
if (settings.only === 'step') process.exit(await step(settings));
const k6 = findK6();
if (k6 === null) {
  console.error(
    'k6 was not found. Install it (`go install go.k6.io/k6@latest`, or your system’s package), or name it: K6=/path/to/k6 npm run bench',
  );
  process.exit(2);
}
const alone = settings.only === null ? await step(settings) : 0;
process.exitCode = (await main(settings, k6)) || alone;
