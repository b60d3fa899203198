/**
 * The lease: one session of a person earns at a time. Playing takes it, opening does not.
 *
 * A session that has lost it never takes it again: its page was told, and opens a new one.
 */
import type { Session } from './state.ts';
import { holderOf, notice, patchSession, type Work } from './work.ts';

/**
 * A session that plays and may, takes the lease, from when it began to play (`playedFrom`, server
 * time) or, if that is later, from where the older one's time ends. Whoever held it is marked and
 * told. Returns the session as it now is.
 */
export function takeLease(work: Work, taker: Session, playedFrom: number): Session {
  const older = holderOf(work);
  if (taker.lost !== null || older?.id === taker.id) return taker;
  const free = older === undefined ? work.state.freeFrom : older.cursor;
  const startAt = Math.min(work.at, Math.max(taker.openedAt, free, playedFrom));
  work.state.holder = taker.id;
  if (older !== undefined) {
    const code = older.device === taker.device ? 'multiPagePlayback' : 'concurrentLogin';
    patchSession(work, older.id, { lost: { at: startAt, by: taker.id, code } });
    notice(work, older.id, 'takenOver', `${code}.leaseLost`, 0);
  }
  return patchSession(work, taker.id, { startAt, cursor: Math.max(taker.cursor, startAt) }) ?? taker;
}

/** A session ends. Its tenure, if it still ran, ends where its last second was placed. */
export function leaveLease(work: Work, session: Session): void {
  if (work.state.holder !== session.id) return;
  work.state.holder = null;
  work.state.freeFrom = Math.max(work.state.freeFrom, session.cursor);
}
