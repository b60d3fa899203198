/**
 * Faces in Postgres. Guarantees: a check is concluded once, whoever tries at the same time in whatever
 * process, and what was seen in it is stored with that conclusion or not at all; at most one check waits for a
 * person; nothing of a body is stored of somebody whose consent does not stand, and the end of a consent
 * deletes all of it in the same transaction.
 */
import type { PoolClient } from 'pg';
import { type Db, transaction } from '../../db/pool.ts';
import type { ProofAsked } from '../../judge/contract.ts';
import type { Ended } from '../provider.ts';
import type { Challenge } from './challenge.ts';
import type { FaceOutcome, FaceReason } from './judge.ts';
import type { SealedBytes } from './vault.ts';
import type { Veiled } from './veil.ts';

export type CheckOutcome =
  | FaceOutcome
  | 'refused'
  | 'busy'
  | 'engineDied'
  | 'declined'
  | 'noCamera'
  | 'unconsented'
  | 'expired';

/** What the detector asked for, whoever's page it is asked through. */
export type AskedFor = Pick<ProofAsked, 'lesson' | 'hard' | 'policies'>;

export interface FaceCheck {
  readonly id: string;
  readonly personKey: string;
  readonly session: string;
  readonly asked: AskedFor;
  /** Checks of the same asking before this one. */
  readonly tries: number;
  readonly challenge: Challenge;
  readonly issuedAt: number;
  /** The last moment for the frames to come. */
  readonly deadlineAt: number;
  /** So much longer they may be looked at. */
  readonly lateMs: number;
}

export interface StoredTemplate {
  readonly sealed: Buffer;
  readonly model: string;
  readonly madeAt: number;
}

export interface NewTemplate extends SealedBytes {
  readonly id: string;
  readonly model: string;
}

export interface NewProbe extends SealedBytes {
  readonly frame: number;
  readonly veiled: Veiled;
}

export interface NewFrame extends SealedBytes {
  readonly frame: number;
}

export interface Concluded {
  readonly outcome: CheckOutcome;
  readonly reasons: readonly FaceReason[];
  readonly distance: number | null;
  readonly atMs: number;
  readonly probes: readonly NewProbe[];
  /** Kept until then; empty: the pictures are not kept. */
  readonly frames: readonly NewFrame[];
  readonly keptUntilMs: number;
}

export interface NearProbe {
  readonly checkId: string;
  readonly personKey: string;
  readonly sealed: Buffer;
}

export interface FaceSession {
  readonly personKey: string;
  readonly policyHash: string;
  readonly closedAt: number | null;
  /** Its page can show a check. */
  readonly shows: boolean;
}

/** How a consent ended. */
export type EndedBy = 'withdrawn' | 'erased';

export type FaceStore = ReturnType<typeof createFaceStore>;

interface CheckRow {
  readonly id: string;
  readonly person_key: string;
  readonly session_id: string;
  readonly asked: AskedFor;
  readonly tries: number;
  readonly challenge: Challenge;
  readonly issued_ms: number;
  readonly deadline_ms: number;
  readonly late_ms: number;
}

const columns = 'id, person_key, session_id, asked, tries, challenge, issued_ms, deadline_ms, late_ms';
/** A copied picture differs in no more bits (judging looks again, more closely); so many are looked at of each frame. */
const NEAR_BITS = 12;
const NEAR_MOST = 20;

