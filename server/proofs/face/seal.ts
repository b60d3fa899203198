/**
 * Sealing: AES-256-GCM under the keys it is handed, the operator's or a person's own (see vault.ts). Guarantees: what is
 * sealed opens for the person and the purpose it was sealed for and for no other, so a row moved to another person is
 * noticed; it names its key, so that keys may change; destroying a key destroys what it sealed, in backups too.
 *
 * Bytes: version 1 · length of key id · key id · nonce (12) · tag (16) · ciphertext.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface SealKey {
  /** @example '2026-11' */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The first seals; all open. */
export type SealKeys = readonly [SealKey, ...SealKey[]];

export class SealError extends Error {
  readonly why: 'unknownKey' | 'broken';
  constructor(why: SealError['why'], message: string) {
    super(message);
    this.name = 'SealError';
    this.why = why;
  }
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param purpose what is sealed: what was sealed as a frame never opens as a template */
export function seal(keys: SealKeys, purpose: string, person: string, plain: Uint8Array): Buffer {
  const [{ id, key }] = keys;
  const name = Buffer.from(id, 'utf8');
  if (name.length === 0 || name.length > 255) throw new RangeError('a key id has 1 to 255 bytes');
  const head = Buffer.concat([Buffer.from([VERSION, name.length]), name]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(head, purpose, person));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]);
}

export function open(keys: SealKeys, purpose: string, person: string, sealed: Uint8Array): Buffer {
  const id = sealedWith(sealed);
  const key = keys.find((one) => one.id === id)?.key;
  if (key === undefined) throw new SealError('unknownKey', `no key named ${id}`);
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const headEnd = 2 + (bytes[1] ?? 0);
  const tagAt = headEnd + NONCE_BYTES;
  if (bytes.length < tagAt + TAG_BYTES) throw new SealError('broken', 'too short to be sealed');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(headEnd, tagAt), { authTagLength: TAG_BYTES })
    .setAAD(bound(bytes.subarray(0, headEnd), purpose, person))
    .setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealError('broken', 'changed, or sealed for another person or purpose');
  }
}

/** Of the key that sealed it: what a rotation looks for. */
export function sealedWith(sealed: Uint8Array): string {
  const length = sealed[1] ?? 0;
  if (sealed[0] !== VERSION || sealed.length < 2 + length) throw new SealError('broken', 'not sealed by this version');
  return Buffer.from(sealed.subarray(2, 2 + length)).toString('utf8');
}

/** Lengths stand before the parts, so that no two pairs of them run together alike. */
function bound(head: Uint8Array, purpose: string, person: string): Buffer {
  const parts = [Buffer.from(purpose, 'utf8'), Buffer.from(person, 'utf8')];
  return Buffer.concat([head, ...parts.flatMap((part) => [lengthOf(part), part])]);
}

function lengthOf(part: Buffer): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(part.length);
  return out;
}

/** A template as numbers: 4 bytes each, little-endian, then its picture's hash as text. */
export function packTemplate({ descriptor, hash }: { descriptor: readonly number[]; hash: string }): Buffer {
  const out = Buffer.alloc(2 + descriptor.length * 4);
  out.writeUInt16LE(descriptor.length, 0);
  for (const [i, value] of descriptor.entries()) out.writeFloatLE(value, 2 + i * 4);
  return Buffer.concat([out, Buffer.from(hash, 'latin1')]);
}

export function unpackTemplate(bytes: Buffer): { readonly descriptor: readonly number[]; readonly hash: string } {
  const count = bytes.readUInt16LE(0);
  const descriptor = Array.from({ length: count }, (_, i) => bytes.readFloatLE(2 + i * 4));
  return { descriptor, hash: bytes.subarray(2 + count * 4).toString('latin1') };
}
