/**
 * The gateway's reading of Postgres, and its one table of its own: spent tickets. Guarantees:
 * `spend` says yes to exactly one caller for a ticket, in all processes; the rest is read from
 * what the judge has committed, so it is durable when it is seen.
 */
import type { Totals } from '../../sdk/wire.ts';
import type { Db } from '../db/pool.ts';

export interface SessionRow {
  readonly id: string;
  readonly personKey: string;
  readonly lessonId: string;
  readonly policyHash: string;
  readonly closed: boolean;
}

/** The head of a session's chain, as stored. */
export interface StoredHead {
  readonly seq: number;
  readonly mac: string;
  readonly previousMac: string | null;
  readonly nonce: string | null;
}

export interface GatewayStore {
  /** True for the first caller only. `expiresMs`: when the row may be forgotten. */
  spend(platformId: string, jti: string, expiresMs: number): Promise<boolean>;
  /** For a ticket whose session could not be stored: it may be used again. */
  unspend(platformId: string, jti: string): Promise<void>;
  /** Forgets tickets that have expired; they are refused for that. */
  sweepTickets(nowMs: number): Promise<number>;
  session(id: string): Promise<SessionRow | null>;
  /** `null`: no beat of this session is stored. */
  head(session: string): Promise<StoredHead | null>;
  /** The MAC stored for this beat and the one before it; `null`: no such beat. */
  macs(session: string, seq: number): Promise<{ readonly mac: string; readonly previousMac: string } | null>;
  /** What the lesson has come to for this person, all sessions together. */
  totals(personKey: string, lessonId: string): Promise<Totals>;
}

export function createGatewayStore(db: Db): GatewayStore {
  return {
    async spend(platformId, jti, expiresMs) {
      const spent = await db.query(
        'insert into spent_tickets (platform_id, jti, expires_ms) values ($1, $2, $3) on conflict do nothing',
        [platformId, jti, expiresMs],
      );
      return spent.rowCount === 1;
    },

    async unspend(platformId, jti) {
      await db.query('delete from spent_tickets where platform_id = $1 and jti = $2', [platformId, jti]);
    },

    async sweepTickets(nowMs) {
      const swept = await db.query('delete from spent_tickets where expires_ms < $1', [nowMs]);
      return swept.rowCount ?? 0;
    },

    async session(id) {
      const found = await db.query<{
        person_key: string;
        lesson_id: string;
        policy_hash: string;
        closed_ms: number | null;
      }>('select person_key, lesson_id, policy_hash, closed_ms from sessions where id = $1', [id]);
      const row = found.rows[0];
      if (row === undefined) return null;
      return {
        id,
        personKey: row.person_key,
        lessonId: row.lesson_id,
        policyHash: row.policy_hash,
        closed: row.closed_ms !== null,
      };
    },

    async head(session) {
      const found = await db.query<{ seq: number; mac: string; line: string }>(
        `select seq, mac, line from events
          where session_id = $1 and seq is not null order by seq desc limit 2`,
        [session],
      );
      const [last, before] = found.rows;
      if (last === undefined) return null;
      return {
        seq: last.seq,
        mac: last.mac,
        previousMac: before?.seq === last.seq - 1 ? before.mac : last.seq === 1 ? session : null,
        nonce: nonceOf(last.line),
      };
    },

    async macs(session, seq) {
      const found = await db.query<{ seq: number; mac: string }>(
        'select seq, mac from events where session_id = $1 and seq in ($2::int - 1, $2::int) order by seq desc',
        [session, seq],
      );
      const [at, before] = found.rows;
      if (at?.seq !== seq) return null;
      const previousMac = seq === 1 ? session : before?.mac;
      return previousMac === undefined ? null : { mac: at.mac, previousMac };
    },

    async totals(personKey, lessonId) {
      const found = await db.query<{ fate: 'credited' | 'held' | 'denied'; ms: number }>(
        `select spans.fate, sum(spans.ms)::bigint as ms
           from spans join sessions on sessions.id = spans.session_id
          where spans.person_key = $1 and sessions.lesson_id = $2
          group by spans.fate`,
        [personKey, lessonId],
      );
      const of = (fate: string) => found.rows.find((row) => row.fate === fate)?.ms ?? 0;
      return { creditedMs: of('credited'), heldMs: of('held'), deniedMs: of('denied') };
    },
  };
}

/** The nonce of the beat in an event's line. */
function nonceOf(line: string): string | null {
  const event = JSON.parse(line) as { readonly beat?: { readonly nonce?: unknown } };
  return typeof event.beat?.nonce === 'string' ? event.beat.nonce : null;
}
