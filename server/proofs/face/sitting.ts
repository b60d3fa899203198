/**
 * Face checks of an exam's sitting: asked when its room says so, shown in a reply to its page, and told to its room.
 *
 *   asked ─▶ waiting ─judged─▶ told: passed, mismatch or failed
 *                     ├──────▶ nothing known ─▶ another check, in the reply to the frames; after all tries: unclear
 *                     └──────▶ declined      ─▶ told: somebody looks who sits
 *
 * Guarantees: a check is stored in the sitting's own transaction, so that none is counted that nobody was asked; it
 * is compared with what was enrolled before it was opened: nobody enrols in an exam, nor from a lesson meanwhile.
 */
import type { FaceChallenge, FaceTaken, Words } from '../../../sdk/wire.ts';
import { type Db, type Queryable, transaction } from '../../db/pool.ts';
import type { Drawing, ToAsk } from './ask.ts';
import { TRIES_MAX } from './check.ts';
import { endedSince, issueCheck, waitingIn } from './checks/store.ts';
import { NOTICE } from './notice.ts';
import { defaultFacePolicy } from './policy.ts';
import { isEnrolled } from './standing/store.ts';
import type { Told } from './take.ts';
import { TEMPLATES_KEPT_MS } from './templates.ts';

/** To finish a sentence, allow the camera, do what is asked for 8 s and send it. */
const WINDOW_MS = 90_000;
/** Sent at the last moment, behind all others of a full room: see the pool's queue. */
const LATE_MS = 30_000;

const question: Words = {
  zh: '请打开摄像头，按提示完成动作，确认是您本人在考试。也可以改由监考或现场核验身份，成绩不受影响。',
  en: 'Open the camera and do what is shown, to confirm that it is you. You may have a supervisor confirm it instead; your score is the same.',
};

export type SittingOutcome = 'passed' | 'mismatch' | 'failed' | 'unclear' | 'declined' | 'noCamera' | 'unconsented';

/** What became of a check, as the room of exams is told it. */
export interface SittingEnd {
  readonly sitting: string;
  readonly outcome: SittingOutcome;
  /** Beside the two limits that it was judged by; null: nothing was compared. */
  readonly distance: number | null;
  readonly passDistance: number;
  readonly mismatchDistance: number;
}

export interface SittingPage {
  readonly personKey: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

/** The room of exams, as this room knows it. */
export interface SittingRoom {
  /** Whose sitting it is; null: there is none. */
  page(sitting: string): Promise<SittingPage | null>;
  /** Resolves when it is stored. */
  ended(end: SittingEnd): Promise<void>;
}

/** `looking`: its frames are here, its time has just passed, or its end is about to be told. */
export type SittingWaits =
  | { readonly kind: 'none' | 'looking' }
  | { readonly kind: 'waits'; readonly challenge: FaceChallenge };

export interface SittingChecks {
  /** Whether this person consented, and had enrolled when the sitting was opened. */
  able(q: Queryable, sitting: Pick<SittingPage, 'personKey' | 'openedAt'>): Promise<boolean>;
  /** Within the sitting's own transaction. */
  ask(q: Queryable, sitting: string, personKey: string): Promise<FaceChallenge>;
  waits(q: Queryable, sitting: string): Promise<SittingWaits>;
  readonly told: Told;
}

interface SittingDeps {
  readonly db: Db;
  readonly drawing: Drawing;
  readonly room: SittingRoom;
  readonly now: () => number;
}

export function createSittingChecks({ db, drawing, room, now }: SittingDeps): SittingChecks {
  const { passDistance, mismatchDistance } = defaultFacePolicy;

  async function issue(q: Queryable, sitting: string, of: Pick<ToAsk, 'personKey' | 'tries'>): Promise<FaceChallenge> {
    const by = { kind: 'sitting', id: sitting } as const;
    const check = drawing.draw({ ...of, by, windowMs: WINDOW_MS, lateMs: LATE_MS });
    await issueCheck(q, check);
    return drawing.shown(sitting, check, question);
  }

  function end(sitting: string, outcome: SittingOutcome, distance: number | null): Promise<void> {
    return room.ended({ sitting, outcome, distance, passDistance, mismatchDistance });
  }

  function able(q: Queryable, { personKey, openedAt }: Pick<SittingPage, 'personKey' | 'openedAt'>): Promise<boolean> {
    return isEnrolled(q, personKey, NOTICE, [now() - TEMPLATES_KEPT_MS, openedAt]);
  }

  return {
    able,

    ask: (q, sitting, personKey) => issue(q, sitting, { personKey, tries: 0 }),

    async waits(q, sitting) {
      const check = await waitingIn(q, sitting);
      if (check === null) return { kind: (await endedSince(q, sitting, now() - LATE_MS)) ? 'looking' : 'none' };
      if (check.deadlineAt + check.lateMs <= now()) return { kind: 'none' };
      if (check.deadlineAt <= now()) return { kind: 'looking' };
      return { kind: 'waits', challenge: drawing.shown(sitting, check, question) };
    },

    told: {
      given: (sitting, _check, { outcome, distance }) =>
        end(sitting, outcome === 'pass' ? 'passed' : outcome, distance),
      async unknown(sitting, { personKey, tries }, advice): Promise<FaceTaken> {
        const opened = await room.page(sitting);
        if (tries >= TRIES_MAX || opened === null || !(await able(db, opened))) {
          await end(sitting, 'unclear', null);
          return { outcome: 'question', advice };
        }
        const next = await transaction(db, (q) => issue(q, sitting, { personKey, tries: tries + 1 }));
        return { outcome: 'again', advice, next };
      },
      declined: (sitting, _check, why) => end(sitting, why, null),
    },
  };
}
