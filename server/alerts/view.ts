/** From an alert's facts to what is shown. Pure. */
import { isoOf } from '../auth/fields.ts';
import type { AlertView, StoredAlert } from './alert.ts';
import { wordsOfCode, wordsOfRule } from './catalogue.ts';

type Bare = Omit<AlertView, 'codeWords' | 'ruleWords' | 'className' | 'at'> & {
  readonly className: string | null;
  /** ms since the epoch. */
  readonly at: number;
};

export function viewOf(alert: Bare): AlertView {
  return {
    ...alert,
    codeWords: wordsOfCode(alert.code),
    ruleWords: wordsOfRule(alert.rule),
    className: alert.className ?? alert.classId,
    at: isoOf(alert.at),
  };
}

/** A stored alert without what only the database knows: the trainee's and the class's name. */
export function unnamedView({
  personKey: _,
  sessionId: __,
  platformId: ___,
  region: ____,
  ...alert
}: StoredAlert): AlertView {
  return viewOf({ ...alert, traineeName: null, className: null });
}
