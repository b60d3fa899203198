/** Which words name which value of the server's unions. A value without words does not compile. */
import type { Severity } from '../../detector/index.ts';
import type { AlertView, SubjectKind } from '../../server/alerts/alert.ts';
import type { AlertKind } from '../../server/alerts/catalogue.ts';
import type { AlertStatus, Decision } from '../../server/alerts/status.ts';
import type { PromptView, SpanView } from '../../server/review/view.ts';
import type { Key } from '../words.ts';
import { say } from './language.ts';

export const fateKeys = {
  credited: 'credited',
  held: 'held',
  denied: 'denied',
} as const satisfies Record<SpanView['fate'], Key>;

export const severityKeys: Readonly<Record<Severity, Key>> = {
  high: 'severityHigh',
  medium: 'severityMedium',
  low: 'severityLow',
};

export const statusKeys: Readonly<Record<AlertStatus, Key>> = {
  open: 'statusOpen',
  lead: 'statusLead',
  determined: 'statusDetermined',
  dismissed: 'statusDismissed',
};

export const kindKeys: Readonly<Record<AlertKind, Key>> = {
  behaviour: 'kindBehaviour',
  eligibility: 'kindEligibility',
  institution: 'kindInstitution',
  assessment: 'kindAssessment',
  subsidy: 'kindSubsidy',
  integrity: 'kindIntegrity',
};

const subjectKeys: Readonly<Record<SubjectKind, Key>> = {
  person: 'subjectPerson',
  class: 'subjectClass',
  institution: 'subjectInstitution',
  platform: 'subjectPlatform',
};

export const decisionKeys: Readonly<Record<Decision, Key>> = {
  lead: 'decideLead',
  dismissed: 'decideDismissed',
  confirmed: 'decideConfirmed',
};

const outcomeKeys: Readonly<Record<NonNullable<PromptView['outcome']>, Key>> = {
  taken: 'promptTaken',
  right: 'promptRight',
  wrong: 'promptWrong',
  tooFast: 'promptTooFast',
  expired: 'promptExpired',
  missed: 'promptMissed',
  withdrawn: 'promptWithdrawn',
  superseded: 'promptReplaced',
};

export function outcomeWords({ outcome }: Pick<PromptView, 'outcome'>): string {
  return say(outcome === null ? 'promptWaiting' : outcomeKeys[outcome]);
}

export function traineeWords(of: { readonly traineeId: string; readonly traineeName: string | null }): string {
  return of.traineeName ?? say('unnamed', { id: of.traineeId });
}

/** Whom or what an alert is about. */
export function subjectWords({ subject: { kind, id, name } }: Pick<AlertView, 'subject'>): string {
  if (kind === 'person' && id !== null) return traineeWords({ traineeId: id, traineeName: name });
  return say(subjectKeys[kind], { name: name ?? id ?? '' });
}
