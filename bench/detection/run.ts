/**
 * `npm run bench:detection -- --honest`: a population of honest people through the real SDK
 * modules and the real detector. `-- --attacks`: techniques on the wire against the same detector. The same seed
 * gives the same table. `-- --faces`: the same against accounts with an enrolled face. `-- --browser`: techniques in a real Chromium against the real server.
 * `-- --exams`: simulated candidates, honest and not, through the rules over exams.
 * Each writes its part of bench/detection.md. See bench/README.md.
 */
import { parseArgs } from 'node:util';
import { newest } from '../../test/support/world/detectorPort.ts';
import { faces } from './attacks/faces.ts';
import { knowledges } from './attacks/knowledge.ts';
import { type Column, report as reportAttacks } from './attacks/report.ts';
import { manners } from './attacks/swarm.ts';
import type { Technique } from './attacks/technique.ts';
import { wire } from './attacks/techniques.ts';
import { savePart } from './page.ts';
import { report } from './report.ts';
import { emptyTally, merge, type Tally } from './tally.ts';
import type { PopulationName } from './traits.ts';
import { startWorkers, type Workers } from './work.ts';
import type { AttackJob, HonestJob, SwarmJob } from './worker.ts';

const usage = `npm run bench:detection -- --honest | --attacks | --faces | --browser | --exams [options]
  --hours 2000   honest: hours of play, at least; attacks: hours of each run (3)
  --seeds 10     attacks: runs of each technique with each stock of answers; exams: of each way to cheat (20)
  --only words   attacks, browser: techniques whose name has these words; browser: several, with `;
` between
  --minutes 3    browser: of each attack
  --answers all  browser: only with this stock of answers (none, guesses, 25 %, all)
  --pages 6      browser: so many at once
  --seed 1       the first seed; the next person or run has the next
  --detector 1   the detector version; absent: the newest
  --look 100     honest: ms between looks of a playing page, as the SDK's tickers ask for them
  --processes 2  absent: one a core
  --no-save      leave bench/detection.md alone`;

