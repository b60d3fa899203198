/**
 * A check as it is drawn, and as a page is shown it. Guarantees: what is asked is drawn by the server; the pass
 * that goes with it is good for this page and this check alone, until its deadline.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { FaceChallenge, Words } from '../../../sdk/wire.ts';
import { defaultChallengePolicy, drawChallenge } from './challenge.ts';
import type { Asker, FaceCheck } from './checks/store.ts';
import type { FacePasses } from './pass.ts';

interface AskingDeps {
  readonly passes: FacePasses;
  /** Draws what is asked, 0 to 1; for trying things out. Default: the system's. */
  readonly random?: (() => number) | undefined;
  readonly now: () => number;
}

export interface ToAsk {
  readonly personKey: string;
  readonly by: Asker;
  /** Checks of the same asking before this one. */
  readonly tries: number;
  /** For the frames to come. */
  readonly windowMs: number;
  /** So much longer they may be looked at. */
  readonly lateMs: number;
}

export interface Drawing {
  draw(of: ToAsk): FaceCheck;
  /** @param page the session or the sitting whose page shows it */
  shown(page: string, check: FaceCheck, question: Words): FaceChallenge;
}

export function createDrawing({ passes, now, ...deps }: AskingDeps): Drawing {
  const random = deps.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
  return {
    draw({ personKey, by, tries, windowMs, lateMs }) {
      const issuedAt = now();
      return {
        ...{ id: randomBytes(16).toString('base64url'), personKey, by, tries, issuedAt, lateMs },
        challenge: { ...drawChallenge(defaultChallengePolicy, random), deadlineMs: windowMs },
        deadlineAt: issuedAt + windowMs,
      };
    },
    shown(page, { id, challenge: { steps, shots, lengthMs }, deadlineAt }, question) {
      return {
        ...{ prompt: id, form: 'face', choices: [], steps, shots, lengthMs, question },
        remainingMs: Math.max(0, deadlineAt - now()),
        pass: passes.sign(page, `check:${id}`, deadlineAt),
      };
    },
  };
}
