/**
 * Enrolment: from a burst of frames to sealed templates. Guarantees: consent to today's notice comes first, and
 * still stands when they are stored; no picture is kept; who is enrolled already enrols anew only as the same
 * person, like each enrolment that is kept: in small steps, by pictures made of two faces, one would become another;
 * what this machine could not look at is nobody's fault and may be sent again; one burst of a person at a time.
 */
import { randomBytes } from 'node:crypto';
import type { FaceEnrolled } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import { adviceOf } from './advice.ts';
import { defaultEnrolPolicy, enrol } from './enrol.ts';
import type { Burst } from './frames.ts';
import { toTemplates } from './judge.ts';
import { median } from './linear.ts';
import { NOTICE } from './notice.ts';
import { defaultFacePolicy } from './policy.ts';
import type { FacePool } from './pool.ts';
import type { FaceStore } from './store.ts';
import type { Templates } from './templates.ts';
import type { Vault } from './vault.ts';

interface EnrolmentDeps {
  readonly store: FaceStore;
  readonly pool: Pick<FacePool, 'look'>;
  readonly vault: Vault;
  readonly templates: Pick<Templates, 'enrolments'>;
  readonly now: () => number;
}

/** Throws `faceConsent`, `faceFrames`, `faceBusy`, `faceOther`. */
export type Enrol = (personKey: string, burst: Burst) => Promise<FaceEnrolled>;

export function createEnrolment({ store, pool, vault, templates, now }: EnrolmentDeps): Enrol {
  /** Who is looked at here now: nobody takes the places of a full room's checks. */
  const enrolling = new Set<string>();

  async function enrolled(personKey: string, burst: Burst): Promise<FaceEnrolled> {
    if ((await store.consent(personKey)) !== NOTICE) return fail('faceConsent');
    const looked = await pool.look(burst.frames);
    if (looked.kind === 'refused') return fail('faceFrames', { refusal: looked.refusal });
    if (looked.kind !== 'seen') return fail('faceBusy');
    const enrolment = enrol(defaultEnrolPolicy, looked.frames);
    if (enrolment.kind === 'again') return { enrolled: false, advice: adviceOf(enrolment.advice) };
    for (const before of await templates.enrolments(personKey, looked.model)) {
      const apart = enrolment.templates.map(({ descriptor }) => toTemplates(descriptor, before));
      if (median(apart) > defaultFacePolicy.passDistance) return fail('faceOther');
    }
    const seal = (await vault.toSeal(personKey)) ?? fail('faceConsent');
    const made = enrolment.templates.map((template) => ({
      id: randomBytes(16).toString('base64url'),
      model: looked.model,
      ...seal.sealFace('template', template),
    }));
    if (!(await store.enrol(personKey, made, now()))) return fail('faceConsent');
    return { enrolled: true, advice: [] };
  }

  return async (personKey, burst) => {
    if (enrolling.has(personKey)) return fail('faceBusy');
    enrolling.add(personKey);
    try {
      return await enrolled(personKey, burst);
    } finally {
      enrolling.delete(personKey);
    }
  };
}
