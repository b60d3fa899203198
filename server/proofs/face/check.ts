/**
 * A face check, from its asking to what becomes of it.
 *
 *   issued ─▶ waiting ─frames─▶ pass | mismatch | failed        told to the judge: a proof, given
 *                        ├────▶ unsure | refused | busy | engineDied ─▶ another check; after all tries, a question
 *                        ├────▶ declined | noCamera | unconsented    ─▶ a question
 *                        └────▶ expired | missed | withdrawn | superseded
 *
 * Guarantees: only who consented, enrolled and sits before a page that can show it is asked; a check is stored
 * before the judge hears of it, and shown after; it takes the frames of one burst, at most one at a time; what
 * this machine could not look at in time is nobody's fault: its time stays held and is asked again. No reply
 * says how alike two faces were, nor whether one check passed.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Policy } from '../../../detector/index.ts';
import type { FaceAdvice, FaceDecline, FaceTaken, Posed } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import type { Judge, ProofAsked } from '../../judge/contract.ts';
import type { Log } from '../../log.ts';
import type { Asking } from '../provider.ts';
import { strictestTerms } from '../question/terms.ts';
import { adviceFor } from './advice.ts';
import { defaultChallengePolicy, drawChallenge } from './challenge.ts';
import type { Consents } from './consent.ts';
import type { Burst } from './frames.ts';
import type { Looking } from './look.ts';
import { NOTICE } from './notice.ts';
import type { FacePasses } from './pass.ts';
import type { AskedFor, CheckOutcome, FaceCheck, FaceStore } from './store.ts';
import { TEMPLATES_KEPT_MS } from './templates.ts';

/** After the first. Most people need one more, for light; whoever fails three has a camera or a room that will not do. */
const TRIES_MAX = 2;
/** A working day: then the light, the camera or the mind may be another. */
const AWAY_MS = 12 * 3_600_000;
/** Left to conclude a check and tell the judge, of the time it may be looked at. */
const MARGIN_MS = 2_000;

interface ChecksDeps {
  readonly store: FaceStore;
  readonly looking: Looking;
  readonly passes: FacePasses;
  readonly consents: Pick<Consents, 'standing'>;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: (hash: string) => Promise<Policy>;
  /** Puts a check before a session's page, in whatever process that is. */
  readonly show: (session: string, challenge: Posed) => void;
  /** Asks for something else instead. */
  readonly instead: (asked: ProofAsked, personKey: string) => Promise<void>;
  /** Draws what is asked, 0 to 1; for trying things out. Default: the system's. */
  readonly random?: (() => number) | undefined;
  readonly log: Log;
  /** ms since the epoch; the judge's own clock, or one that agrees with it. */
  readonly now: () => number;
}

export interface Checks extends Asking {
  /**
   * Takes the frames of a check. Throws `promptUnknown` when it is not this person's, or was concluded.
   * @param arrivedAt when they came in, server time, ms
   */
  take(session: string, personKey: string, id: string, burst: Burst, arrivedAt: number): Promise<FaceTaken>;
  /** No camera, or not wanted: a question comes instead. */
  decline(session: string, personKey: string, id: string, why: FaceDecline['why']): Promise<void>;
}

