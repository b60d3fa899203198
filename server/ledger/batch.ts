/**
 * One batch: pending leaves become sealed leaves, in one transaction or not at all.
 *
 * Guarantees: leaves, nodes, head and checkpoint are stored together; a checkpoint leaves
 * the process only from the stored head, so one that was signed but not committed is never
 * seen. There is no other recovery: after any crash the next batch starts from what is stored.
 * Before anything is appended the stored head must bear our signature and match the stored
 * right edge; where it does not, `LedgerDoubt` is thrown and nothing is written. A leaf that
 * contradicts what it claims to prove is no doubt about the tree: it is set aside, the rest goes on.
 *
 * The writer is chosen by an advisory lock that lives in the batch's own transaction, not in
 * a session: it ends in the same instant as the writes it guards, whether they commit, roll
 * back or lose their connection. There is no state in which a process believes it still leads
 * while another already writes, and no connection is kept between batches.
 */

import { openCheckpoint, signCheckpoint } from '../../ledger/checkpoint.ts';
import { NoteError, type Signer } from '../../ledger/note.ts';
import { append, edgePlaces, emptyRoot, leafHash, rootOf } from '../../ledger/tree.ts';
import type { Db, Queryable } from '../db/pool.ts';
import { transaction } from '../db/pool.ts';
import { contradictions, type Linked, subjectName } from './join.ts';
import * as store from './store.ts';

/** One batch's most leaves: some 3 000 rows, well under a second of locks. */
export const BATCH_LEAVES_MAX = 1024;

/** Stored state contradicts itself or our key. A person looks (`npm run verify`); no program mends it. */
export class LedgerDoubt extends Error {
  override readonly name = 'LedgerDoubt';
  readonly about: 'state' | 'key';
  constructor(message: string, { about = 'state', cause }: { about?: 'state' | 'key'; cause?: unknown } = {}) {
    super(message, { cause });
    this.about = about;
  }
}

export type Outcome =
  | {
      readonly kind: 'appended';
      readonly leaves: number;
      /** Leaves that were set aside instead: they contradict what they claim to prove. */
      readonly doubted: number;
      readonly size: number;
      /** As many as fit were taken: there may be more. */
      readonly full: boolean;
    }
  | { readonly kind: 'idle'; readonly size: number }
  /** Another process holds the lock and does this work now. */
  | { readonly kind: 'busy' };

