/**
 * What a face check asks: a random sequence of actions, and under it a random sequence of colours that the
 * page shows. Pure: the randomness is handed in. Guarantees: begins and is compared with a look straight
 * ahead; at least one turn of the head, so that depth can be seen; no action twice; the colours of any two
 * frames that follow each other differ; a colour stays 400 ms or longer, so there are fewer than three
 * flashes in any second (WCAG 2.2, 2.3.1).
 *
 * With three of four actions in any order and five colours over eight frames there are 24 × 5 × 4⁷, about
 * two million checks: a recording of one is worth nothing in the next.
 */

export const actions = ['turnLeft', 'turnRight', 'nod', 'openMouth', 'blink'] as const;
/** Left and right are the person's own. `blink`: eyes closed until told otherwise. */
export type Action = (typeof actions)[number];
export const flashColours = ['red', 'green', 'blue', 'white', 'black'] as const;
export type FlashColour = (typeof flashColours)[number];

/** Times are milliseconds since the page began the challenge. */
export interface Step {
  readonly action: 'front' | Action;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A frame to take, and the colour the page shows around that time. */
export interface Shot {
  readonly atMs: number;
  readonly colour: FlashColour;
  readonly colourFromMs: number;
}

export interface Challenge {
  readonly steps: readonly Step[];
  readonly shots: readonly Shot[];
  readonly lengthMs: number;
  /** From when the server sent it to when the last frame must have reached it. */
  readonly deadlineMs: number;
}

export interface ChallengePolicy {
  /** Drawn from. */
  readonly actions: readonly Action[];
  /** How many are asked, besides looking straight ahead. */
  readonly count: number;
}

export const defaultChallengePolicy: ChallengePolicy = {
  // Without `blink`: 68 landmarks tell closed eyes from narrow ones too badly to hold anyone's time by it.
  actions: ['turnLeft', 'turnRight', 'nod', 'openMouth'],
  count: 3,
};

/** To read what is asked and do it: people take 0.5 to 0.8 s to a shown instruction. */
const REACT_MS = 900;
const FRAMES_PER_STEP = 2;
/** A camera needs up to 200 ms to show the light of a new colour: exposure and queue of frames. */
const COLOUR_BEFORE_MS = 250;
const SHOT_APART_MS = 450;
const JITTER_MS = 200;
/** To allow a camera and to send 300 KB at 200 kbit/s. */
const GRACE_MS = 30_000;

export function drawChallenge(policy: ChallengePolicy, random: () => number): Challenge {
  const asked: ('front' | Action)[] = ['front', ...drawActions(policy, random)];
  const steps: Step[] = [];
  const shots: Shot[] = [];
  let now = 0;
  for (const action of asked) {
    const fromMs = now;
    let at = fromMs + REACT_MS + Math.floor(random() * JITTER_MS);
    for (let i = 0; i < FRAMES_PER_STEP; i++) {
      if (i > 0) at += SHOT_APART_MS + Math.floor(random() * JITTER_MS);
      const last = shots.at(-1)?.colour;
      const colours = flashColours.filter((colour) => colour !== last);
      shots.push({ atMs: at, colour: pick(colours, random), colourFromMs: at - COLOUR_BEFORE_MS });
    }
    now = at + 100;
    steps.push({ action, fromMs, toMs: now });
  }
  return { steps, shots, lengthMs: now, deadlineMs: now + GRACE_MS };
}

function drawActions({ actions: from, count }: ChallengePolicy, random: () => number): readonly Action[] {
  const turns = from.filter(isTurn);
  if (turns.length === 0) throw new Error('a face check needs a turn of the head: without one no depth is seen');
  const first = pick(turns, random);
  const rest = shuffled(
    from.filter((action) => action !== first),
    random,
  ).slice(0, count - 1);
  return shuffled([first, ...rest], random);
}

export function isTurn(action: 'front' | Action): boolean {
  return action === 'turnLeft' || action === 'turnRight';
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}

function shuffled<T>(from: readonly T[], random: () => number): readonly T[] {
  const out = [...from];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
