/**
 * The catalogue: who trains where, in what. Guarantees: an enrolment is found only when
 * platform, trainee, class and lesson all belong together, and then it holds everything a
 * session needs to be judged for ever after.
 */
import type { Queryable } from '../db/pool.ts';
import type { FindEnrolment, FindPlatformKey } from './entries.ts';
import type { Identity } from './identity.ts';
import { selectEnrolment, selectPlatformKey } from './store.ts';

export interface Catalogue {
  readonly findPlatformKey: FindPlatformKey;
  readonly findEnrolment: FindEnrolment;
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
