/**
 * `npm run bench:detection -- --honest`: a population of honest people through the real SDK
 * modules and the real detector. `-- --attacks`: techniques on the wire against the same detector. The same seed
 * gives the same table. `-- --browser`: techniques in a real Chromium against the real server.
 * Each writes its part of bench/detection.md. See bench/README.md.
 */
import { parseArgs } from 'node:util';
import { newest } from '../../test/support/world/detectorPort.ts';
import { attack } from './attacks/attack.ts';
import { knowledges } from './attacks/knowledge.ts';
import { report as reportAttacks } from './attacks/report.ts';
import { techniques } from './attacks/techniques.ts';
import { report as reportBrowser } from './browser/report.ts';
import { runAttacks } from './browser/run.ts';
import { takeCourse } from './course.ts';
import { habits } from './habits.ts';
import { savePart } from './page.ts';
import { lessonName } from './person.ts';
import { report } from './report.ts';
import { count, emptyTally } from './tally.ts';

const usage = `npm run bench:detection -- --honest | --attacks | --browser [options]
  --hours 2000   honest: hours of play, at least; attacks: hours of each run (3)
  --seeds 10     attacks: runs of each technique with each stock of answers
  --only words   attacks, browser: techniques whose name has these words; browser: several, with `;
` between
  --minutes 3    browser: of each attack
  --answers all  browser: only with this stock of answers (none, guesses, 25 %, all)
  --pages 6      browser: so many at once
  --seed 1       the first seed; the next person or run has the next
  --detector 1   the detector version; absent: the newest
  --look 100     honest: ms between looks of a playing page, as the SDK's tickers ask for them
  --no-save      leave bench/detection.md alone`;

const { values } = parseArgs({
  options: {
    honest: { type: 'boolean' },
    attacks: { type: 'boolean' },
    browser: { type: 'boolean' },
    minutes: { type: 'string' },
    answers: { type: 'string' },
    pages: { type: 'string' },
    hours: { type: 'string' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    look: { type: 'string' },
    detector: { type: 'string' },
    'no-save': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function number(name: 'hours' | 'pages' | 'seed' | 'seeds' | 'look' | 'detector', usual: number): number {
  const value = Number(values[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1`);
  return value;
}

const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const given = process.argv.slice(2).filter((one) => one !== '--no-save');
const command = `npm run bench:detection -- ${given.join(' ')}`;
const first = number('seed', 1);
const asked = values.detector === undefined ? undefined : number('detector', 1);

function honest(): string {
  const hours = number('hours', 2000);
  const lookMs = number('look', 100);
  const lessons = Array.from({ length: habits.lessons }, (_, index) => lessonName(index));
  const tally = emptyTally();
  for (let seed = first; tally.playedMs < hours * 3_600_000; seed++) {
    count(tally, takeCourse(seed, lookMs, asked), lessons, seed);
    progress(`${(tally.playedMs / 3_600_000).toFixed(0)} h`);
  }
  return report(tally, { version: asked ?? newest, command, seconds: seconds() });
}

function attacks(): string {
  const hours = number('hours', 3);
  const seeds = number('seeds', 10);
  const rows = techniques
    .filter(({ name }) => name.includes(values.only ?? ''))
    .map((technique) => {
      progress(technique.name);
      const runs = knowledges.map((knowledge) =>
        Array.from({ length: seeds }, (_, n) => attack(technique, knowledge, first + n, hours, asked)),
      );
      return { technique, runs };
    });
  return reportAttacks(rows, { version: asked ?? newest, command, seeds, hours, seconds: seconds() });
}

async function browser(): Promise<string> {
  const minutes = Number(values.minutes ?? 3);
  if (!(minutes > 0)) throw new Error('--minutes wants a number');
  const { only, answers } = values;
  const options = { minutes, only, answers, pages: number('pages', 6), seed: first };
  const ran = await runAttacks({ ...options, progress: (words) => void process.stderr.write(`${words}\n`) });
  return reportBrowser(ran.results, { version: newest, command, browser: ran.browser, minutes, seconds: seconds() });
}

function progress(words: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
}

const measured =
  values.browser === true ? browser : values.attacks === true ? attacks : values.honest === true ? honest : null;

if (values.help === true || measured === null) console.log(usage);
else {
  const text = await measured();
  console.log(text);
  if (values['no-save'] !== true) savePart(text);
}
