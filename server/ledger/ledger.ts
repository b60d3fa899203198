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
import type { Metrics } from '../metrics.ts';
import { type Outcome, sealBatch } from './batch.ts';
import { checkKey } from './key.ts';
import { showLedger, timed } from './metrics.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';
import { countPending, readHead, saltsFor } from './store.ts';

/** `unchecked`: whether the key fits is not known yet. `inDoubt`, `wrongKey`: stopped until a person has looked. */
export type LedgerReadiness = 'ok' | 'unchecked' | 'inDoubt' | 'wrongKey';

export interface Ledger {
  readonly sequencer: Sequencer;
  /** Begins to seal. Resolves once it was asked whether the key fits, whatever came of it. */
  start(): Promise<void>;
  /** Whether what is judged here will be sealed. A passing fault does not count: leaves wait in the database. */
  readiness(): LedgerReadiness;
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
  readonly metrics: Metrics;
  /** ms since the epoch. */
  readonly now?: () => number;
}

export function createLedger({ db, config, log, metrics, now = Date.now }: LedgerDeps): Ledger {
  const host = originHost(config.publicUrl);
  const { ledgerSeed } = config.secrets;
  const signer = signerAt(host, ledgerSeed, now);
  let keyFits = false;
  let asked: () => void = () => undefined;
  const keyAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });

  async function seal(): Promise<Outcome> {
    if (!keyFits) await checkKey(db, host, ledgerSeed).finally(asked);
    keyFits = true;
    return sealBatch(db, signer());
  }

  const sequencer = createSequencer({ seal: timed(metrics, seal), log, now });
  showLedger({ metrics, db, origin: () => signer().name, status: sequencer.status });
  return {
    sequencer,
    start() {
      sequencer.start();
      return keyAsked;
    },
    readiness() {
      const { state, wrongKey } = sequencer.status();
      if (state === 'stopped') return wrongKey ? 'wrongKey' : 'inDoubt';
      return keyFits ? 'ok' : 'unchecked';
    },
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
