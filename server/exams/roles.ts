/** Who may do what with exams. Throws `forbidden`. */
import type { Principal } from '../auth/principal.ts';
import type { Person } from '../auth/scope.ts';
import { fail } from '../errors.ts';

export const platformOnly = (principal: Principal): string =>
  principal.kind === 'platform' ? principal.platformId : fail('forbidden');
export const personOnly = (principal: Principal): Person =>
  principal.kind === 'person' ? principal : fail('forbidden');
export const reviewerOnly = (principal: Principal): Person => {
  const person = personOnly(principal);
  return person.role === 'reviewer' ? person : fail('forbidden');
};
