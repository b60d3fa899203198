/**
 * Did the head do what was asked, when it was asked? Each action is measured against the person's own look
 * straight ahead, so that a camera that stands to the side, or eyes that are narrow, count for nothing. Pure.
 */
import { type Action, type Challenge, isTurn } from './challenge.ts';
import { median } from './linear.ts';
import type { FaceSeen, FrameSeen } from './observe.ts';
import type { FacePolicy } from './policy.ts';

export interface Movements {
  /** Indexes of steps that no frame of their time shows done. */
  readonly missed: readonly number[];
  /** Faces of steps that asked for a turn and show one. */
  readonly turns: readonly FaceSeen[];
  /** Faces of the look straight ahead. */
  readonly front: readonly FaceSeen[];
}

interface Rest {
  readonly yaw: number;
  readonly pitch: number;
  readonly mouth: number;
  readonly eyes: number;
}

export function movements(
  policy: FacePolicy,
  challenge: Challenge,
  frames: readonly (FrameSeen & { readonly atMs: number })[],
): Movements {
  const facesOf = (from: number, to: number): readonly FaceSeen[] =>
    frames.flatMap(({ atMs, faces }) => (from <= atMs && atMs < to && faces[0] !== undefined ? [faces[0]] : []));
  const [first, ...rest] = challenge.steps;
  const front = first === undefined ? [] : facesOf(first.fromMs, first.toMs);
  const steps = rest.map(({ action, fromMs, toMs }) => ({ action, faces: facesOf(fromMs, toMs) }));
  if (front.length === 0) return { missed: steps.map((_, i) => i + 1), turns: [], front };
  const at = (pick: (face: FaceSeen) => number): number => median(front.map(pick));
  const still: Rest = {
    yaw: at(({ pose }) => pose.yaw),
    pitch: at(({ pose }) => pose.pitch),
    mouth: at(({ mouthOpen }) => mouthOpen),
    eyes: at(({ eyesOpen }) => eyesOpen),
  };
  const done = steps.map(({ action, faces }) =>
    action === 'front' ? faces : faces.filter((face) => shows(policy, action, face, still)),
  );
  return {
    missed: done.flatMap((faces, i) => (faces.length === 0 ? [i + 1] : [])),
    turns: done.flatMap((faces, i) => (isTurn(steps[i]?.action ?? 'front') ? faces : [])),
    front,
  };
}

function shows(policy: FacePolicy, action: Action, face: FaceSeen, still: Rest): boolean {
  const yaw = face.pose.yaw - still.yaw;
  // Who turns back and forth all the time would have done everything: other actions are done straight ahead.
  const ahead = Math.abs(yaw) < policy.turnDegrees;
  switch (action) {
    case 'turnLeft':
      return yaw >= policy.turnDegrees;
    case 'turnRight':
      return yaw <= -policy.turnDegrees;
    case 'nod':
      return ahead && face.pose.pitch - still.pitch >= policy.nodDegrees;
    case 'openMouth':
      return ahead && face.mouthOpen - still.mouth >= policy.mouthGain;
    case 'blink':
      return ahead && face.eyesOpen <= policy.blinkShare * still.eyes;
    default:
      return action satisfies never;
  }
}
