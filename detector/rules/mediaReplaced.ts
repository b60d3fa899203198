/**
 * courseBrushing 刷课: the element plays something that is not the lesson: a stream that a page draws, or media of
 * another length than was filed.
 *
 * An advertisement before or between is such media too: its seconds are not the lesson's and are denied, and nobody is
 * accused of one that lasts no longer than advertisements do. What replaced the lesson and is as long is not seen here.
 */
import type { Source } from '../event.ts';
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** A filed length may be off by so much, or by this share of it: rounded, or with an opening that was cut. */
  readonly slackMs: number;
  readonly share: number;
  /** Play of other media in one go that raises an alert: longer than advertisements. */
  readonly alertAfterMs: number;
  /** The same of a stream: no advertisement is one. */
  readonly streamAfterMs: number;
  /** Play of a media source that does not say how long it is, after which that is odd: a lesson is no broadcast. */
  readonly endlessMs: number;
}

interface Memory {
  /** What played at the end of the last beat was not the lesson. */
  readonly other: boolean;
  /** Play of other media in one go, so far. */
  readonly ms: number;
  /** Play without a known length, so far. */
  readonly endlessMs: number;
}

export const mediaReplaced: Rule<'mediaReplaced', Memory, Thresholds> = {
  name: 'mediaReplaced',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['slackMs', 'share', 'alertAfterMs', 'streamAfterMs', 'endlessMs'],
  first: { other: false, ms: 0, endlessMs: 0 },
  judge(own, { claim, session, thresholds }) {
    const source = claim?.beat.source;
    if (claim === null || source === undefined) return { own };
    const { played } = claim;
    const [kind, durationMs, changes] = source;
    // Not told yet, just after it began to load: as before, if it is still the same.
    const other = isOther(source, session.lessonMs, thresholds) ?? (changes === 0 && own.other);
    const endless = kind === 'blob' && durationMs < 0;
    const endlessMs = endless ? Math.min(thresholds.endlessMs, own.endlessMs + played) : 0;
    const odd = endless && endlessMs >= thresholds.endlessMs;
    const suspect = other || (changes > 0 && own.other);
    // Of a pause nothing is known but what stands there.
    const ms = suspect ? own.ms + played : played > 0 ? 0 : own.ms;
    const same = other === own.other && ms === own.ms && endlessMs === own.endlessMs;
    const kept = same ? own : { other, ms, endlessMs };
    if (!suspect || played === 0) return odd ? { own: kept, finding: { weak: 1 } } : { own: kept };
    const isStream = kind === 'stream';
    const afterMs = isStream ? thresholds.streamAfterMs : thresholds.alertAfterMs;
    const facts = { source: kind, replacedMs: ms, mediaMs: durationMs, lessonMs: session.lessonMs };
    return {
      own: kept,
      finding: {
        refuse: 'courseBrushing.mediaReplaced',
        ...(ms >= afterMs ? { alert: { facts, ...(isStream ? { severity: 'high' } : {}) } } : {}),
      },
    };
  },
};

/** Null: its length is not known. */
function isOther(
  [kind, durationMs]: Source,
  lessonMs: number,
  { slackMs, share }: Pick<Thresholds, 'slackMs' | 'share'>,
): boolean | null {
  if (kind === 'stream') return true;
  if (kind === 'none' || durationMs < 0) return null;
  return Math.abs(durationMs - lessonMs) > Math.max(slackMs, share * lessonMs);
}
