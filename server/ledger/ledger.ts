/**
 * The ledger's front: what main wires. It ties database, key, calendar and loop together.
 *
 * Guarantees: the tree follows the calendar (a new year begins a new origin by itself,
 * under the same seed and a new key name); the checkpoint served is the stored one.
 */

import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { type Signer, signerFrom } from '../../ledger/note.ts';
import { originAt, originHost } from '../../ledger/origin.ts';
import { emptyRoot } from '../../ledger/tree.ts';
import type { Config } from '../config.ts';
import type { Db, Queryable } from '../db/pool.ts';
import type { Log } from '../log.ts';
import { sealBatch } from './batch.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';
import { countPending, readHead, saltsFor } from './store.ts';

export interface Ledger {
  readonly sequencer: Sequencer;
  /** The current origin's signed checkpoint; before its first batch, one of the empty tree. */
  checkpoint(): Promise<string>;
  /** The current origin's verifier key, for other people's tools. */
  verifierKey(): string;
  /** Salts of these people (get or create), inside the caller's transaction; see the store. */
  saltFor(q: Queryable, personKeys: readonly string[]): Promise<Map<string, Buffer>>;
  /** Leaves that wait to be sealed. */
  pending(): Promise<number>;
}

export interface LedgerDeps {
  readonly db: Db;
  readonly config: Pick<Config, 'publicUrl'> & { readonly secrets: Pick<Config['secrets'], 'ledgerSeed'> };
  readonly log: Log;
  /** ms since the epoch. */
  readonly now?: () => number;
}

export function createLedger({ db, config, log, now = Date.now }: LedgerDeps): Ledger {
  const signer = signerAt(originHost(config.publicUrl), config.secrets.ledgerSeed, now);
  return {
    sequencer: createSequencer({ seal: () => sealBatch(db, signer()), log }),
    async checkpoint() {
      const current = signer();
      const head = await readHead(db, current.name);
      // No head means no leaf: the empty tree is a beginning of every tree, so signing it promises nothing.
      return head?.checkpoint ?? signCheckpoint(0, emptyRoot(), current);
    },
    verifierKey: () => signer().verifierKey,
    saltFor: saltsFor,
    pending: () => countPending(db),
  };
}

/** The signer of the year it is. */
function signerAt(host: string, seed: Buffer, now: () => number): () => Signer {
  let current: Signer | null = null;
  return () => {
    const origin = originAt(host, now());
    if (current?.name !== origin) current = signerFrom(origin, seed);
    return current;
  };
}