/** Seals at most `limit` pending leaves into the signer's tree. Throws `LedgerDoubt`, or whatever the database threw. */
export async function sealBatch(db: Db, signer: Signer, limit: number = BATCH_LEAVES_MAX): Promise<Outcome> {
  try {
    return await transaction(db, (client) => seal(client, signer, limit));
  } catch (error) {
    // 23505: an index that is already sealed. Alone under the lock, no race explains it.
    if (error instanceof Error && 'code' in error && error.code === '23505') {
      throw new LedgerDoubt(`already in the ledger: ${'detail' in error ? error.detail : error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function seal(q: Queryable, signer: Signer, limit: number): Promise<Outcome> {
  if (!(await store.tryLock(q))) return { kind: 'busy' };
  const { head, edge } = await trustedHead(q, signer);
  const taken = await store.takePending(q, limit);
  if (taken.length === 0) return { kind: 'idle', size: head.size };
  const full = taken.length === limit;
  const { sound, doubted } = await sift(q, taken);
  if (doubted.length > 0) await store.setAside(q, doubted);
  if (sound.length === 0) return { kind: 'appended', leaves: 0, doubted: doubted.length, size: head.size, full };
  const hashes = sound.map((pending) => leafHash(Buffer.from(pending.leaf)));
  const grown = append(head.size, edge, hashes);
  await store.insertLeaves(q, head.origin, head.size, sound);
  await store.insertNodes(q, head.origin, grown.nodes);
  const { size, root } = grown;
  const swapped = await store.swapHead(q, head, {
    origin: head.origin,
    size,
    root,
    checkpoint: signCheckpoint(size, root, signer),
  });
  if (!swapped) throw new LedgerDoubt(`the head of ${head.origin} moved under its lock`);
  return { kind: 'appended', leaves: sound.length, doubted: doubted.length, size, full };
}

/** Only what joins what it is of (see join.ts), and was not sealed before, is signed. */
async function sift(
  q: Queryable,
  taken: readonly store.Pending[],
): Promise<{ sound: store.Pending[]; doubted: (store.Pending & { readonly doubt: string })[] }> {
  const sound: store.Pending[] = [];
  const doubted: (store.Pending & { readonly doubt: string })[] = [];
  const subjects = new Set<string>();
  const rows = await store.readTaken(q, taken);
  for (const [nth, pending] of taken.entries()) {
    const row = rows[nth];
    const subject = JSON.stringify([pending.person, pending.spanId, pending.resultId, pending.recordId]);
    const found =
      row === undefined || row.at !== pending.id
        ? ['could not be read beside what it is of']
        : row.sealed || subjects.has(subject)
          ? [`${subjectName(pending)} already has a leaf`]
          : contradictions(besideBatch(row, sound));
    subjects.add(subject);
    if (found.length === 0) sound.push(pending);
    else doubted.push({ ...pending, doubt: found.join('; ') });
  }
  return { sound, doubted };
}

/** What a leaf names may stand in one batch with it: taken, and not yet inserted. */
function besideBatch(row: Linked, sound: readonly store.Pending[]): Linked {
  const leafOf = (standing: string | null, is: (pending: store.Pending) => boolean): string | null =>
    standing ?? sound.find(is)?.leaf ?? null;
  const { result, record } = row;
  if (result !== null && result.corrects !== null) {
    const corrected = leafOf(result.corrected, ({ resultId }) => resultId === result.corrects);
    return { ...row, result: { ...result, corrected } };
  }
  if (record === null) return row;
  const corrected =
    record.corrects === null ? null : leafOf(record.corrected, ({ recordId }) => recordId === record.corrects);
  if (record.kind === 'outside') return { ...row, record: { ...record, corrected } };
  const theoryLeaf = leafOf(record.theoryLeaf, ({ resultId }) => resultId === record.theory);
  return { ...row, record: { ...record, corrected, theoryLeaf } };
}

/** The locked head and its right edge, after every doubt about them is gone. A new year's tree is begun here. */
async function trustedHead(q: Queryable, signer: Signer): Promise<{ head: store.Head; edge: Buffer[] }> {
  const origin = signer.name;
  const stored = await store.storedSizes(q, origin);
  let head = await store.lockHead(q, origin);
  if (head === null) {
    if (stored.leaves > 0 || stored.nodes > 0) throw new LedgerDoubt(`${origin} has leaves but no head`);
    head = { origin, size: 0, root: emptyRoot(), checkpoint: signCheckpoint(0, emptyRoot(), signer) };
    await store.insertHead(q, head);
  }
  if (stored.leaves !== head.size || stored.nodes !== head.size) {
    throw new LedgerDoubt(
      `${origin} has ${stored.leaves} leaves and ${stored.nodes} leaf hashes; its head says ${head.size}`,
    );
  }
  checkCheckpoint(head, signer);
  const edge: Buffer[] = [];
  for (const hash of await store.readNodes(q, origin, edgePlaces(head.size))) {
    if (hash === null) throw new LedgerDoubt(`${origin} misses a hash on its right edge`);
    edge.push(hash);
  }
  if (!rootOf(edge).equals(head.root)) throw new LedgerDoubt(`the right edge of ${origin} does not come to its root`);
  return { head, edge };
}

/** Throws where the head's checkpoint is not this signer's, or speaks of another head. */
export function checkCheckpoint(head: store.Head, signer: Signer): void {
  try {
    const { size, root } = openCheckpoint(head.checkpoint, signer);
    if (size === head.size && root.equals(head.root)) return;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new LedgerDoubt(`the checkpoint of ${head.origin} is not ours: ${error.message}`, {
      about: 'key',
      cause: error,
    });
  }
  throw new LedgerDoubt(`the checkpoint of ${head.origin} speaks of another head`);
}
