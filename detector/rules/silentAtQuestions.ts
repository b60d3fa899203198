/**
 * idleAttendance 挂课: the page falls silent when a question comes, and speaks again when its time is over.
 *
 * A page whose lesson is paused goes on beating, also in front of nobody. Sleep and a lost line are silent, and
 * come when they come: not with one question after another.
 */
import type { Judged, Rule } from '../rule.ts';

interface Thresholds {
  /** Questions in a row met by silence, with no answer between: a weak sign, and an alert. */
  readonly weakSilences: number;
  readonly alertSilences: number;
}

interface Memory {
  /** When a question was asked that is not settled, and when its time is over; 0: none. */
  readonly askedAt: number;
  readonly deadlineAt: number;
  readonly silences: number;
}

const first: Memory = { askedAt: 0, deadlineAt: 0, silences: 0 };

export const silentAtQuestions: Rule<'silentAtQuestions', Memory, Thresholds> = {
  name: 'silentAtQuestions',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['weakSilences', 'alertSilences'],
  first,
  judge(own, { at, event, claim, news, session, beat: { maxIntervalMs }, toleranceMs, thresholds }) {
    if (event.kind === 'proofIssued') {
      return standing({ askedAt: at, deadlineAt: event.deadlineAt, silences: own.silences }, thresholds);
    }
    if (news.given !== null) return { own: first };
    if (claim === null || own.askedAt === 0) return standing(own, thresholds);
    const silentMs = at - Math.max(session.lastAt, own.askedAt);
    const settled = { askedAt: 0, deadlineAt: 0, silences: own.silences };
    if (silentMs <= 2 * maxIntervalMs + toleranceMs) {
      return standing(at > own.deadlineAt ? settled : own, thresholds);
    }
    const silences = own.silences + 1;
    if (silences < thresholds.alertSilences) return standing({ ...settled, silences }, thresholds);
    const facts = { silences, silentMs };
    return { own: { ...settled, silences }, finding: { weak: 2, alert: { facts } } };
  },
};

function standing(own: Memory, { weakSilences }: Thresholds): Judged<Memory> {
  return own.silences >= weakSilences ? { own, finding: { weak: 2 } } : { own };
}
