/**
 * `npm run bench:detection -- --honest`: a population of honest people through the real SDK
 * modules and the real detector. The same seed gives the same table. See bench/README.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { takeCourse } from './course.ts';
import { habits } from './habits.ts';
import { lessonName } from './person.ts';
import { report } from './report.ts';
import { count, emptyTally } from './tally.ts';

const usage = `npm run bench:detection -- --honest [options]
  --hours 2000   hours of play, at least
  --seed 1       the first person's seed; the next one has the next
  --detector 1   the detector version; absent: the newest
  --look 100     ms between looks of a playing page, as the SDK's tickers ask for them
  --no-save      leave bench/detection.md alone`;

const { values } = parseArgs({
  options: {
    honest: { type: 'boolean' },
    hours: { type: 'string' },
    seed: { type: 'string' },
    look: { type: 'string' },
    detector: { type: 'string' },
    'no-save': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function number(name: 'hours' | 'seed' | 'look' | 'detector', usual: number): number {
  const value = Number(values[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1`);
  return value;
}

if (values.help === true || values.honest !== true) console.log(usage);
else {
  const hours = number('hours', 2000);
  const first = number('seed', 1);
  const lookMs = number('look', 100);
  const asked = values.detector === undefined ? undefined : number('detector', 1);
  const lessons = Array.from({ length: habits.lessons }, (_, index) => lessonName(index));
  const tally = emptyTally();
  const started = performance.now();
  let version = 0;
  for (let seed = first; tally.playedMs < hours * 3_600_000; seed++) {
    const world = takeCourse(seed, lookMs, asked);
    version = world.port.version;
    count(tally, world, lessons, seed);
    if (process.stderr.isTTY) process.stderr.write(`\r${(tally.playedMs / 3_600_000).toFixed(0)} h`);
  }
  const command = `npm run bench:detection -- --honest --hours ${hours} --seed ${first}${asked === undefined ? '' : ` --detector ${asked}`}${lookMs === 100 ? '' : ` --look ${lookMs}`}`;
  const text = report(tally, { version, command, seconds: (performance.now() - started) / 1000 });
  console.log(text);
  if (values['no-save'] !== true) writeFileSync(new URL('../detection.md', import.meta.url), text);
}
