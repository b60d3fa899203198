/**
 * Enrolment: from a burst of frames to sealed templates. Guarantees: consent to today's notice comes first, and
 * still stands when they are stored; no picture is kept; who is enrolled already enrols anew only as the same
 * person; what this machine could not look at is nobody's fault and may be sent again.
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
import type { TemplatesOf } from './templates.ts';
import type { Vault } from './vault.ts';

interface EnrolmentDeps {
  readonly store: FaceStore;
  readonly pool: Pick<FacePool, 'look'>;
  readonly vault: Vault;
  readonly templatesOf: TemplatesOf;
  readonly now: () => number;
}

/** Throws `faceConsent`, `faceFrames`, `faceBusy`, `faceOther`. */
export type Enrol = (personKey: string, burst: Burst) => Promise<FaceEnrolled>;

export function createEnrolment({ store, pool, vault, templatesOf, now }: EnrolmentDeps): Enrol {
  return async (personKey, burst) => {
    if ((await store.consent(personKey)) !== NOTICE) return fail('faceConsent');
    const looked = await pool.look(burst.frames);
    if (looked.kind === 'refused') return fail('faceFrames', { refusal: looked.refusal });
    if (looked.kind !== 'seen') return fail('faceBusy');
    const enrolment = enrol(defaultEnrolPolicy, looked.frames);
    if (enrolment.kind === 'again') return { enrolled: false, advice: adviceOf(enrolment.advice) };
    const before = await templatesOf(personKey, looked.model);
    const apart = enrolment.templates.map(({ descriptor }) => toTemplates(descriptor, before));
    if (before.length > 0 && median(apart) > defaultFacePolicy.passDistance) return fail('faceOther');
    const seal = (await vault.toSeal(personKey)) ?? fail('faceConsent');
    const templates = enrolment.templates.map((template) => ({
      id: randomBytes(16).toString('base64url'),
      model: looked.model,
      ...seal.sealFace('template', template),
    }));
    if (!(await store.enrol(personKey, templates, now()))) return fail('faceConsent');
    return { enrolled: true, advice: [] };
  };
}
