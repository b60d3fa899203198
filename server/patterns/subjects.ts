/** How a finding names whom it is about: a person by the newest session, a class by itself. Pure. */
import type { Finding } from './pattern.ts';

/** Who has a session, and where it belongs. */
export interface Whereabouts {
  readonly personKey: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly platformId: string;
  readonly region: string;
}

type About = Pick<Finding, 'subject' | 'region' | 'traineeId' | 'classId' | 'platformId'>;

export function ofPerson(whereabouts: Whereabouts): About {
  const { personKey, traineeId, classId, platformId, region } = whereabouts;
  return { subject: { kind: 'person', id: personKey }, traineeId, classId, platformId, region };
}

export function ofClass({ classId, platformId, region }: Omit<Whereabouts, 'personKey' | 'traineeId'>): About {
  return { subject: { kind: 'class', id: classId }, traineeId: null, classId, platformId, region };
}

/** @param regions of its classes: what they have in common is the institution's, by whole levels of GB/T 2260 */
export function ofInstitution(name: string, regions: readonly [lowest: string, highest: string]): About {
  const [lowest, highest] = regions;
  const levels = [6, 4, 2, 0].find((length) => lowest.slice(0, length) === highest.slice(0, length)) ?? 0;
  const none = { traineeId: null, classId: null, platformId: null };
  return { subject: { kind: 'institution', id: name }, region: lowest.slice(0, levels), ...none };
}