const { values } = parseArgs({
  options: {
    honest: { type: 'boolean' },
    attacks: { type: 'boolean' },
    faces: { type: 'boolean' },
    browser: { type: 'boolean' },
    exams: { type: 'boolean' },
    minutes: { type: 'string' },
    answers: { type: 'string' },
    pages: { type: 'string' },
    hours: { type: 'string' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    look: { type: 'string' },
    detector: { type: 'string' },
    processes: { type: 'string' },
    'no-save': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

type Counted = 'hours' | 'pages' | 'seed' | 'seeds' | 'look' | 'detector' | 'processes';
function number(name: Counted, usual: number): number {
  const value = Number(values[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1`);
  return value;
}

const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const given = process.argv.slice(2).filter((one) => one !== '--no-save');
const command = `npm run bench:detection -- ${given.join(' ')}`;
const first = number('seed', 1);
const version = values.detector === undefined ? undefined : number('detector', 1);

/** Of the hours that were asked for, how many are of people to whom nothing happens. */
const CLEAN_SHARE = 0.25;
/** And of people who are asked for their faces. */
const FACES_SHARE = 0.5;

async function honest(workers: Workers): Promise<string> {
  const hours = number('hours', 2000);
  const lookMs = number('look', 100);
  async function population(name: PopulationName, share: number): Promise<Tally> {
    const tally = emptyTally();
    function* jobs(): Generator<HonestJob> {
      for (let seed = first; ; seed++) yield { kind: 'honest', seed, population: name, lookMs, version };
    }
    await workers.run(jobs(), (one) => {
      merge(tally, one);
      progress(`${name}: ${(tally.playedMs / 3_600_000).toFixed(0)} h`);
      return tally.playedMs < share * hours * 3_600_000 ? undefined : 'enough';
    });
    return tally;
  }
  const tallies = {
    everyone: await population('everyone', 1),
    clean: await population('clean', CLEAN_SHARE),
    'clean and careful': await population('clean and careful', CLEAN_SHARE),
    'with faces': await population('with faces', FACES_SHARE),
  };
  return report(tallies, { version: version ?? newest, command, seconds: seconds() });
}

/** A small bank and a larger one; who knows nothing or all of it has the same chances with both. */
const BANKS = { small: 16, large: 60 };
/** A swarm is sixty runs. */
const SWARMS_PER_SEED = 0.3;

async function attacks(workers: Workers, all: readonly Technique[], withSwarms: boolean): Promise<string> {
  const hours = number('hours', 3);
  const seeds = number('seeds', 10);
  const columns: Column[] = [
    ...knowledges.map((knowledge) => ({ knowledge, bank: BANKS.small })),
    ...knowledges.flatMap((knowledge) =>
      knowledge.share > 0 && knowledge.share < 1 ? [{ knowledge, bank: BANKS.large }] : [],
    ),
  ];
  const named = ({ name }: { readonly name: string }): boolean => name.includes(values.only ?? '');
  const chosen = all.filter(named);
  const jobs = chosen.flatMap((technique) =>
    columns.flatMap(({ knowledge, bank }) =>
      Array.from(
        { length: seeds },
        (_, n): AttackJob => ({
          ...{ kind: 'attack', technique: technique.name, knowledge: knowledge.name, bank },
          ...{ seed: first + n, hours, version },
        }),
      ),
    ),
  );
  const runs = await workers.run(jobs, (_, at) => {
    progress(`${at + 1} of ${jobs.length}: ${jobs[at]?.technique}`);
    return undefined;
  });
  const each = columns.length * seeds;
  const rows = chosen.map((technique, n) => ({
    technique,
    runs: columns.map((_, c) => runs.slice(n * each + c * seeds, n * each + (c + 1) * seeds)),
  }));

  const swarming = withSwarms ? manners.filter(named) : [];
  const times = Math.max(1, Math.round(SWARMS_PER_SEED * seeds));
  const swarmJobs = swarming.flatMap(({ name }) =>
    Array.from(
      { length: times },
      (_, n): SwarmJob => ({ kind: 'swarm', manners: name, bank: BANKS.small, seed: first + n, hours, version }),
    ),
  );
  const swarms = await workers.run(swarmJobs);
  const swarmRows = swarming.map((one, n) => ({ manners: one, swarms: swarms.slice(n * times, (n + 1) * times) }));
  return reportAttacks(columns, rows, swarmRows, {
    ...{ version: version ?? newest, command, seeds, hours, seconds: seconds() },
  });
}

async function browser(): Promise<string> {
  // A server and a browser: nothing that the other two need.
  const { runAttacks } = await import('./browser/run.ts');
  const { report: reportBrowser } = await import('./browser/report.ts');
  const minutes = Number(values.minutes ?? 3);
  if (!(minutes > 0)) throw new Error('--minutes wants a number');
  const { only, answers } = values;
  const options = { minutes, only, answers, pages: number('pages', 6), seed: first };
  const ran = await runAttacks({ ...options, progress: (words) => void process.stderr.write(`${words}\n`) });
  return reportBrowser(ran.results, { version: newest, command, browser: ran.browser, minutes, seconds: seconds() });
}

async function exams(): Promise<string> {
  const { measureExams } = await import('./exams/report.ts');
  return measureExams(first, number('seeds', 20), { command, seconds }, progress);
}

function progress(words: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
}

const usesWorkers = (measure: (workers: Workers) => Promise<string>) => async (): Promise<string> => {
  const workers = startWorkers(values.processes === undefined ? undefined : number('processes', 1));
  try {
    return await measure(workers);
  } finally {
    workers.close();
  }
};
const measured =
  values.exams === true
    ? exams
    : values.browser === true
      ? browser
      : values.attacks === true
        ? usesWorkers((workers) => attacks(workers, wire, true))
        : values.faces === true
          ? usesWorkers((workers) => attacks(workers, faces, false))
          : values.honest === true
            ? usesWorkers(honest)
            : null;

if (values.help === true || measured === null) console.log(usage);
else {
  const text = await measured();
  console.log(text);
  if (values['no-save'] !== true) savePart(text);
}