export function createChecks(deps: ChecksDeps): Checks {
  const { store, looking, passes, judge, loadPolicy, show, instead, log, now } = deps;
  const random = deps.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
  /** Whose frames are looked at here now. */
  const taken = new Set<string>();

  function shownTo(session: string, { id, challenge, deadlineAt }: FaceCheck): Posed {
    const { steps, shots, lengthMs } = challenge;
    return {
      ...{ prompt: id, form: 'face', choices: [], steps, shots, lengthMs },
      question: {
        zh: '请打开摄像头，按提示完成动作，确认是您本人在学习。也可以改为回答问题。',
        en: 'Open the camera and do what is shown, to confirm that it is you. You may choose a question instead.',
      },
      remainingMs: Math.max(0, deadlineAt - now()),
      pass: passes.sign(session, `check:${id}`, deadlineAt),
    };
  }

  async function issue(session: string, personKey: string, asked: AskedFor, tries: number): Promise<void> {
    const { policyHash, closedAt } = (await store.session(session)) ?? fail('sessionUnknown');
    // Its page is gone; the detector asks through the next one.
    if (closedAt !== null) return;
    const terms = await strictestTerms(policyHash, asked.policies ?? [], loadPolicy, 'face');
    if (terms === null) return log.error({ session }, 'a face is asked for under a policy without faces');
    const { windowMs, lateMs } = terms;
    const drawn = drawChallenge(defaultChallengePolicy, random);
    const issuedAt = now();
    const check: FaceCheck = {
      ...{ id: randomBytes(16).toString('base64url'), personKey, session, asked, tries, issuedAt, lateMs },
      challenge: { ...drawn, deadlineMs: windowMs },
      deadlineAt: issuedAt + windowMs,
    };
    await store.issue(check);
    try {
      const draft = { kind: 'proofIssued', session, proof: 'face', id: check.id, windowMs, lateMs } as const;
      await judge.submit(personKey, draft, issuedAt);
    } catch (error) {
      await store.takeBack(check.id);
      throw error;
    }
    show(session, shownTo(session, check));
  }

  function otherwise(session: string, { asked, personKey }: FaceCheck): Promise<void> {
    return instead({ verdict: 'proofAsked', session, kinds: ['question'], ...asked }, personKey);
  }

  /** Nothing is known of this person: another check, while there are tries left. */
  async function again(session: string, check: FaceCheck, advice: readonly FaceAdvice[]): Promise<FaceTaken> {
    if (check.tries >= TRIES_MAX) {
      await otherwise(session, check);
      return { outcome: 'question', advice };
    }
    await issue(session, check.personKey, check.asked, check.tries + 1);
    return { outcome: 'again', advice };
  }

  /** @returns false: it was concluded meanwhile, e.g. because consent was withdrawn */
  function conclude(check: FaceCheck, outcome: CheckOutcome): Promise<boolean> {
    const nothing = { reasons: [], distance: null, probes: [], frames: [], keptUntilMs: 0 };
    return store.conclude(check, { outcome, atMs: now(), ...nothing });
  }

  async function give(session: string, check: FaceCheck, outcome: 'passed' | 'failed', at: number): Promise<void> {
    const { id, personKey } = check;
    try {
      await judge.submit(personKey, { kind: 'proofGiven', session, proof: 'face', id, outcome }, at);
    } catch (error) {
      await store.reopen(id);
      throw error;
    }
  }

  async function judged(session: string, check: FaceCheck, burst: Burst, arrivedAt: number): Promise<FaceTaken> {
    if (arrivedAt > check.deadlineAt) {
      await conclude(check, 'expired');
      return { outcome: 'late', advice: [] };
    }
    const untilMs = check.deadlineAt + check.lateMs - MARGIN_MS - now();
    const seen = await looking.look(check, burst, arrivedAt, untilMs);
    if (seen.kind !== 'judged') {
      if (!(await conclude(check, seen.kind))) return fail('promptUnknown');
      return again(session, check, []);
    }
    if (!(await store.conclude(check, { ...seen.concluded, atMs: now() }))) return fail('promptUnknown');
    const { outcome, reasons } = seen.concluded;
    switch (outcome) {
      case 'pass':
        await give(session, check, 'passed', arrivedAt);
        return { outcome: 'taken', advice: [] };
      case 'mismatch':
      case 'failed':
        await give(session, check, 'failed', arrivedAt);
        return { outcome: 'taken', advice: [] };
      case 'unsure':
        return again(session, check, adviceFor(reasons));
      default:
        return outcome satisfies never;
    }
  }

  return {
    async able({ session }, personKey) {
      const known = await store.session(session);
      if (known === null || !known.shows || known.closedAt !== null) return false;
      if ((await store.consent(personKey)) !== NOTICE) return false;
      if (await store.turnedAway(personKey, now() - AWAY_MS, TRIES_MAX)) return false;
      return (await store.templates(personKey, now() - TEMPLATES_KEPT_MS)).length > 0;
    },

    ask: ({ session, lesson, hard, policies }, personKey) =>
      issue(
        session,
        personKey,
        { lesson, ...(hard === undefined ? {} : { hard }), ...(policies === undefined ? {} : { policies }) },
        0,
      ),

    async announced(session, forms) {
      if (forms.includes('face')) await store.announce(session);
    },

    async standing(session, personKey, policyHash) {
      return (await loadPolicy(policyHash)).proofs.face === undefined
        ? null
        : deps.consents.standing(session, personKey);
    },

    async pending(personKey, session) {
      const check = await store.pending(personKey);
      if (check === null || check.deadlineAt <= now()) return null;
      const page = session ?? check.session;
      if (!(await store.session(page))?.shows) return null;
      return shownTo(page, check);
    },

    // Frames come by HTTP. A page that answers a check as it would a question cannot show it, e.g. because the
    // part for it did not load: a question comes instead. To the page it is a prompt that waits no longer.
    async answer(session, personKey, { prompt }) {
      const check = await store.open(prompt, personKey);
      if (check !== null && (await conclude(check, 'noCamera'))) await otherwise(session, check);
      return null;
    },

    ended: (session, how) => store.end(session, how, now()),

    async take(session, personKey, id, burst, arrivedAt) {
      const check = (await store.open(id, personKey)) ?? fail('promptUnknown');
      if (taken.has(id)) return fail('faceBusy');
      taken.add(id);
      try {
        return await judged(session, check, burst, arrivedAt);
      } finally {
        taken.delete(id);
      }
    },

    async decline(session, personKey, id, why) {
      const check = (await store.open(id, personKey)) ?? fail('promptUnknown');
      if (!(await conclude(check, why === 'noCamera' ? 'noCamera' : 'declined'))) return fail('promptUnknown');
      await otherwise(session, check);
    },
  };
}
