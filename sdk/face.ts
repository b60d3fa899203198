/**
 * Face checks on the page: a file of its own (`face.mjs`), fetched only when there is one to show. Whoever draws
 * them itself may take the two calls that it exports besides.
 *
 * Guarantees: one dialog at a time, a check before all else; the lesson is neither blocked nor changed; nothing is
 * kept of what the camera saw.
 */
import { faceCalls } from './faceCalls.ts';
import { createCheck } from './faceCheck.ts';
import { createDialog } from './faceDialog.ts';
import { createManage } from './faceManage.ts';
import type { FaceChallenge, FaceStanding, Notice } from './wire.ts';

export { frameBytes } from './faceCalls.ts';
export { faceCalls };

/** Files that may be of two builds meet here: none of these names may be among those that `build.ts` spells short. */
export interface FaceRoom {
  readonly endpoint: string;
  readonly session: string;
  /** As the opening told it. */
  readonly standing: FaceStanding;
  /** Consent or enrolment changed. */
  changed(standing: FaceStanding): void;
}

export interface FacePart {
  check(challenge: FaceChallenge): void;
  /** Consent or enrolment is missing: a small offer. */
  offer(): void;
  /** Consent, enrolment, withdrawal: what the trainee asked for. */
  manage(): void;
  notice(kind: Notice['kind']): void;
  stop(): void;
}

export function startFace({ endpoint, session, standing: told, changed }: FaceRoom): FacePart {
  let current = told;
  const dialog = createDialog();
  const calls = faceCalls(endpoint, session);
  const check = createCheck(dialog, calls);
  const manage = createManage(dialog, calls, {
    get: () => current,
    set(standing) {
      current = standing;
      changed(standing);
    },
  });
  return {
    check(challenge) {
      if (!check.active()) manage.stop();
      check.show(challenge, manage.withdraw);
    },
    offer() {
      if (!check.active()) manage.offer();
    },
    manage() {
      if (!check.active()) manage.open();
    },
    notice(kind) {
      switch (kind) {
        case 'promptMissed':
        case 'promptWithdrawn':
        case 'takenOver':
        case 'closed':
          return check.over();
        case 'held':
        case 'released':
        case 'denied':
          return;
        default:
          return kind satisfies never;
      }
    },
    stop() {
      check.over();
      manage.stop();
    },
  };
}
