/**
 * Consent to face checks: given to one version of the notice, withdrawn at any time.
 *
 *   none ─given─▶ standing ─withdrawn, erased─▶ none (all that is of the body is deleted)
 *                    └─another version of the notice─▶ outdated, until it is given anew
 *
 * Guarantees: without consent to today's notice nobody is asked for a face; who withdraws while a check waits
 * has a question instead, at once, and loses nothing.
 */
import type { FaceStanding } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import type { FaceCheck } from './checks/store.ts';
import { NOTICE } from './notice.ts';
import type { FacePasses } from './pass.ts';
import type { EndedBy, FaceStore } from './store.ts';
import { TEMPLATES_KEPT_MS } from './templates.ts';

/** A page is opened anew more often than that, and a pass is good for its own session only. */
const SELF_PASS_MS = 3_600_000;

interface ConsentDeps {
  readonly store: FaceStore;
  readonly passes: FacePasses;
  /** Tells who asked for a check that it waits no longer. */
  readonly unconsented: (check: FaceCheck) => Promise<void>;
  readonly now: () => number;
}

export interface Consents {
  /** @param session whose page is told */
  standing(session: string, personKey: string): Promise<FaceStanding>;
  /** Throws `faceNotice` when that version is not today's. */
  give(session: string, personKey: string, notice: string): Promise<FaceStanding>;
  end(personKey: string, by: EndedBy): Promise<void>;
}

export function createConsents({ store, passes, unconsented, now }: ConsentDeps): Consents {
  async function standing(session: string, personKey: string): Promise<FaceStanding> {
    const consent = (await store.consent(personKey)) === NOTICE;
    const enrolled = consent && (await store.templates(personKey, now() - TEMPLATES_KEPT_MS)).length > 0;
    return { pass: passes.sign(session, 'self', now() + SELF_PASS_MS), notice: NOTICE, consent, enrolled };
  }

  return {
    standing,
    async give(session, personKey, notice) {
      if (notice !== NOTICE) return fail('faceNotice', { notice: NOTICE });
      await store.giveConsent(personKey, session, notice, now());
      return standing(session, personKey);
    },
    async end(personKey, by) {
      for (const waited of await store.endConsent(personKey, by, now())) await unconsented(waited);
    },
  };
}
