/**
 * Faces in Postgres: consents and templates; checks beside. Guarantees: nothing of a body is stored of somebody
 * whose consent does not stand, and the end of a consent deletes all of it in the same transaction.
 */
import { type Db, transaction } from '../../db/pool.ts';
import { createCheckStore, endUnconsented, type FaceCheck } from './checks/store.ts';
import { createKeyStore, destroyKey, hasKey } from './keys/store.ts';
import { alone, consented } from './standing/store.ts';
import type { SealedBytes } from './vault.ts';

export interface StoredTemplate {
  readonly sealed: Buffer;
  readonly model: string;
  readonly madeAt: number;
}

export interface NewTemplate extends SealedBytes {
  readonly id: string;
  readonly model: string;
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

export function createFaceStore(db: Db) {
  return {
    ...createCheckStore(db),
    ...createKeyStore(db),

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

    /** Ends the consent, if one stands, and deletes all that is of the person's body, and the key. Returns what waited. */
    endConsent(personKey: string, by: EndedBy, atMs: number): Promise<readonly FaceCheck[]> {
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
        await destroyKey(q, personKey);
        await q.query('delete from face_likenesses where person_key = $1 or other_key = $1', [personKey]);
        return endUnconsented(q, personKey, atMs);
      });
    },

    /** Those in use. @param atMs in use then; absent: now */
    async templates(personKey: string, sinceMs: number, atMs?: number): Promise<readonly StoredTemplate[]> {
      const { rows } = await db.query<StoredTemplate>(
        `select sealed, model, made_ms as "madeAt" from face_templates
          where person_key = $1 and made_ms >= $2
            and case when $3::bigint is null then retired_ms is null
                     else made_ms <= $3 and (retired_ms is null or retired_ms > $3) end order by id`,
        [personKey, sinceMs, atMs ?? null],
      );
      return rows;
    },

    /** Those in use, and those that enrolments replaced and that are still kept. */
    async allTemplates(personKey: string, sinceMs: number): Promise<readonly StoredTemplate[]> {
      const { rows } = await db.query<StoredTemplate>(
        `select sealed, model, made_ms as "madeAt" from face_templates
          where person_key = $1 and made_ms >= $2 order by made_ms, id`,
        [personKey, sinceMs],
      );
      return rows;
    },

    /** These take the place of those before. False: no consent stands, and nothing was stored. */
    enrol(personKey: string, templates: readonly NewTemplate[], atMs: number): Promise<boolean> {
      return transaction(db, async (q) => {
        if (!(await consented(q, personKey))) return false;
        for (const { keyId } of templates) if (!(await hasKey(q, personKey, keyId))) return false;
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
