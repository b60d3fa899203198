/**
 * Shows what to do and takes the frames, at the moments that were asked for.
 *
 * Guarantees: a colour is shown no longer and no shorter than it was drawn, so that no two follow each other
 * faster than the server allows; each frame's time is the one at which it was taken; ends at once when the signal
 * says so.
 */

import type { Frame } from './faceCalls.ts';
import { jpegs, still } from './faceCamera.ts';
import type { FaceAction, FaceChallenge, FaceColour } from './wire.ts';

export type Plan = Pick<FaceChallenge, 'steps' | 'shots' | 'lengthMs'>;

export interface Stage {
  step(action: FaceAction): void;
  colour(colour: FaceColour): void;
  /** 0 to 1. */
  progress(share: number): void;
}

/** In enrolment: a look ahead, a little to each side (templates must differ), and ahead again; in white light. */
export const enrolmentPlan: Plan = (() => {
  const steps = (['front', 'turnLeft', 'turnRight', 'front'] as const).map((action, i) => ({
    action,
    fromMs: i * 1800,
    toMs: (i + 1) * 1800,
  }));
  const shots = steps.flatMap(({ fromMs }) =>
    [1000, 1600].map((ms) => ({ atMs: fromMs + ms, colour: 'white' as const, colourFromMs: 0 })),
  );
  return { steps, shots, lengthMs: 7200 };
})();

export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new Error('the check was left'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

export async function takeBurst(
  { steps, shots, lengthMs }: Plan,
  video: HTMLVideoElement,
  stage: Stage,
  signal: AbortSignal,
): Promise<readonly Frame[]> {
  const taken: { readonly atMs: number; readonly canvas: HTMLCanvasElement }[] = [];
  const began = performance.now();
  const since = (): number => performance.now() - began;
  const moments: { readonly at: number; readonly act: () => void }[] = [
    ...steps.map(({ action, fromMs }) => ({ at: fromMs, act: () => stage.step(action) })),
    ...shots.map(({ colour, colourFromMs }) => ({ at: colourFromMs, act: () => stage.colour(colour) })),
    ...shots.map(({ atMs }) => ({ at: atMs, act: () => void taken.push({ atMs: since(), canvas: still(video) }) })),
    { at: lengthMs, act: () => undefined },
  ].sort((a, b) => a.at - b.at);
  for (const { at, act } of moments) {
    await wait(Math.max(0, at - since()), signal);
    act();
    stage.progress(at / lengthMs);
  }
  const made = await jpegs(taken.map(({ canvas }) => canvas));
  return taken.flatMap(({ atMs }, i) => {
    const jpeg = made[i];
    return jpeg ? { atMs, jpeg } : [];
  });
}
