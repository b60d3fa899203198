/**
 * `npm run bench:face [-- --folder <people>] [--checks <of each manner>]`: writes bench/face.md. With `--load <how
 * many>` instead: so many checks at once, told and not written.
 * The folder holds `person/picture.jpg`, several pictures a person; none of it is kept or sent anywhere.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { createFacePool } from '../../server/proofs/face/pool.ts';
import { randomOf } from '../../server/proofs/question/render/look.ts';
import { describeMachine } from '../machine.ts';
import { bursts, type Subject, singleFrames } from './accuracy.ts';
import { measureLoad } from './load.ts';
import { perform } from './perform.ts';
import { measureRefusals } from './refusals.ts';
import { type Compared, report } from './report.ts';
import { measureSpeed } from './speed.ts';
import { enrolledPeople, folderSubjects, simulatedSubjects } from './subjects.ts';

const { folder, checks, save, load } = parseArgs({
  options: {
    folder: { type: 'string' },
    checks: { type: 'string', default: '8' },
    load: { type: 'string' },
    save: { type: 'string', default: fileURLToPath(new URL('../face.md', import.meta.url)) },
  },
}).values;
if (load !== undefined) {
  // By itself, so that nothing else of the bench is felt; its table is added to the page by hand.
  console.log(await measureLoad(Number(load), randomOf(20_250_601)));
  process.exit();
}
const each = Number(checks);
const begun = performance.now();
const machine = describeMachine('.');
const random = randomOf(20_250_601);
const said = (title: string): void => console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s: ${title}`);

const pool = createFacePool({ engine: { kind: 'faceApi' }, size: Math.max(1, availableParallelism()) });
const people = await enrolledPeople(pool, random);
const [first] = people;
if (first === undefined) throw new Error('nobody could be enrolled');
said(`${people.length} enrolled: ${people.map(({ person }) => person.name).join(', ')}`);

const compare = (title: string, words: string, subjects: readonly Subject[]): Compared => ({
  title,
  words,
  people: subjects.length,
  single: singleFrames(subjects),
  burst: bursts(subjects),
});
const simulated = compare(
  'Pictures of @vladmandic/face-api, frames made from them',
  `Each person's frames are made from one still: poses, light, noise and compression vary, the day does not. So false
non-match is too low here; that a stranger is told from the person is measured on real, different faces.`,
  await simulatedSubjects(pool, people, each, random),
);
said('compared');
const compared = [simulated];
if (folder !== undefined) {
  const words = 'Pictures of a folder, each as it is: up to three enrol, the others come in checks of up to five.';
  compared.push(compare('Pictures of a folder', words, await folderSubjects(pool, folder)));
  said('folder compared');
}
const refusals = await measureRefusals(pool, people, each, random);
said('answered in each manner');

const shots = await perform(
  'honest',
  { person: first.person, other: first.person, enrolled: first.pictures[0] ?? Buffer.alloc(0), random },
  drawChallenge(defaultChallengePolicy, random),
);
await pool.stop();
const speed = await measureSpeed(shots.slice(0, 5).map(({ bytes }) => bytes));
const seconds = (performance.now() - begun) / 1000;
const page = report({ command: `npm run bench:face -- --checks ${each}`, seconds, machine, speed, compared, refusals });
writeFileSync(save, page);
console.log(page);
