/**
 * Whether the database answers, and whether it takes writes: a full disk, a standby and a database
 * set to read only still answer every question. Guarantees: a check never throws; at most one of
 * each is on its way, however many ask; writing is tried at most every `WRITE_EVERY_MS`.
 */
import { isDatabaseAway } from '../away.ts';
import type { Log } from '../log.ts';
import { type Db, type Queryable, transaction } from './pool.ts';

export type Reads = 'ok' | 'away';
export type Writes = 'ok' | 'away' | 'full' | 'readOnly' | 'refused';

export interface DatabaseProbe {
  reads(): Promise<Reads>;
  /** The last answer, while it is fresh. */
  writes(): Promise<Writes>;
}

/** A balancer asks every few seconds, and several may ask; each try costs one small commit. */
const WRITE_EVERY_MS = 3_000;

export function createDatabaseProbe(db: Db, log: Pick<Log, 'warn'>): DatabaseProbe {
  let last: Writes = 'ok';
  let triedAtMs = Number.NEGATIVE_INFINITY;

  async function write(): Promise<Writes> {
    const word = await rewrite(db).then(
      () => 'ok' as const,
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal !== last) log.warn({ err: error, writes: refusal }, 'the database takes no writes');
        return refusal;
      },
    );
    triedAtMs = performance.now();
    last = word;
    return word;
  }

  const reads = oneAtATime<Reads>(() =>
    db.query('select').then(
      () => 'ok',
      () => 'away',
    ),
  );
  const writes = oneAtATime(write);
  return {
    reads,
    writes: async () => (performance.now() - triedAtMs < WRITE_EVERY_MS ? last : writes()),
  };
}

/** A truncated table begins a new file, so its first row needs new room on the disk: an update in place would not. */
async function rewrite(db: Db): Promise<void> {
  try {
    await transaction(db, async (client) => {
      await client.query('lock table write_probe in access exclusive mode nowait');
      await client.query('truncate write_probe');
      await insert(client);
    });
  } catch (error) {
    // 55P03: another process tries just now, or a backup reads the table. A row beside theirs will do.
    if (codeOf(error) !== '55P03') throw error;
    await insert(db);
  }
}

async function insert(q: Queryable): Promise<void> {
  await q.query('insert into write_probe (probed_ms) values ($1)', [Date.now()]);
}

function refusalOf(error: unknown): Writes {
  switch (codeOf(error)) {
    case '53100':
      return 'full';
    case '25006':
      return 'readOnly';
    default:
      return isDatabaseAway(error) ? 'away' : 'refused';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Whoever asks while an answer is on its way waits for the same one. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    return asked;
  };
}
