/** Which session a delivery is for, and what is filed of its lesson's media. */
import type { Queryable } from '../db/pool.ts';

export interface DeliverySession {
  readonly personKey: string;
  readonly lessonId: string;
  readonly lessonMs: number;
  readonly delivery: 'server' | 'platform' | null;
  readonly mediaFile: string | null;
  /** ms since the epoch; `null`: it is open. */
  readonly closedAt: number | null;
}

const columns = `s.person_key as "personKey", s.lesson_id as "lessonId", s.closed_ms as "closedAt",
                 l.duration_ms as "lessonMs", l.delivery, l.media_file as "mediaFile"`;

export async function findSession(db: Queryable, session: string): Promise<DeliverySession | null> {
  const { rows } = await db.query<DeliverySession>(
    `select ${columns} from sessions s join lessons l on l.id = s.lesson_id where s.id = $1`,
    [session],
  );
  return rows[0] ?? null;
}

/** Only one of this platform's. */
export async function findSessionOf(
  db: Queryable,
  platformId: string,
  session: string,
): Promise<DeliverySession | null> {
  const { rows } = await db.query<DeliverySession>(
    `select ${columns} from sessions s join lessons l on l.id = s.lesson_id where s.id = $1 and s.platform_id = $2`,
    [session, platformId],
  );
  return rows[0] ?? null;
}
