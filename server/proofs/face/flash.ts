/**
 * Does the skin show the colours that the page drew, in their order? Pure.
 *
 * A page that turns red adds red light to the skin. What is compared is chromaticity (each colour's share of
 * the light), which exposure and shadow of a turned head change little, less its mean over the check: lamps
 * and skin tones fall out. Eight frames with two free shares each: an order that is not this page's
 * correlates by chance with a deviation of about 0.27.
 */
import type { Challenge, FlashColour } from './challenge.ts';
import type { Colour, FrameSeen } from './observe.ts';
import type { FacePolicy } from './policy.ts';

export interface Flash {
  /** `unclear`: too little changed to tell, as in sunlight or far from the screen. */
  readonly seen: 'followed' | 'unclear' | 'other';
  readonly correlation: number;
}

/** Red and green less blue's third of the light: where a colour of the page pulls. White pulls to a screen's grey, as black does not at all. */
const PULL: Readonly<Record<FlashColour, readonly [red: number, green: number]>> = {
  red: [2 / 3, -1 / 3],
  green: [-1 / 3, 2 / 3],
  blue: [-1 / 3, -1 / 3],
  white: [0, 0],
  black: [0, 0],
};

export function flashFollowed(
  policy: FacePolicy,
  challenge: Challenge,
  frames: readonly (FrameSeen & { readonly atMs: number })[],
): Flash {
  const pairs = frames.flatMap(({ atMs, faces }) => {
    const shot = challenge.shots.findLast(({ colourFromMs }) => colourFromMs <= atMs);
    return shot === undefined || faces[0] === undefined
      ? []
      : [{ asked: PULL[shot.colour], seen: shares(faces[0].skin) }];
  });
  const asked = centred(pairs.map((pair) => pair.asked));
  const seen = centred(pairs.map((pair) => pair.seen));
  const [a, s] = [length(asked), length(seen)];
  const change = s / Math.sqrt(pairs.length || 1);
  if (a === 0 || change < policy.flashLeast) return { seen: 'unclear', correlation: 0 };
  const correlation = asked.reduce((sum, value, i) => sum + value * (seen[i] ?? 0), 0) / (a * s);
  if (correlation >= policy.flashSeen) return { seen: 'followed', correlation };
  return { seen: correlation < policy.flashOther ? 'other' : 'unclear', correlation };
}

function shares({ red, green, blue }: Colour): readonly [number, number] {
  const all = red + green + blue || 1;
  return [red / all, green / all];
}

/** All values in one row, each less its column's mean. */
function centred(rows: readonly (readonly [number, number])[]): readonly number[] {
  const mean = [0, 1].map((k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / (rows.length || 1));
  return rows.flatMap(([first, second]) => [first - (mean[0] ?? 0), second - (mean[1] ?? 0)]);
}

function length(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
