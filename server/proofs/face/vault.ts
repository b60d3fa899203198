/**
 * What is sealed of a person, and opened again. Guarantees: each person's is sealed by a key of that person's own,
 * which the operator's key seals; it is read at each use and kept nowhere, so that an erased one is of no use a
 * moment later in any process; what a destroyed key had sealed is gone, and is nobody's fault; what was changed or
 * moved to another person is never opened.
 */
import { randomBytes } from 'node:crypto';
import type { Template } from './judge.ts';
import type { KeyStore, StoredKey } from './keys/store.ts';
import { open, packTemplate, SealError, type SealKeys, seal, unpackTemplate } from './seal.ts';

/** What was sealed as one of these never opens as another. */
export type Sealed = 'template' | 'probe' | 'frame';

export interface SealedBytes {
  readonly sealed: Buffer;
  /** Of the key that sealed them. */
  readonly keyId: string;
}

/** Of one person. */
export interface PersonSeal {
  readonly keyId: string;
  seal(what: Sealed, plain: Uint8Array): SealedBytes;
  sealFace(what: 'template' | 'probe', face: Template): SealedBytes;
}

/** Of several. Throws when it was changed, or is another's. */
export interface Opener {
  /** `null`: its key was destroyed. */
  open(what: Sealed, personKey: string, sealed: Uint8Array): Buffer | null;
  openFace(what: 'template' | 'probe', personKey: string, sealed: Uint8Array): Template | null;
}

export interface Vault {
  /** `null`: no consent stands. */
  toSeal(personKey: string): Promise<PersonSeal | null>;
  toOpen(personKeys: readonly string[]): Promise<Opener>;
}

const KEY_BYTES = 32;

/** @param store over the pool; or over a transaction, for who would otherwise hold two connections */
export function createVault(keys: SealKeys, store: KeyStore, now: () => number): Vault {
  const [{ id: operatorKey }] = keys;

  return {
    async toSeal(personKey) {
      const id = `p.${randomBytes(12).toString('base64url')}`;
      const sealed = seal(keys, 'key', personKey, randomBytes(KEY_BYTES));
      const stored = await store.keyOr({ personKey, id, sealed, keyId: operatorKey }, now());
      if (stored === null) return null;
      const key = opened(keys, stored);
      // Whoever destroyed the operator's key destroyed what is stored; to enrol anew, consent is withdrawn first.
      if (key === null) throw new SealError('unknownKey', `no key named ${stored.keyId}`);
      const own: SealKeys = [{ id: stored.id, key }];
      const sealIt = (what: Sealed, plain: Uint8Array): SealedBytes => ({
        sealed: seal(own, what, personKey, plain),
        keyId: stored.id,
      });
      return { keyId: stored.id, seal: sealIt, sealFace: (what, face) => sealIt(what, packTemplate(face)) };
    },

    async toOpen(personKeys) {
      const own = new Map<string, SealKeys>();
      for (const stored of await store.keys([...new Set(personKeys)])) {
        const key = opened(keys, stored);
        if (key !== null) own.set(stored.personKey, [{ id: stored.id, key }, ...keys]);
      }
      const openIt: Opener['open'] = (what, personKey, sealed) =>
        orGone(() => open(own.get(personKey) ?? keys, what, personKey, sealed));
      return {
        open: openIt,
        openFace(what, personKey, sealed) {
          const plain = openIt(what, personKey, sealed);
          return plain === null ? null : unpackTemplate(plain);
        },
      };
    },
  };
}

/** A person's key; null: the operator's that sealed it was destroyed. */
export function opened(keys: SealKeys, { personKey, sealed }: StoredKey): Buffer | null {
  return orGone(() => open(keys, 'key', personKey, sealed));
}

function orGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealError && error.why === 'unknownKey') return null;
    throw error;
  }
}
