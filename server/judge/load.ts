/**
 * Rebuilding a person: the newest snapshot, and every event after it, through the same fold
 * that judges live. Without a snapshot it starts from nothing: only slower.
 */
import { buildOf, type Folded, fold, genesis, newest, type Opaque } from '../../detector/index.ts';
import type { Db } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Sealing } from './contract.ts';
import { readLine } from './line.ts';
import type { Loaded } from './person.ts';
import type { Shelf } from './shelf.ts';
import { readFilings, readHead, readLines, readPolicies, readSnapshot, type StoredSnapshot } from './store.ts';

export interface Loading {
  readonly db: Db;
  readonly sealing: Sealing;
  /** Filled with every policy the person needs. */
  readonly shelf: Shelf;
  /** The newest detector version that this process may fold; default: all it knows. */
  readonly newest?: number;
}

/** Throws `newerRelease` for a person whom a newer release has taken over. `refolded`: events that had to be folded. */
export async function loadPerson(
  loading: Loading,
  personKey: string,
): Promise<{ readonly loaded: Loaded; readonly refolded: number }> {
  const { db, sealing, shelf } = loading;
  const head = await readHead(db, personKey, sealing.chainStart());
  if (head.detector > (loading.newest ?? newest)) throw new AppError('newerRelease');
  await shelf.need(await readPolicies(db, personKey));
  const snapshot = await readSnapshot(db, personKey, head);
  const from = (snapshot === null ? null : whole(snapshot)) ?? genesis;
  const folded = await foldStored(loading, personKey, from, head.ordinal);
  const { ordinal, sessions } = buildOf(folded.version).inspect(folded.state);
  const filings = await readFilings(db, sessions);
  const salt = await sealing.saltFor(personKey);
  return {
    loaded: {
      head,
      folded,
      filings: new Map(filings.map((filing) => [filing.id, filing])),
      pseudonym: sealing.pseudonym(salt, personKey),
    },
    refolded: ordinal - ordinalOf(from),
  };
}

/** A snapshot is a cache: one that is broken is as good as none, and keeps nobody out. */
function whole({ ordinal, version, state }: StoredSnapshot): Folded | null {
  try {
    const folded = { version, state: JSON.parse(state) as Opaque };
    return ordinalOf(folded) === ordinal ? folded : null;
  } catch {
    return null;
  }
}

export function ordinalOf({ version, state }: Folded): number {
  return buildOf(version).inspect(state).ordinal;
}

async function foldStored({ db, shelf }: Loading, personKey: string, from: Folded, to: number): Promise<Folded> {
  let folded = from;
  for (let ordinal = ordinalOf(from); ordinal < to; ordinal = ordinalOf(folded)) {
    const lines = await readLines(db, personKey, ordinal, to);
    if (lines.length === 0) throw new Error('the evidence of a person ends before its head: stop and look');
    for (const line of lines) folded = fold(folded, readLine(line), shelf.policyFor).folded;
  }
  return folded;
}
