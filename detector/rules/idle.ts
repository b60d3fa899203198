/**
 * idleAttendance 挂课, the part that input shows: activity that only a script produces.
 * (Missed prompts and lapsed brackets are told where presence is judged.)
 */
import type { BeatArrived } from '../event.ts';
import type { Session } from '../state.ts';
import { patchSession, raise, type Work } from '../work.ts';

/** Assistive software sends a few synthetic events; a fake mouse sends them steadily and nothing else. */
const SYNTHETIC_EVENTS = 5;
const SYNTHETIC_BEATS = 3;
const LONG_ENOUGH_MS = 2_000;

export function judgeInput(work: Work, event: BeatArrived, session: Session): void {
  const [pointer, key, scroll, synthetic] = event.beat.input;
  // Too short to say anything; a beat's cause is the page's own word and says nothing at all.
  if (event.beat.span[1] - event.beat.span[0] < LONG_ENOUGH_MS) return;
  const scripted = synthetic >= SYNTHETIC_EVENTS && pointer + key + scroll === 0;
  const beats = scripted ? session.syntheticBeats + 1 : 0;
  patchSession(work, session.id, { syntheticBeats: beats });
  if (beats >= SYNTHETIC_BEATS) {
    raise(work, 'idleAttendance', 'syntheticInput', 'medium', session, { beats, events: synthetic });
  }
}
