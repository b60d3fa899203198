/** The words of this room: an alert as stored, and as people and platforms see it. */
import type { Severity } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';
import type { AlertStatus } from './status.ts';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** An alert just committed, as the judge hands it on. */
export type { StoredAlert } from '../judge/contract.ts';

/** An alert as it is shown: the same over HTTP and `/monitor`. */
export interface AlertView {
  readonly id: string;
  readonly code: string;
  readonly codeWords: Words;
  readonly rule: string;
  readonly ruleWords: Words;
  readonly severity: Severity;
  readonly traineeId: string;
  /** Masked, e.g. 王**; null for platforms and where no name is known. */
  readonly traineeName: string | null;
  readonly classId: string;
  readonly className: string;
  readonly sessions: readonly string[];
  readonly facts: Facts;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  readonly status: AlertStatus;
}
