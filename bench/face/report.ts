/** The tables of bench/face.md. */
import type { Machine } from '../machine.ts';
import { type Distances, falseMatch, falseNonMatch, type Rate, thresholdAt } from './accuracy.ts';
import type { Manner } from './perform.ts';
import type { Refusal } from './refusals.ts';
import type { Speed } from './speed.ts';

export interface Compared {
  /** Whose pictures. */
  readonly title: string;
  readonly words: string;
  readonly people: number;
  readonly single: Distances;
  readonly burst: Distances;
}

export interface Facts {
  readonly command: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly speed: Speed;
  readonly compared: readonly Compared[];
  readonly refusals: readonly Refusal[];
}

const GOALS = { falseMatch: 0.001, falseNonMatch: 0.01, perSecond: 1.5, loopMs: 20 };

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const goal = (met: boolean): string => (met ? 'met' : '**missed**');
const rate = ({ share, low, high, times, of }: Rate): string =>
  of === 0 ? '–' : `${percent(share)} (${percent(low)}–${percent(high)}; ${times}/${of})`;

export function report({ command, seconds, machine, speed, compared, refusals }: Facts): string {
  const { full } = speed;
  return `# Faces

\`${command}\`, ${seconds.toFixed(0)} s, on ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before it.
Engine: @vladmandic/face-api on WebAssembly with SIMD, one thread a worker.

## Speed

| measure | value | goal | |
|---|---|---|---|
| five-frame checks a second, one core | ${speed.perSecondPerCore.toFixed(2)} | ≥ ${GOALS.perSecond} | ${goal(speed.perSecondPerCore >= GOALS.perSecond)} |
| a five-frame check, p50 / p99 (${speed.checks} checks) | ${speed.p50Ms.toFixed(0)} / ${speed.p99Ms.toFixed(0)} ms | | |
| memory of a worker | ${speed.workerMb.toFixed(0)} MB | | |
| event loop p99, ${full.workers} workers busy and the queue full | ${full.loopP99Ms.toFixed(1)} ms | < ${GOALS.loopMs} ms | ${goal(full.loopP99Ms < GOALS.loopMs)} |

Of ${full.asked} checks asked at once ${full.done} were looked at, the last after ${(full.lastMs / 1000).toFixed(1)} s; ${full.busy} were told "busy" at once; none was lost.

## Who is it

False match: a stranger is taken for the person. False non-match: the person is refused. In brackets Wilson's 95 %
interval and the counts. Comparisons of one person share her pictures, so the true intervals are wider.
${compared.map(section).join('\n')}
## Who answers

Each manner of answering, its outcomes and the reasons given. Only \`pass\` releases held time; \`unsure\` is asked again.

| manner | pass | unsure | mismatch | failed | reasons (of how many checks) | |
|---|---|---|---|---|---|---|
${refusals.map(row).join('\n')}

A still that is animated with depth **and** lit in the right colours passes: it needs a renderer that reads the page and
answers it in a camera's stead within the check, and looks here exactly as the honest frames, which are made the same
way. Against it stand pictures seen before (of the enrolment, of any earlier check), signs of an injected camera, and a
supervisor's call; not these frames.
An honest row that says *not let through* or *accused* is a fault of the thresholds.

Thresholds of depth, flash and sameness (\`server/proofs/face/policy.ts\`) were set on these same few people by this same
way of making frames: the table says that the parts work together, not how often they err on people they never saw.
`;
}

function section({ title, words, people, single, burst }: Compared): string {
  const threshold = thresholdAt(single, GOALS.falseMatch);
  const refused = falseNonMatch(burst, threshold);
  const thresholds = [0.36, 0.4, 0.42, 0.45, 0.48, 0.5, 0.55, 0.6];
  const rows = [...new Set([...thresholds, threshold])]
    .toSorted((a, b) => a - b)
    .map((at) => {
      const cells = [
        falseMatch(single, at),
        falseNonMatch(single, at),
        falseMatch(burst, at),
        falseNonMatch(burst, at),
      ];
      return `| ${at.toFixed(2)} | ${cells.map(rate).join(' | ')} |`;
    });
  return `
### ${title} (${people} people)

${words}

| distance ≤ | one frame: false match | one frame: false non-match | burst: false match | burst: false non-match |
|---|---|---|---|---|
${rows.join('\n')}

At ${threshold.toFixed(2)}, the widest threshold with a single-frame false match ≤ 0.1 %, a burst refuses ${rate(refused)}, one frame
${rate(falseNonMatch(single, threshold))}. Goal ≤ 1 %: ${shown(refused, falseMatch(single, threshold))}.
`;
}

/** Few comparisons show neither: what counts is where the intervals end. */
function shown(refused: Rate, matched: Rate): string {
  if (refused.share > GOALS.falseNonMatch) return '**missed**';
  if (refused.high <= GOALS.falseNonMatch && matched.high <= GOALS.falseMatch) return 'met';
  return '**not shown**: the intervals reach beyond it, there are too few comparisons';
}

/** Whether the outcomes are what they ought to be. */
function wanted(manner: Manner, { pass, unsure, mismatch, failed }: Refusal['outcomes']): string {
  switch (manner) {
    case 'honest':
    case 'honest, dim room':
      return unsure + mismatch + failed === 0 ? 'let through' : `**${unsure + mismatch + failed} not let through**`;
    case 'honest, sunlight (no flash to see)':
      return mismatch + failed === 0 ? 'not accused' : `**${mismatch + failed} accused**`;
    case 'another person':
    case 'printed picture, swung about':
    case 'still warped flat to "turn", no flash':
    case 'still animated with depth, no flash':
    case 'still animated with depth and flash':
    case 'replayed video of an earlier check':
    case 'one frame repeated':
    case 'enrolment photo with noise':
    case 'two people':
    case 'nobody':
    case 'dark':
      return pass === 0 ? 'refused' : `**${pass} let through**`;
    default:
      return manner satisfies never;
  }
}

function row({ manner, outcomes, reasons }: Refusal): string {
  const { pass, unsure, mismatch, failed } = outcomes;
  const said = [...reasons].toSorted((a, b) => b[1] - a[1]).map(([code, times]) => `${code} ${times}`);
  const cells = [pass, unsure, mismatch, failed, said.join(', ') || '–', wanted(manner, outcomes)];
  return `| ${manner} | ${cells.join(' | ')} |`;
}
