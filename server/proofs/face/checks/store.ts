/**
 * Checks in Postgres, and what was seen in them. Guarantees: a check is concluded once, whoever tries at the same
 * time in whatever process, and what was seen in it is stored with that conclusion or not at all; at most one
 * check waits for a person's lessons, and one for each sitting.
 */
import { type Db, type Queryable, transaction } from '../../../db/pool.ts';
import type { ProofAsked } from '../../../judge/contract.ts';
import type { Ended } from '../../provider.ts';
import type { Challenge } from '../challenge.ts';
import type { FaceOutcome, FaceReason } from '../judge.ts';
import { alone, consented } from '../standing/store.ts';
import type { SealedBytes } from '../vault.ts';
import type { Veiled } from '../veil.ts';

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

/** Who asked for a check, and is told what it came to. `id`: of the session, or of the sitting. */
export type Asker =
  | { readonly kind: 'session'; readonly id: string; readonly asked: AskedFor }
  | { readonly kind: 'sitting'; readonly id: string };

export interface FaceCheck {
  readonly id: string;
  readonly personKey: string;
  readonly by: Asker;
  /** Checks of the same asking before this one. */
  readonly tries: number;
  readonly challenge: Challenge;
  readonly issuedAt: number;
  /** The last moment for the frames to come. */
  readonly deadlineAt: number;
  /** So much longer they may be looked at. */
  readonly lateMs: number;
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

interface CheckRow {
  readonly id: string;
  readonly person_key: string;
  readonly session_id: string | null;
  readonly sitting_id: string | null;
  readonly asked: AskedFor | null;
  readonly tries: number;
  readonly challenge: Challenge;
  readonly issued_ms: number;
  readonly deadline_ms: number;
  readonly late_ms: number;
}

const columns = 'id, person_key, session_id, sitting_id, asked, tries, challenge, issued_ms, deadline_ms, late_ms';
/** A copied picture differs in no more bits (judging looks again, more closely); so many are looked at of each frame. */
const NEAR_BITS = 12;
const NEAR_MOST = 20;
/** Three tries, each with its minute to begin and its time to be looked at, follow each other within less. */
const TRIES_MS = 600_000;

/** Stores a check within the caller's transaction; one that still waits for the same asker ends in it. */
export async function issueCheck(q: Queryable, check: FaceCheck): Promise<void> {
  const { by } = check;
  const sitting = by.kind === 'sitting' ? by.id : null;
  await alone(q, check.personKey);
  await q.query(
    `update face_checks set outcome = case when deadline_ms + late_ms < $2 then 'missed' else 'superseded' end,
            ended_ms = $2 where person_key = $1 and sitting_id is not distinct from $3 and outcome is null`,
    [check.personKey, check.issuedAt, sitting],
  );
  await q.query(`insert into face_checks (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
    ...[check.id, check.personKey, by.kind === 'session' ? by.id : null, sitting],
    ...[by.kind === 'session' ? JSON.stringify(by.asked) : null, check.tries],
    ...[JSON.stringify(check.challenge), check.issuedAt, check.deadlineAt, check.lateMs],
  ]);
}

/** The check that waits in a sitting. */
export async function waitingIn(q: Queryable, sitting: string): Promise<FaceCheck | null> {
  const { rows } = await q.query<CheckRow>(
    `select ${columns} from face_checks where sitting_id = $1 and outcome is null`,
    [sitting],
  );
  return rows[0] === undefined ? null : checkOf(rows[0]);
}

/** Whether the sitting's newest check came to an end since then that its room is told of, and may not know yet. */
export async function endedSince(q: Queryable, sitting: string, sinceMs: number): Promise<boolean> {
  const { rows } = await q.query<{ told: boolean }>(
    `select coalesce(outcome not in ('expired', 'missed', 'superseded') and ended_ms >= $2, false) as told
       from face_checks where sitting_id = $1 order by issued_ms desc, tries desc limit 1`,
    [sitting, sinceMs],
  );
  return rows[0]?.told ?? false;
}

/** Ends what waits for this person, because no consent stands any more. */
export async function endUnconsented(q: Queryable, personKey: string, atMs: number): Promise<readonly FaceCheck[]> {
  const { rows } = await q.query<CheckRow>(
    `update face_checks set outcome = 'unconsented', ended_ms = $2
      where person_key = $1 and outcome is null returning ${columns}`,
    [personKey, atMs],
  );
  return rows.map(checkOf);
}

export function createCheckStore(db: Db) {
  return {
    /** Whether checks came to nothing for this person since then: by choice, for want of a camera, or after all tries. */
    async turnedAway(personKey: string, sinceMs: number, triesMax: number): Promise<boolean> {
      const { rowCount } = await db.query(
        `select 1 from face_checks where person_key = $1 and issued_ms >= $2 and sitting_id is null
            and (outcome in ('declined', 'noCamera')
                 or (tries >= $3 and outcome in ('unsure', 'refused', 'busy', 'engineDied'))) limit 1`,
        [personKey, sinceMs, triesMax],
      );
      return rowCount === 1;
    },

    issue: (check: FaceCheck): Promise<void> => transaction(db, (q) => issueCheck(q, check)),

    /** Forgets a check that nobody was asked. */
    async takeBack(id: string): Promise<void> {
      await db.query('delete from face_checks where id = $1 and outcome is null', [id]);
    },

    /** Of the person's lessons. */
    async pending(personKey: string): Promise<FaceCheck | null> {
      const { rows } = await db.query<CheckRow>(
        `select ${columns} from face_checks where person_key = $1 and sitting_id is null and outcome is null`,
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
               where later.person_key = face_checks.person_key and later.issued_ms > face_checks.issued_ms
                 and later.sitting_id is not distinct from face_checks.sitting_id)`,
          [id],
        );
      });
    },

    /** Ends what waited, past its deadline, for the lessons of the person of this session. */
    async end(session: string, how: Ended, nowMs: number): Promise<void> {
      // Not the one that may have been asked meanwhile: its deadline lies ahead.
      await db.query(
        `update face_checks set outcome = $2, ended_ms = $3
          where outcome is null and sitting_id is null and deadline_ms <= $3
            and person_key = (select person_key from sessions where id = $1)`,
        [session, how, nowMs],
      );
    },

    /**
     * Frames of earlier checks, of anybody, that look like one of these. Not those of the same person's tries just
     * before: who sits still before the same wall looks alike, and what was asked then is not asked again.
     */
    async near(checkId: string, frames: readonly Veiled[]): Promise<readonly NearProbe[]> {
      const found: NearProbe[] = [];
      for (const { bits, bands } of frames) {
        const { rows } = await db.query<{ check_id: string; person_key: string; sealed: Buffer }>(
          `select check_id, face_checks.person_key, sealed
             from face_probes join face_checks on face_checks.id = check_id
             join face_checks own on own.id = $4
            where bands && $1::int[] and bit_count(veiled # $2::bit(256)) <= $3 and check_id <> $4
              and (face_checks.person_key <> own.person_key or face_checks.issued_ms < own.issued_ms - $6)
            limit $5`,
          [bands, bits, NEAR_BITS, checkId, NEAR_MOST, TRIES_MS],
        );
        found.push(
          ...rows.map(({ check_id, person_key, sealed }) => ({ checkId: check_id, personKey: person_key, sealed })),
        );
      }
      return found;
    },
  };
}

function checkOf(row: CheckRow): FaceCheck {
  const { session_id: session, sitting_id: sitting, asked } = row;
  return {
    ...{ id: row.id, personKey: row.person_key, by: askerOf(session, sitting, asked) },
    ...{ tries: row.tries, challenge: row.challenge },
    ...{ issuedAt: row.issued_ms, deadlineAt: row.deadline_ms, lateMs: row.late_ms },
  };
}

function askerOf(session: string | null, sitting: string | null, asked: AskedFor | null): Asker {
  if (session !== null && asked !== null) return { kind: 'session', id: session, asked };
  if (sitting !== null) return { kind: 'sitting', id: sitting };
  throw new Error('a face check that nobody asked for');
}
