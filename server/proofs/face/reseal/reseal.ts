/**
 * After the operator's key changed: people's keys are sealed anew by the newest one, so that the older one can be
 * destroyed. What people's keys sealed stays as it is. Guarantees: in batches, each one transaction; by however many
 * processes at once; what cannot be opened (its key was destroyed) is left and counted, and holds up nothing.
 */
import { type Db, transaction } from '../../../db/pool.ts';
import { countLost, createKeyStore, lockOlder, sealKeyAnew } from '../keys/store.ts';
import { type SealKeys, seal } from '../seal.ts';
import { createVault, opened } from '../vault.ts';
import { lockOldRows, sealRowAnew } from './store.ts';

/** Half a second of work, so that nobody waits long for a row. */
const BATCH = 200;

export interface Resealed {
  readonly sealed: number;
  /** People whose key nobody can open any more. */
  readonly lost: number;
}

interface ResealDeps {
  readonly db: Db;
  readonly keys: SealKeys;
  readonly now: () => number;
}

/** One batch of each. `sealed` 0: nothing is left to be done. */
export async function resealSome({ db, keys, now }: ResealDeps, most = BATCH): Promise<Resealed> {
  const known = keys.map(({ id }) => id);
  const [newest = '', ...older] = known;
  return transaction(db, async (q) => {
    const vault = createVault(keys, createKeyStore(q), now);
    let sealed = 0;
    for (const one of await lockOlder(q, older, most)) {
      const key = opened(keys, one);
      if (key === null) continue;
      await sealKeyAnew(q, { ...one, keyId: newest, sealed: seal(keys, 'key', one.personKey, key) });
      sealed += 1;
    }
    const old = await lockOldRows(q, known, most);
    const opener = await vault.toOpen(old.map(({ personKey }) => personKey));
    for (const row of old) {
      const plain = opener.open(row.what, row.personKey, row.sealed);
      const own = plain === null ? null : await vault.toSeal(row.personKey);
      if (plain === null || own === null) continue;
      await sealRowAnew(q, row, own.seal(row.what, plain));
      sealed += 1;
    }
    return { sealed, lost: await countLost(q, known) };
  });
}

/** All of it, for the command line. */
export async function resealAll(deps: ResealDeps): Promise<Resealed> {
  let sealed = 0;
  for (;;) {
    const some = await resealSome(deps);
    sealed += some.sealed;
    if (some.sealed === 0) return { sealed, lost: some.lost };
  }
}