export function createFaceStore(db: Db) {
  return {
    /** `null`: unknown. */
    async session(id: string): Promise<FaceSession | null> {
      const { rows } = await db.query<{ person: string; policy: string; closed: number | null; shows: boolean }>(
        `select person_key as person, policy_hash as policy, closed_ms as closed,
                exists (select 1 from face_pages where session_id = $1) as shows
           from sessions where id = $1`,
        [id],
      );
      const row = rows[0];
      if (row === undefined) return null;
      return { personKey: row.person, policyHash: row.policy, closedAt: row.closed, shows: row.shows };
    },

    async announce(session: string): Promise<void> {
      await db.query('insert into face_pages (session_id) values ($1) on conflict do nothing', [session]);
    },

    /** The version of the notice that this person's standing consent is to; `null`: none stands. */
    async consent(personKey: string): Promise<string | null> {
      const { rows } = await db.query<{ notice: string }>(
        'select notice from face_consents where person_key = $1 and ended_ms is null',
        [personKey],
      );
      return rows[0]?.notice ?? null;
    },

    /** The same again changes nothing; consent to another version takes the older one's place. */
    async giveConsent(personKey: string, session: string, notice: string, atMs: number): Promise<void> {
      await transaction(db, async (q) => {
        await alone(q, personKey);
        await q.query(
          `update face_consents set ended_ms = $3, ended_by = 'replaced'
            where person_key = $1 and notice <> $2 and ended_ms is null`,
          [personKey, notice, atMs],
        );
        await q.query(
          `insert into face_consents (person_key, notice, session_id, given_ms)
           select $1, $2, $3, greatest($4, 1 + coalesce(max(given_ms), 0)) from face_consents where person_key = $1
           on conflict do nothing`,
          [personKey, notice, session, atMs],
        );
      });
    },

    /** Ends the consent, if one stands, and deletes all that is of the person's body. Returns the check that waited. */
    endConsent(personKey: string, by: EndedBy, atMs: number): Promise<FaceCheck | null> {
      return transaction(db, async (q) => {
        await alone(q, personKey);
        await q.query(
          'update face_consents set ended_ms = $2, ended_by = $3 where person_key = $1 and ended_ms is null',
          [personKey, atMs, by],
        );
        await q.query('delete from face_templates where person_key = $1', [personKey]);
        await q.query('delete from face_probes where check_id in (select id from face_checks where person_key = $1)', [
          personKey,
        ]);
        await q.query('delete from face_frames where check_id in (select id from face_checks where person_key = $1)', [
          personKey,
        ]);
        const ended = await q.query<CheckRow>(
          `update face_checks set outcome = 'unconsented', ended_ms = $2
            where person_key = $1 and outcome is null returning ${columns}`,
          [personKey, atMs],
        );
        return ended.rows[0] === undefined ? null : checkOf(ended.rows[0]);
      });
    },

    /** Those in use. */
    async templates(personKey: string, sinceMs: number): Promise<readonly StoredTemplate[]> {
      const { rows } = await db.query<{ sealed: Buffer; model: string; made: number }>(
        `select sealed, model, made_ms as made from face_templates
          where person_key = $1 and retired_ms is null and made_ms >= $2 order by id`,
        [personKey, sinceMs],
      );
      return rows.map(({ sealed, model, made }) => ({ sealed, model, madeAt: made }));
    },

    /** These take the place of those before. False: no consent stands, and nothing was stored. */
    enrol(personKey: string, templates: readonly NewTemplate[], atMs: number): Promise<boolean> {
      return transaction(db, async (q) => {
        if (!(await consented(q, personKey))) return false;
        await q.query('update face_templates set retired_ms = $2 where person_key = $1 and retired_ms is null', [
          personKey,
          atMs,
        ]);
        for (const { id, sealed, keyId, model } of templates) {
          await q.query(
            'insert into face_templates (id, person_key, sealed, key_id, model, made_ms) values ($1, $2, $3, $4, $5, $6)',
            [id, personKey, sealed, keyId, model, atMs],
          );
        }
        return true;
      });
    },

    /** Whether checks came to nothing for this person since then: by choice, for want of a camera, or after all tries. */
    async turnedAway(personKey: string, sinceMs: number, triesMax: number): Promise<boolean> {
      const { rowCount } = await db.query(
        `select 1 from face_checks where person_key = $1 and issued_ms >= $2
            and (outcome in ('declined', 'noCamera')
                 or (tries >= $3 and outcome in ('unsure', 'refused', 'busy', 'engineDied'))) limit 1`,
        [personKey, sinceMs, triesMax],
      );
      return rowCount === 1;
    },

    /** Stores a check; one that still waits for the person ends in the same transaction. */
    async issue(check: FaceCheck): Promise<void> {
      await transaction(db, async (q) => {
        await alone(q, check.personKey);
        await q.query(
          `update face_checks set outcome = case when deadline_ms + late_ms < $2 then 'missed' else 'superseded' end,
                  ended_ms = $2 where person_key = $1 and outcome is null`,
          [check.personKey, check.issuedAt],
        );
        await q.query(`insert into face_checks (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
          ...[check.id, check.personKey, check.session, JSON.stringify(check.asked), check.tries],
          ...[JSON.stringify(check.challenge), check.issuedAt, check.deadlineAt, check.lateMs],
        ]);
      });
    },

    /** Forgets a check that nobody was asked. */
    async takeBack(id: string): Promise<void> {
      await db.query('delete from face_checks where id = $1 and outcome is null', [id]);
    },

    async pending(personKey: string): Promise<FaceCheck | null> {
      const { rows } = await db.query<CheckRow>(
        `select ${columns} from face_checks where person_key = $1 and outcome is null`,
        [personKey],
      );
      return rows[0] === undefined ? null : checkOf(rows[0]);
    },

    /** The check of this name, if it is this person's and waits. */
    async open(id: string, personKey: string): Promise<FaceCheck | null> {
      const { rows } = await db.query<CheckRow>(
        `select ${columns} from face_checks where id = $1 and person_key = $2 and outcome is null`,
        [id, personKey],
      );
      return rows[0] === undefined ? null : checkOf(rows[0]);
    },

    /** True for the caller that concluded it. Without a consent that stands nothing of a body is stored. */
    conclude({ id, personKey }: FaceCheck, how: Concluded): Promise<boolean> {
      return transaction(db, async (q) => {
        const keep = await consented(q, personKey);
        const ended = await q.query(
          `update face_checks set outcome = $2, reasons = $3, distance = $4, ended_ms = $5
            where id = $1 and outcome is null`,
          [id, how.outcome, JSON.stringify(how.reasons), how.distance, how.atMs],
        );
        if (ended.rowCount !== 1) return false;
        if (!keep) return true;
        for (const { frame, sealed, keyId, veiled } of how.probes) {
          await q.query(
            `insert into face_probes (check_id, frame, sealed, key_id, veiled, bands, made_ms)
             values ($1, $2, $3, $4, $5::bit(256), $6, $7)`,
            [id, frame, sealed, keyId, veiled.bits, veiled.bands, how.atMs],
          );
        }
        for (const { frame, sealed, keyId } of how.frames) {
          await q.query(
            'insert into face_frames (check_id, frame, sealed, key_id, kept_until_ms) values ($1, $2, $3, $4, $5)',
            [id, frame, sealed, keyId, how.keptUntilMs],
          );
        }
        return true;
      });
    },

    /** Takes a conclusion back whose judgement could not be stored, with what was seen. */
    async reopen(id: string): Promise<void> {
      await transaction(db, async (q) => {
        await q.query('delete from face_probes where check_id = $1', [id]);
        await q.query('delete from face_frames where check_id = $1', [id]);
        await q.query(
          `update face_checks set outcome = null, reasons = null, distance = null, ended_ms = null
            where id = $1 and not exists (
              select 1 from face_checks later
               where later.person_key = face_checks.person_key and later.issued_ms > face_checks.issued_ms)`,
          [id],
        );
      });
    },

    /** Ends what waited, past its deadline, for the person of this session. */
    async end(session: string, how: Ended, nowMs: number): Promise<void> {
      // Not the one that may have been asked meanwhile: its deadline lies ahead.
      await db.query(
        `update face_checks set outcome = $2, ended_ms = $3
          where outcome is null and deadline_ms <= $3
            and person_key = (select person_key from sessions where id = $1)`,
        [session, how, nowMs],
      );
    },

    /** Frames of earlier checks, of anybody, that look like one of these. */
    async near(checkId: string, frames: readonly Veiled[]): Promise<readonly NearProbe[]> {
      const found: NearProbe[] = [];
      for (const { bits, bands } of frames) {
        const { rows } = await db.query<{ check_id: string; person_key: string; sealed: Buffer }>(
          `select check_id, face_checks.person_key, sealed
             from face_probes join face_checks on face_checks.id = check_id
            where bands && $1::int[] and bit_count(veiled # $2::bit(256)) <= $3 and check_id <> $4 limit $5`,
          [bands, bits, NEAR_BITS, checkId, NEAR_MOST],
        );
        found.push(
          ...rows.map(({ check_id, person_key, sealed }) => ({ checkId: check_id, personKey: person_key, sealed })),
        );
      }
      return found;
    },

    /** Deletes what has been kept long enough. */
    async sweep(
      nowMs: number,
      before: { readonly probesMs: number; readonly retiredMs: number; readonly madeMs: number },
    ): Promise<void> {
      await db.query('delete from face_frames where kept_until_ms < $1', [nowMs]);
      await db.query('delete from face_probes where made_ms < $1', [before.probesMs]);
      await db.query('delete from face_templates where retired_ms < $1 or made_ms < $2', [
        before.retiredMs,
        before.madeMs,
      ]);
    },
  };
}

/** Two transactions about one person's faces wait for each other. */
async function alone(q: PoolClient, personKey: string): Promise<void> {
  await q.query(`select pg_advisory_xact_lock(hashtextextended('face|' || $1, 0))`, [personKey]);
}

/** Whether a consent stands, and until the transaction's end nobody ends it. */
async function consented(q: PoolClient, personKey: string): Promise<boolean> {
  await alone(q, personKey);
  const { rowCount } = await q.query('select 1 from face_consents where person_key = $1 and ended_ms is null', [
    personKey,
  ]);
  return rowCount === 1;
}

function checkOf(row: CheckRow): FaceCheck {
  return {
    ...{ id: row.id, personKey: row.person_key, session: row.session_id },
    ...{ asked: row.asked, tries: row.tries, challenge: row.challenge },
    ...{ issuedAt: row.issued_ms, deadlineAt: row.deadline_ms, lateMs: row.late_ms },
  };
}
