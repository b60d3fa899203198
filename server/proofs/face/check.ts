/**
 * Face checks of a lesson: asked because the detector wants a proof, and told to the judge.
 *
 *   issued ─▶ waiting ─judged─▶ a proof, given or failed
 *                        ├────▶ nothing known  ─▶ another check; after all tries, a question
 *                        └────▶ declined       ─▶ a question
 *
 * Guarantees: only who consented, enrolled and sits before a page that can show it is asked; a check is stored
 * before the judge hears of it, and shown after; what this machine could not look at in time stays held and is
 * asked again.
 */
import type { Policy } from '../../../detector/index.ts';
import type { Posed, Words } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import type { Judge, ProofAsked } from '../../judge/contract.ts';
import type { Log } from '../../log.ts';
import type { Asking } from '../provider.ts';
import { strictestTerms } from '../question/terms.ts';
import type { Drawing } from './ask.ts';
import type { AskedFor, FaceCheck } from './checks/store.ts';
import type { Consents } from './consent.ts';
import { NOTICE } from './notice.ts';
import { refusalOf } from './refusal.ts';
import type { FaceStore } from './store.ts';
import type { Told } from './take.ts';
import { TEMPLATES_KEPT_MS } from './templates.ts';

/** After the first. Most people need one more, for light; whoever fails three has a camera or a room that will not do. */
export const TRIES_MAX = 2;
/** A working day: then the light, the camera or the mind may be another. */
const AWAY_MS = 12 * 3_600_000;

const question: Words = {
  zh: '请打开摄像头，按提示完成动作，确认是您本人在学习。也可以改为回答问题。',
  en: 'Open the camera and do what is shown, to confirm that it is you. You may choose a question instead.',
};

interface ChecksDeps {
  readonly store: FaceStore;
  readonly drawing: Drawing;
  readonly consents: Pick<Consents, 'standing'>;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: (hash: string) => Promise<Policy>;
  /** Puts a check before a session's page, in whatever process that is. */
  readonly show: (session: string, challenge: Posed) => void;
  /** Asks for something else instead. */
  readonly instead: (asked: ProofAsked, personKey: string) => Promise<void>;
  readonly log: Log;
  /** ms since the epoch; the judge's own clock, or one that agrees with it. */
  readonly now: () => number;
}

/** What a page answers to a check as it would to a question goes by `faces.ts`. */
export interface Checks extends Omit<Asking, 'answer'> {
  /** What becomes of a check that was asked here. */
  readonly told: Told;
}

export function createChecks(deps: ChecksDeps): Checks {
  const { store, drawing, judge, loadPolicy, show, instead, log, now } = deps;

  async function issue(session: string, personKey: string, asked: AskedFor, tries: number): Promise<void> {
    const { policyHash, closedAt } = (await store.session(session)) ?? fail('sessionUnknown');
    // Its page is gone; the detector asks through the next one.
    if (closedAt !== null) return;
    const terms = await strictestTerms(policyHash, asked.policies ?? [], loadPolicy, 'face');
    if (terms === null) return log.error({ session }, 'a face is asked for under a policy without faces');
    const { windowMs, lateMs } = terms;
    const check = drawing.draw({ personKey, by: { kind: 'session', id: session, asked }, tries, windowMs, lateMs });
    await store.issue(check);
    try {
      const draft = { kind: 'proofIssued', session, proof: 'face', id: check.id, windowMs, lateMs } as const;
      await judge.submit(personKey, draft, check.issuedAt);
    } catch (error) {
      await store.takeBack(check.id);
      throw error;
    }
    show(session, drawing.shown(session, check, question));
  }

  function askedIn({ by }: FaceCheck): AskedFor {
    if (by.kind !== 'session') throw new Error('a check of no lesson');
    return by.asked;
  }

  function otherwise(session: string, check: FaceCheck): Promise<void> {
    return instead({ verdict: 'proofAsked', session, kinds: ['question'], ...askedIn(check) }, check.personKey);
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
      const page = session ?? check.by.id;
      if (!(await store.session(page))?.shows) return null;
      return drawing.shown(page, check, question);
    },

    ended: (session, how) => store.end(session, how, now()),

    told: {
      async given(session, { id, personKey }, given) {
        const draft = { kind: 'proofGiven', session, proof: 'face', id } as const;
        const came =
          given.outcome === 'pass'
            ? ({ outcome: 'passed' } as const)
            : ({ outcome: 'failed', refusal: refusalOf(given) } as const);
        await judge.submit(personKey, { ...draft, ...came }, given.at);
      },
      async unknown(session, check, advice) {
        if (check.tries >= TRIES_MAX) {
          await otherwise(session, check);
          return { outcome: 'question', advice };
        }
        await issue(session, check.personKey, askedIn(check), check.tries + 1);
        return { outcome: 'again', advice };
      },
      declined: otherwise,
    },
  };
}
