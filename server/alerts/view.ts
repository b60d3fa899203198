/** From an alert as it is stored to what is shown. Pure. */
import { isoOf } from '../auth/fields.ts';
import type { AlertView, SubjectKind } from './alert.ts';
import { kindOfCode, wordsOfCode, wordsOfRule } from './catalogue.ts';

export interface Bare
  extends Omit<AlertView, 'codeWords' | 'kind' | 'ruleWords' | 'subject' | 'at' | 'firstAt' | 'lastAt'> {
  readonly subjectKind: SubjectKind;
  readonly subject: string;
  readonly platformName: string | null;
  /** ms since the epoch. */
  readonly at: number;
  readonly lastAt: number;
}

export function viewOf({ subjectKind, subject, platformName, ...alert }: Bare): AlertView {
  const className = alert.className ?? alert.classId;
  const at = isoOf(alert.at);
  return {
    ...alert,
    codeWords: wordsOfCode(alert.code),
    kind: kindOfCode(alert.code),
    ruleWords: wordsOfRule(alert.rule),
    className,
    subject: subjectView(subjectKind, subject, { ...alert, className, platformName }),
    at,
    firstAt: at,
    lastAt: isoOf(alert.lastAt),
  };
}

/** A person is shown as a trainee, never by the person key. */
function subjectView(
  kind: SubjectKind,
  subject: string,
  known: Pick<Bare, 'traineeId' | 'traineeName' | 'className' | 'platformName'>,
): AlertView['subject'] {
  switch (kind) {
    case 'person':
      return { kind, id: known.traineeId, name: known.traineeName };
    case 'class':
      return { kind, id: subject, name: known.className };
    case 'institution':
      return { kind, id: subject, name: subject };
    case 'platform':
      return { kind, id: subject, name: known.platformName };
    default:
      return kind satisfies never;
  }
}
