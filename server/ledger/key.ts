/**
 * Whether the key is the one these trees were signed with. Asked once, before anything is sealed:
 * the lock may be another process's for hours, and a new year's tree begins without any signature.
 */
import { signerFrom } from '../../ledger/note.ts';
import type { Queryable } from '../db/pool.ts';
import { checkCheckpoint } from './batch.ts';
import { readHeadsOf } from './store.ts';

/** Throws `LedgerDoubt` about the key where a stored checkpoint of this host is not signed by it. */
export async function checkKey(q: Queryable, host: string, seed: Buffer): Promise<void> {
  for (const head of await readHeadsOf(q, host)) checkCheckpoint(head, signerFrom(head.origin, seed));
}
