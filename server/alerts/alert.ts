/** The words of this room: an alert as it is raised, and as people and platforms see it. */
import type { Severity } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';
import type { AlertCode, AlertKind, RuleName } from './catalogue.ts';
import type { AlertStatus } from './status.ts';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** What an alert may be about. */
export const subjectKinds = ['person', 'class', 'institution', 'platform'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/**
 * An alert as it goes through the door. Where its suspicion already stands open it joins
 * that row, which keeps its own id and its own first moment.
 */
export interface StoredAlert {
  readonly id: string;
  /** What makes two alerts the same suspicion, e.g. `<personKey>|<session>|backgroundPlayback.hidden`. Never shown. */
  readonly suspicion: string;
  /** How often it was raised from `at` to `lastAt`. */
  readonly count: number;
  readonly code: AlertCode;
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly subjectKind: SubjectKind;
  /** person: the person key; class, platform: its id; institution: its name. */
  readonly subject: string;
  readonly personKey: string | null;
  readonly sessionId: string | null;
  readonly sessions: readonly string[];
  readonly traineeId: string | null;
  readonly classId: string | null;
  /** The platform that may see it; null: people only. */
  readonly platformId: string | null;
  /** 6 digits, or the 4 or 2 above them; '' is the whole country. Who watches less than it does not see it. */
  readonly region: string;
  readonly facts: Facts;
  /** ms since the epoch, first and last time it was raised. */
  readonly at: number;
  readonly lastAt: number;
}

/** An alert as it is shown: the same over HTTP and `/monitor`. */
export interface AlertView {
  readonly id: string;
  readonly code: string;
  readonly codeWords: Words;
  /** Null for an older row whose code no catalogue knows. */
  readonly kind: AlertKind | null;
  readonly rule: string;
  readonly ruleWords: Words;
  readonly severity: Severity;
  /** `id` of a person is the trainee's, where one is known. `name` is masked for a person. */
  readonly subject: { readonly kind: SubjectKind; readonly id: string | null; readonly name: string | null };
  readonly traineeId: string | null;
  /** Masked, e.g. 王**; null for platforms and where no name is known. */
  readonly traineeName: string | null;
  readonly classId: string | null;
  readonly className: string | null;
  readonly sessions: readonly string[];
  readonly facts: Facts;
  /** How often it was raised. */
  readonly count: number;
  /** ISO 8601, UTC, with milliseconds: the first time. The same as `firstAt`. */
  readonly at: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly status: AlertStatus;
}

/** An alert as it now stands, for those who listen. */
export interface Announced {
  readonly suspicion: string;
  readonly alert: AlertView;
  /** Decides who hears of it. */
  readonly region: string;
}
