/**
 * How an image looks: drawn anew for each asking, so that a picture of it known from elsewhere, or a
 * reader of characters tuned to one, is worth little. Pure. Guarantees: words stand out from the paper
 * by 7:1 and from the noise by 4.5:1 or more (WCAG 2.2: AAA and AA for small text); the same seed gives
 * the same look.
 */

export type Colour = readonly [red: number, green: number, blue: number];

export interface Look {
  readonly paper: Colour;
  readonly ink: Colour;
  /** Lines and specks behind the words. */
  readonly noise: Colour;
  /** Of the strokes, 100 to 900. */
  readonly weight: number;
  readonly fontPx: number;
  readonly marginPx: number;
  /** Of the first line of a choice, beyond the margin. */
  readonly indentPx: readonly number[];
  /** Each line leans a little, radians. */
  readonly lean: number;
  /** The whole sheet is bent like a flag: px, and px a turn. */
  readonly bend: { readonly sideways: number; readonly upright: number; readonly turn: number; readonly phase: number };
  readonly random: () => number;
}

/** Paper and inks: each pair at 7:1 or more; a test holds it. */
export const palettes: readonly { readonly paper: Colour; readonly inks: readonly Colour[] }[] = [
  {
    paper: [255, 255, 255],
    inks: [
      [31, 41, 55],
      [15, 60, 110],
      [95, 20, 60],
    ],
  },
  {
    paper: [253, 246, 227],
    inks: [
      [40, 45, 60],
      [70, 35, 10],
      [0, 65, 65],
    ],
  },
  {
    paper: [232, 241, 250],
    inks: [
      [20, 30, 60],
      [70, 15, 60],
      [0, 55, 50],
    ],
  },
  {
    paper: [236, 247, 238],
    inks: [
      [20, 50, 35],
      [30, 30, 70],
      [80, 25, 15],
    ],
  },
  {
    paper: [24, 32, 48],
    inks: [
      [240, 244, 250],
      [255, 236, 170],
      [185, 235, 245],
    ],
  },
  {
    paper: [46, 26, 58],
    inks: [
      [250, 245, 255],
      [255, 225, 190],
      [200, 245, 215],
    ],
  },
];
/** How far the noise goes from the paper towards the ink. */
export const NOISE_SHARE = 0.16;

export function lookOf(seed: number, choices: number): Look {
  const random = randomOf(seed);
  const between = (from: number, to: number): number => from + random() * (to - from);
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const { paper, inks } = pick(palettes);
  const ink = pick(inks);
  return {
    ...{ paper, ink, noise: mixed(paper, ink, NOISE_SHARE) },
    weight: Math.round(between(420, 620)),
    fontPx: between(16.5, 18.5),
    marginPx: between(10, 20),
    indentPx: Array.from({ length: choices }, () => between(0, 14)),
    lean: between(-0.008, 0.008),
    bend: { sideways: between(0.8, 1.8), upright: between(0.6, 1.4), turn: between(70, 140), phase: between(0, 6.28) },
    random,
  };
}

export function mixed(from: Colour, to: Colour, share: number): Colour {
  const at = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * share);
  return [at(0), at(1), at(2)];
}

/** WCAG 2.2's contrast ratio, 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Mulberry32: 32 bits of state are enough for a look. It keeps nothing secret: the seed is never sent. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
