/**
 * The one door through which alerts are raised.
 *
 * Guarantees: what is the same suspicion joins the alert that stands open, by however many
 * processes at once; once a person has decided, a new one starts. The judge embeds the door's
 * statement in its commit (`door`); a job over stored evidence calls `raise`.
 */
import { randomUUID } from 'node:crypto';
import type { Queryable } from '../db/pool.ts';
import type { Inserts } from '../judge/contract.ts';
import type { StoredAlert, SubjectKind } from './alert.ts';
import type { AlertCode, RuleName } from './catalogue.ts';
import { gather } from './gather.ts';
import { insertAlerts, writeAlerts } from './store.ts';

/** What the judge embeds in its commit. */
export const door: Inserts['alerts'] = { gather, insert: insertAlerts };

/** What a job suspects. Without trainee, class or platform where it is about none. */
export interface Suspected
  extends Pick<StoredAlert, 'severity' | 'region' | 'facts' | 'at'>,
    Partial<Pick<StoredAlert, 'sessions' | 'traineeId' | 'classId' | 'platformId'>> {
  readonly code: AlertCode;
  readonly rule: RuleName;
  /** person: the person key; class, platform: its id; institution: its name. */
  readonly subject: { readonly kind: SubjectKind; readonly id: string };
}

/** The alert that a suspicion comes to: the same subject and rule are the same suspicion. */
export function suspect({ code, rule, subject, ...of }: Suspected): StoredAlert {
  return {
    id: randomUUID(),
    suspicion: `${subject.kind}|${subject.id}|${code}.${rule}`,
    count: 1,
    code,
    rule,
    severity: of.severity,
    subjectKind: subject.kind,
    subject: subject.id,
    personKey: subject.kind === 'person' ? subject.id : null,
    sessionId: null,
    sessions: of.sessions ?? [],
    traineeId: of.traineeId ?? null,
    classId: subject.kind === 'class' ? subject.id : (of.classId ?? null),
    platformId: of.platformId ?? null,
    region: of.region,
    facts: of.facts,
    at: of.at,
    lastAt: of.at,
  };
}

/** Raises them in one statement; each has an id of its own, never raised before. Returns one alert for each suspicion, for the fan-out. */
export async function raise(q: Queryable, alerts: readonly StoredAlert[]): Promise<readonly StoredAlert[]> {
  const gathered = gather(alerts);
  if (gathered.length > 0) await writeAlerts(q, gathered);
  return gathered;
}
