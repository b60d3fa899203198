/** How often a person is refused and a stranger let through, by one frame and by a burst, over thresholds. Pure. */
import { distance } from '../../server/proofs/face/engine.ts';
import { type Template, toTemplates } from '../../server/proofs/face/judge.ts';
import { median } from '../../server/proofs/face/linear.ts';

/** One person: what was enrolled, and the comparable frames of each later check. */
export interface Subject {
  readonly name: string;
  readonly templates: readonly Template[];
  readonly checks: readonly (readonly (readonly number[])[])[];
}

export interface Distances {
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

/** Each frame by itself against one template. */
export function singleFrames(subjects: readonly Subject[]): Distances {
  return compared(subjects, (check, [first]) => check.map((frame) => distance(frame, first?.descriptor ?? [])));
}

/** Each check: the median over its frames of the distance to the nearest template, as judged. */
export function bursts(subjects: readonly Subject[]): Distances {
  return compared(subjects, (check, templates) => [median(check.map((frame) => toTemplates(frame, templates)))]);
}

function compared(
  subjects: readonly Subject[],
  by: (check: readonly (readonly number[])[], templates: readonly Template[]) => readonly number[],
): Distances {
  const between = (same: boolean): readonly number[] =>
    subjects.flatMap((probe) =>
      subjects
        .filter((enrolled) => (enrolled === probe) === same)
        .flatMap(({ templates }) =>
          probe.checks.filter(({ length }) => length > 0).flatMap((check) => by(check, templates)),
        ),
    );
  return { genuine: between(true), impostor: between(false) };
}

export interface Rate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly times: number;
  readonly of: number;
}

/** With Wilson's 95 % interval, which holds for shares near 0 too. */
export function rateOf(times: number, of: number): Rate {
  if (of === 0) return { share: Number.NaN, low: 0, high: 1, times, of };
  const z = 1.96;
  const share = times / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), times, of };
}

export const falseMatch = ({ impostor }: Distances, threshold: number): Rate =>
  rateOf(impostor.filter((value) => value <= threshold).length, impostor.length);
export const falseNonMatch = ({ genuine }: Distances, threshold: number): Rate =>
  rateOf(genuine.filter((value) => value > threshold).length, genuine.length);

/** The widest threshold, in hundredths, at which a single frame matches falsely in at most `share`. */
export function thresholdAt(distances: Distances, share: number): number {
  let threshold = 0.2;
  while (threshold < 0.8 && falseMatch(distances, threshold + 0.01).share <= share) threshold += 0.01;
  return Math.round(threshold * 100) / 100;
}
