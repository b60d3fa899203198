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
import { sayInExam } from './faceWords.ts';
import type { FaceChallenge, FaceStanding, Notice, Words } from './wire.ts';

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

/** In an exam there are checks only: nobody enrols there. */
export interface ExamFacePart {
  /** Resolves when neither this check nor one that followed it waits any more. */
  check(challenge: FaceChallenge): Promise<void>;
  stop(): void;
}

/** @param left the time of the exam, which stays in sight while the camera looks */
export function startExamFace(endpoint: string, sitting: string, left: () => Words): ExamFacePart {
  const done: (() => void)[] = [];
  const check = createCheck(createDialog(), faceCalls(endpoint, sitting), {
    say: sayInExam,
    left,
    idle() {
      for (const one of done.splice(0)) one();
    },
  });
  return {
    check: (challenge) =>
      new Promise((resolve) => {
        done.push(resolve);
        check.show(challenge, null);
      }),
    stop: check.over,
  };
}
