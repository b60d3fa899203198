/**
 * The audit: the whole ledger computed again from its leaves, and every leaf held against
 * what it proves. Reads one unmoving view and writes nothing; safe beside a running server.
 *
 * Guarantees: when it reports no problem, then for each tree the stored leaves give the stored
 * hashes, root and a checkpoint signed by our key; every leaf equals its span (session, class,
 * lesson, policy, times, credited ms, and the trainee where the salt is not erased) and rests on
 * an event that is stored, or equals its exam's result and the paper, answers and terms behind it, and
 * corrects a leaf of the same sitting, or equals its record of a practice (beside its theory's leaf) or of another
 * body's result; no span, result or record has two leaves; every span with credit, every result and every record
 * is sealed or pending; and no leaf was set aside in doubt. What follows from the evidence, only a replay can tell.
 * Memory: one page of leaves.
 */

import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { NoteError, signerFrom } from '../../ledger/note.ts';
import { append, emptyRoot, leafHash } from '../../ledger/tree.ts';
import type { Db, Queryable } from '../db/pool.ts';
import { transaction } from '../db/pool.ts';
import { recordsSealedTwice, unsealedRecords } from './exams/records/store.ts';
import { resultsSealedTwice, unsealedResults } from './exams/store.ts';
import { contradictions, type Linked, namesAnother, subjectName, subjectWord } from './join.ts';
import * as store from './store.ts';

const PAGE = 4096;
/** So many problems are named; more would say nothing new. */
const PROBLEMS_MAX = 50;

export interface Audit {
  readonly trees: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
  readonly pending: number;
  /** Leaves whose salt is erased: sealed and counted, no longer anyone's. */
  readonly unlinked: number;
  /** One sentence each; empty: the ledger holds. */
  readonly problems: readonly string[];
}

interface Findings {
  unlinked: number;
  readonly problems: string[];
}

/** @param seed the ledger's Ed25519 seed: whose signature the checkpoints must bear */
export async function auditLedger(db: Db, seed: Buffer): Promise<Audit> {
  return transaction(db, async (q) => {
    await store.freezeView(q);
    const found: Findings = { unlinked: 0, problems: [] };
    const trees = [];
    for (const origin of await store.readOrigins(q)) trees.push(await auditTree(q, origin, seed, found));
    const pending = await auditPending(q, found);
    for (const span of await store.spansSealedTwice(q, PROBLEMS_MAX)) {
      note(found, `span ${span.person}/${span.spanId} has more than one leaf`);
    }
    for (const span of await store.unsealedSpans(q, PROBLEMS_MAX)) {
      note(found, `span ${span.person}/${span.spanId} has credit but no leaf`);
    }
    for (const id of await resultsSealedTwice(q, PROBLEMS_MAX)) note(found, `result ${id} has more than one leaf`);
    for (const id of await unsealedResults(q, PROBLEMS_MAX)) note(found, `result ${id} has no leaf`);
    for (const id of await recordsSealedTwice(q, PROBLEMS_MAX)) note(found, `record ${id} has more than one leaf`);
    for (const id of await unsealedRecords(q, PROBLEMS_MAX)) note(found, `record ${id} has no leaf`);
    for (const { id, doubt, ...of } of await store.readDoubts(q, PROBLEMS_MAX)) {
      note(found, `set aside as ${id}, a leaf of ${subjectName(of)}: ${doubt}`);
    }
    return { trees, pending, unlinked: found.unlinked, problems: found.problems };
  });
}

async function auditTree(q: Queryable, origin: string, seed: Buffer, found: Findings): Promise<Audit['trees'][number]> {
  let tree: { size: number; root: Buffer; edge: readonly Buffer[] } = { size: 0, root: emptyRoot(), edge: [] };
  let nodes = 0;
  let expected = 0;
  for (let page = await store.readLeaves(q, origin, 0, PAGE); page.length > 0; ) {
    const grown = append(
      tree.size,
      tree.edge,
      page.map((row) => leafHash(Buffer.from(row.leaf))),
    );
    for (const row of page) {
      if (row.at !== expected) note(found, `${origin}: leaf ${expected} is missing`);
      expected = row.at + 1;
      auditLink(row, `${origin} leaf ${row.at}`, found);
    }
    const stored = await store.readNodes(q, origin, grown.nodes);
    const wrong = grown.nodes.filter(({ hash }, nth) => stored[nth]?.equals(hash) !== true);
    if (wrong[0] !== undefined) {
      const { level, index } = wrong[0];
      note(found, `${origin}: hash (${level}, ${index}) and ${wrong.length - 1} more are not what the leaves give`);
    }
    nodes += grown.nodes.length;
    tree = grown;
    page = await store.readLeaves(q, origin, expected, PAGE);
  }
  const storedNodes = await store.countNodes(q, origin);
  if (storedNodes !== nodes) note(found, `${origin}: ${storedNodes} hashes are stored, its leaves give ${nodes}`);
  await auditHead(q, origin, seed, tree, found);
  return { origin, size: tree.size, root: tree.root.toString('hex') };
}

async function auditHead(
  q: Queryable,
  origin: string,
  seed: Buffer,
  tree: { readonly size: number; readonly root: Buffer },
  found: Findings,
): Promise<void> {
  const head = await store.readHead(q, origin);
  if (head === null) {
    note(found, `${origin}: no head is stored`);
    return;
  }
  if (head.size !== tree.size) note(found, `${origin}: the head says ${head.size} leaves, ${tree.size} are stored`);
  if (!head.root.equals(tree.root)) note(found, `${origin}: the head's root is not the root of its leaves`);
  try {
    const signed = openCheckpoint(head.checkpoint, signerFrom(origin, seed));
    if (signed.size !== tree.size || !signed.root.equals(tree.root)) {
      note(found, `${origin}: the checkpoint is signed for another tree (${signed.size} leaves)`);
    }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    note(found, `${origin}: the checkpoint is not ours: ${error.message}`);
  }
}

async function auditPending(q: Queryable, found: Findings): Promise<number> {
  let count = 0;
  for (let after = 0, page = await store.readPending(q, after, PAGE); page.length > 0; ) {
    for (const row of page) auditLink(row, `pending leaf ${row.at}`, found);
    count += page.length;
    after = page.at(-1)?.at ?? after;
    page = await store.readPending(q, after, PAGE);
  }
  return count;
}

function auditLink(row: Linked, where: string, found: Findings): void {
  if (row.salt === null) found.unlinked += 1;
  for (const what of contradictions(row)) note(found, `${where}: ${what}`);
  if (namesAnother(row)) note(found, `${where}: is not of the trainee its ${subjectWord(row)} belongs to`);
}

function note(found: Findings, problem: string): void {
  if (found.problems.length < PROBLEMS_MAX) found.problems.push(problem);
}
