/**
 * concurrentLogin 同一账号同时多端口登录 · multiPagePlayback 多页面播放.
 *
 * The newest session takes the lease; the older one is told. A handover is legal (phone →
 * PC after leaving), so the alert waits for proof of overlap: the older session, after the
 * takeover, authentically says that it still plays.
 */
import type { BeatArrived } from '../event.ts';
import type { Session } from '../state.ts';
import { notice, patchSession, raise, type Work } from '../work.ts';

/** The new session takes the lease; whoever held it is marked and told. */
export function takeLease(work: Work, taker: Session): void {
  const older = work.state.holder === null ? undefined : work.state.sessions[work.state.holder];
  work.state.holder = taker.id;
  if (older === undefined || older.id === taker.id) return;
  const code = older.device === taker.device ? 'multiPagePlayback' : 'concurrentLogin';
  patchSession(work, older.id, { lost: { at: work.at, by: taker.id, code } });
  notice(work, older.id, 'takenOver', `${code}.leaseLost`, 0);
}

/** A lost session that still plays proves the overlap. */
export function judgeOverlap(work: Work, event: BeatArrived, session: Session): void {
  const { lost } = session;
  if (lost === null || event.beat.cause === 'closing') return;
  const played = event.beat.runs.length > 0;
  const playsNow = event.beat.player[0] === 'playing';
  // A queued beat may have been made before the takeover: its own clock tells.
  const madeAt = session.openedAt + event.beat.span[1];
  const after = event.queued ? madeAt > lost.at + work.policy.clock.toleranceMs : true;
  if (!after || !(playsNow || played)) return;
  const rule = lost.code === 'concurrentLogin' ? 'secondDevice' : 'secondPage';
  raise(work, lost.code, rule, 'high', session, { takenOverAt: lost.at }, [session.id, lost.by]);
}
