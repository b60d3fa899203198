/**
 * Shows what a sitting asks of who sits: as the platform does it, else with `face.mjs`, which is fetched only then.
 *
 * Guarantees: each check is shown once; one that cannot be shown is declined, so that nobody waits for it; nothing of
 * it is thrown or keeps an answer from being saved.
 */
import type { ExamFacePart } from '../face.ts';
import { declineCheck } from '../faceCall.ts';
import type { FaceChallenge } from '../wire.ts';
import { clockWords } from './countdown.ts';
import type { Nap } from './errands.ts';
import type { ExamOptions } from './surface.ts';
import type { Voice } from './voice.ts';
import { catalogues, fill } from './words.ts';

export interface Faces {
  /** Whether this page can show a check. */
  readonly can: boolean;
  show(challenge: FaceChallenge, sitting: string): void;
  /** Shows it, and resolves when it, and what followed from it, waits no longer. */
  ended(challenge: FaceChallenge, sitting: string): Promise<unknown>;
  stop(): void;
}

export interface FacesDeps {
  readonly endpoint: string;
  readonly onFace: ExamOptions['onFace'] | undefined;
  readonly tell: Voice['tell'];
  readonly nap: Nap;
  readonly leftMs: () => number | null;
}

/** A page that shows nothing at all does not ask again without a pause. */
const PAUSE_MS = 2_000;

export function createFaces({ endpoint, onFace, tell, nap, leftMs }: FacesDeps): Faces {
  let prompt = '';
  let shown: Promise<unknown> | undefined;
  let part: Promise<ExamFacePart> | undefined;

  const left = () => {
    const time = clockWords(leftMs() ?? 0);
    return { zh: fill(catalogues['zh-CN'].left, { time }), en: fill(catalogues.en.left, { time }) };
  };
  async function draw(challenge: FaceChallenge, sitting: string): Promise<void> {
    part ??= import(/* @vite-ignore */ `${endpoint}/sdk/face.mjs`).then(
      ({ startExamFace }: typeof import('../face.ts')) => startExamFace(endpoint, sitting, left),
    );
    const mine = part;
    try {
      const one = await mine;
      if (mine === part) await one.check(challenge);
    } catch {
      // It may load the next time.
      part = undefined;
      await declineCheck(endpoint, sitting, challenge, 'noCamera').catch(() => undefined);
    }
  }

  function show(challenge: FaceChallenge, sitting: string): void {
    if (challenge.prompt === prompt) return;
    prompt = challenge.prompt;
    shown = onFace ? tell(onFace, challenge, sitting) : draw(challenge, sitting);
  }
  return {
    // Without HTTPS a browser has no camera to give.
    can: !!onFace || !!navigator.mediaDevices,
    show,
    ended(challenge, sitting) {
      show(challenge, sitting);
      return Promise.all([Promise.race([shown, nap(challenge.remainingMs)]), nap(PAUSE_MS)]);
    },
    stop() {
      part?.then((one) => one.stop()).catch(() => undefined);
      part = undefined;
      prompt = '';
    },
  };
}
