/**
 * The catalogue: who trains where, in what. Guarantees: an enrolment is found only when
 * platform, trainee, class and lesson all belong together, and then it holds everything a
 * session needs to be judged for ever after.
 */
import type { Queryable } from '../db/pool.ts';
import type { Identity } from './identity.ts';
import { selectEnrolment, selectPlatformKey } from './store.ts';

export interface Enrolment {
  readonly personKey: string;
  /** GB/T 2260, six digits. */
  readonly region: string;
  readonly className: string;
  readonly lessonTitle: string;
  readonly lessonMs: number;
  readonly mediaUrl: string;
  readonly policyHash: string;
  /** For the trainee's own page only; everyone else sees it masked. */
  readonly traineeName: string;
}

/** A key with which a platform signs its own tickets. `alg` is pinned here, never read from a ticket. */
export interface PlatformKey {
  readonly alg: 'ES256' | 'RS256';
  readonly publicPem: string;
}

export interface Catalogue {
  /** `null`: unknown or retired. */
  findPlatformKey(platformId: string, kid: string): Promise<PlatformKey | null>;
  /** `null`: they do not belong together, or one does not exist; the caller learns no more than that. */
  findEnrolment(platformId: string, traineeId: string, classId: string, lessonId: string): Promise<Enrolment | null>;
}

export function createCatalogue({ db, identity }: { readonly db: Queryable; readonly identity: Identity }): Catalogue {
  return {
    findPlatformKey: (platformId, kid) => selectPlatformKey(db, platformId, kid),
    findEnrolment: async (platformId, traineeId, classId, lessonId) => {
      const row = await selectEnrolment(db, platformId, traineeId, classId, lessonId);
      if (row === null) return null;
      const { nameSealed, ...rest } = row;
      return { ...rest, traineeName: identity.unseal(nameSealed, 'name') };
    },
  };
}
