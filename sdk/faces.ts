/**
 * Hears what the server says about faces, and fetches the part that shows it (`face.mjs`) when there is something
 * to show: a check, an offer that is due, or a trainee who wants to see to it.
 *
 * Guarantees: a platform that draws by itself is asked first; a check that cannot be shown is declined, so that
 * a question comes instead.
 */
import type { FacePart } from './face.ts';
import { declineCheck } from './faceCall.ts';
import type { Watch, WatchOptions } from './surface.ts';
import type { FaceChallenge, FaceStanding, Notice } from './wire.ts';

export type FaceSaid = FaceStanding | FaceChallenge | Notice;

/** Files that may be of two builds meet here: none of these names may be among those that `build.ts` spells short. */
export interface FacesWatch {
  /** Rejects with what a listener of the page threw. */
  hear(said: FaceSaid, watch: Pick<Watch, 'session'>, options: WatchOptions): Promise<void>;
  stop(): void;
}

export function watchFaces(endpoint: string): FacesWatch {
  let standing: FaceStanding | undefined;
  let part: Promise<FacePart> | undefined;
  let stopped = false;

  return {
    async hear(said, { session }, { onFace, onFaceCheck }) {
      if (stopped || !session) return;
      const manage = (): void => void shown((one) => one.manage());
      const told = async (): Promise<void> => void (standing && (await onFace?.(standing, manage)));
      const shown = async (then: (one: FacePart) => void): Promise<boolean> => {
        try {
          if (!standing) return false;
          const room = {
            ...{ endpoint, session, standing },
            changed(next: FaceStanding) {
              standing = next;
              told().catch(() => undefined);
            },
          };
          part ??= import(/* @vite-ignore */ `${endpoint}/sdk/face.mjs`).then((loaded: typeof import('./face.ts')) =>
            loaded.startFace(room),
          );
          const one = await part;
          if (!stopped) then(one);
          return true;
        } catch {
          // Not loaded: it may be the next time.
          part = undefined;
          return false;
        }
      };
      if ('form' in said) {
        const decline = (why: 'chosen' | 'noCamera'): Promise<void> => declineCheck(endpoint, session, said, why);
        if (onFaceCheck) return onFaceCheck(said, decline);
        if (!(await shown((one) => one.check(said)))) await decline('noCamera');
      } else if ('kind' in said) (await part)?.notice(said.kind);
      else {
        standing = said;
        if (onFace) await told();
        else if (!said.enrolled) await shown((one) => one.offer());
      }
    },
    stop() {
      stopped = true;
      part?.then((one) => one.stop()).catch(() => undefined);
    },
  };
}
