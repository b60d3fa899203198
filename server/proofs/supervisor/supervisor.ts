/**
 * A supervisor's word: somebody who sees the trainee says so. Nobody is asked for it; it is a
 * fact about the person, and no session makes it.
 * Guarantees: given by a monitor, about a trainee of a class within the monitor's bounds; the
 * proof's name, which is evidence, says by whom.
 */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../../auth/principal.ts';
import { fail } from '../../errors.ts';
import type { Committed, Judge } from '../../judge/contract.ts';
import type { Provider } from '../provider.ts';
import type { SupervisorStore } from './store.ts';

interface SupervisorDeps {
  readonly store: SupervisorStore;
  readonly judge: Pick<Judge, 'submit'>;
}

export interface Supervisor extends Provider<'supervisor'> {
  /** Throws `forbidden` for whoever is no monitor, `notFound` for a trainee out of bounds. */
  give(principal: Principal, traineeId: string, outcome: 'passed' | 'failed'): Promise<Committed>;
}

export function createSupervisor({ store, judge }: SupervisorDeps): Supervisor {
  return {
    kind: 'supervisor',
    asking: null,
    async give(principal, traineeId, outcome) {
      if (principal.kind !== 'person' || principal.role !== 'monitor') return fail('forbidden');
      const personKey = (await store.personKey(principal, traineeId)) ?? fail('notFound');
      const id = `${principal.personId}.${randomBytes(16).toString('base64url')}`;
      return judge.submit(personKey, { kind: 'proofGiven', session: null, proof: 'supervisor', id, outcome });
    },
  };
}
