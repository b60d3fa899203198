/**
 * Rebuilding a person: the newest snapshot this detector wrote, and every event after it,
 * through the same fold that judges live. Without a snapshot it starts from nothing: only slower.
 */
import { DETECTOR_VERSION, emptyState, type Policy, type State } from '../../detector/index.ts';
import type { Db } from '../db/pool.ts';
import { referenced } from './batch.ts';
import type { LoadPolicy, Sealing } from './contract.ts';
import { readLine } from './line.ts';
import { foldOne, type Loaded } from './person.ts';
import { readFilings, readHead, readLines, readPolicies, readSnapshot } from './store.ts';

export interface Loading {
  readonly db: Db;
  readonly sealing: Sealing;
  readonly loadPolicy: LoadPolicy;
  /** Filled with every policy the person needs. */
  readonly policies: Map<string, Policy>;
}

export async function loadPerson(loading: Loading, personKey: string): Promise<Loaded> {
  const { db, sealing } = loading;
  const head = await readHead(db, personKey, sealing.chainStart());
  await needPolicies(loading, await readPolicies(db, personKey));
  const snapshot = await readSnapshot(db, personKey, DETECTOR_VERSION, head.ordinal);
  const state = await foldStored(loading, personKey, snapshot?.state ?? emptyState, head.ordinal);
  const filings = await readFilings(db, [...referenced(state)]);
  const salt = await sealing.saltFor(personKey);
  return {
    head,
    state,
    filings: new Map(filings.map((filing) => [filing.id, filing])),
    pseudonym: sealing.pseudonym(salt, personKey),
  };
}

export async function needPolicies({ policies, loadPolicy }: Loading, hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) if (!policies.has(hash)) policies.set(hash, await loadPolicy(hash));
}

async function foldStored(loading: Loading, personKey: string, from: State, to: number): Promise<State> {
  let state = from;
  while (state.ordinal < to) {
    const lines = await readLines(loading.db, personKey, state.ordinal, to);
    if (lines.length === 0) throw new Error('the evidence of a person ends before its head: stop and look');
    for (const line of lines) state = foldOne(state, readLine(line), loading.policies).state;
  }
  return state;
}
