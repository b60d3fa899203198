/**
 * What is sealed of a person, and opened again. Guarantees: what a destroyed key had sealed is gone, and is
 * nobody's fault; what was changed or moved to another person is never opened.
 */
import type { Template } from './judge.ts';
import { open, packTemplate, SealError, type SealKeys, seal, unpackTemplate } from './seal.ts';

/** What was sealed as one of these never opens as another. */
export type Sealed = 'template' | 'probe' | 'frame';

export interface SealedBytes {
  readonly sealed: Buffer;
  /** Of the key that sealed them. */
  readonly keyId: string;
}

export interface Vault {
  /** The key that seals now. */
  readonly keyId: string;
  seal(what: Sealed, personKey: string, plain: Uint8Array): SealedBytes;
  /** `null`: its key was destroyed. Throws when it was changed, or is another's. */
  open(what: Sealed, personKey: string, sealed: Uint8Array): Buffer | null;
  sealFace(what: 'template' | 'probe', personKey: string, face: Template): SealedBytes;
  openFace(what: 'template' | 'probe', personKey: string, sealed: Uint8Array): Template | null;
}

export function createVault(keys: SealKeys): Vault {
  const [{ id: keyId }] = keys;
  const vault: Vault = {
    keyId,
    seal: (what, personKey, plain) => ({ sealed: seal(keys, what, personKey, plain), keyId }),
    open(what, personKey, sealed) {
      try {
        return open(keys, what, personKey, sealed);
      } catch (error) {
        if (error instanceof SealError && error.why === 'unknownKey') return null;
        throw error;
      }
    },
    sealFace: (what, personKey, face) => vault.seal(what, personKey, packTemplate(face)),
    openFace(what, personKey, sealed) {
      const plain = vault.open(what, personKey, sealed);
      return plain === null ? null : unpackTemplate(plain);
    },
  };
  return vault;
}
