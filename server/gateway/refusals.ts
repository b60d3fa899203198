/**
 * Refusals as evidence. Guarantees: what was refused on a session's own authority reaches the
 * judge, counted without loss while this process remembers the session, and in few entries: the
 * first five of a code one by one, then each time their number has doubled. A million forged
 * beats make about twenty entries, so a flood cannot bury the evidence.
 */
import type { Log } from '../log.ts';
import type { Judge } from './contract.ts';

/** Refusals that speak of whoever holds the session, not of a network or of a full server. */
const evidence: ReadonlySet<string> = new Set(['beatMac', 'beatReplayed', 'beatNonce', 'beatMalformed']);

/** So many are told singly: the policy raises its alert at a handful. */
const SINGLY = 5;
/** Sessions remembered after their page has gone, so that reconnecting does not start the count anew. */
const SESSIONS_MAX = 10_000;

interface Tally {
  count: number;
  told: number;
}

export interface Refusals {
  /** Counts one refusal and, when it is due, submits it. Never throws, never waits. */
  note(session: string, personKey: string, code: string): void;
  /** Submits what has been counted and not told yet; the session is forgotten. */
  flush(session: string, personKey: string): void;
}

export function createRefusals(judge: Pick<Judge, 'submit'>, log: Log): Refusals {
  const sessions = new Map<string, Map<string, Tally>>();

  function tell(session: string, personKey: string, code: string, tally: Tally): void {
    const count = tally.count - tally.told;
    if (count === 0) return;
    tally.told = tally.count;
    judge.submit(personKey, { kind: 'refused', session, code, count }).catch((error: unknown) => {
      // Told again with the next one that is due.
      tally.told -= count;
      log.warn({ session, code, count, err: error }, 'a refusal was not stored');
    });
  }

  return {
    note(session, personKey, code) {
      if (!evidence.has(code)) return;
      const codes = sessions.get(session) ?? new Map<string, Tally>();
      sessions.delete(session);
      sessions.set(session, codes);
      if (sessions.size > SESSIONS_MAX) {
        const oldest = sessions.keys().next();
        if (!oldest.done) sessions.delete(oldest.value);
      }
      const tally = codes.get(code) ?? { count: 0, told: 0 };
      codes.set(code, tally);
      tally.count += 1;
      if (isDue(tally.count)) tell(session, personKey, code, tally);
    },
    flush(session, personKey) {
      for (const [code, tally] of sessions.get(session) ?? []) tell(session, personKey, code, tally);
      sessions.delete(session);
    },
  };
}

/** 1, 2, 3, 4, 5, then 10, 20, 40 … */
function isDue(count: number): boolean {
  if (count <= SINGLY) return true;
  return count % SINGLY === 0 && Number.isInteger(Math.log2(count / SINGLY));
}
