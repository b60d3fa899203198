/**
 * C2SP signed-note with Ed25519 (signature type 0x01).
 *
 * Guarantees: what `signNote` writes, `openNote` and every other C2SP reader opens.
 * `openNote` returns a text only when a given verifier's signature over exactly that
 * text is valid; signatures of unknown keys are ignored, a wrong signature of a known
 * key refuses the whole note. Anything malformed throws `NoteError`.
 *
 * @example
 * ```
 * localhost/attendance/2026\n
 * 1\n
 * bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n
 * \n
 * — localhost/attendance/2026 <base64(key hash ‖ signature)>\n
 * ```
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A checkpoint is under 300 bytes; a hundred witnesses fit. More is not a note of this project. */
export const NOTE_BYTES_MAX = 64 * 1024;
/** As in the reference implementation. */
const SIGNATURES_MAX = 100;
const ED25519 = 0x01;
const KEY_BYTES = 32;
const KEY_HASH_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** DER heads of an Ed25519 key (RFC 8410), before the 32 raw bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export class NoteError extends Error {
  override readonly name = 'NoteError';
}

/** Who may have signed: a name and the key behind it. */
export interface Verifier {
  readonly name: string;
  /** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
  readonly keyHash: Buffer;
  readonly publicKey: KeyObject;
  /** `<name>+<hex key hash>+<base64(0x01 ‖ public key)>`: what is handed to other people's tools. */
  readonly verifierKey: string;
}

export interface Signer extends Verifier {
  readonly privateKey: KeyObject;
}

/** A signer named `name` from a 32-byte Ed25519 seed. */
export function signerFrom(name: string, seed: Buffer): Signer {
  if (seed.length !== KEY_BYTES) throw new NoteError(`an Ed25519 seed has ${KEY_BYTES} bytes`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  return Object.freeze({ ...verifierOf(name, raw), privateKey });
}

/** Reads `<name>+<hex hash>+<base64 key>`. */
export function parseVerifierKey(text: string): Verifier {
  // The base64 part may itself contain '+', the others may not.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text);
  const [, name = '', hash = '', key = ''] = match ?? [];
  const bytes = strictBase64(key);
  if (match === null || bytes === null || bytes.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) {
    throw new NoteError('malformed verifier key');
  }
  const verifier = verifierOf(name, bytes.subarray(1));
  if (verifier.keyHash.toString('hex') !== hash) throw new NoteError('the verifier key’s hash is not its key’s');
  return verifier;
}

/** The note: `text`, a blank line, one signature line. */
export function signNote(text: string, signer: Signer): string {
  checkText(text);
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  const note = `${text}\n— ${signer.name} ${Buffer.concat([signer.keyHash, signature]).toString('base64')}\n`;
  if (Buffer.byteLength(note) > NOTE_BYTES_MAX) throw new NoteError('the note is too large');
  return note;
}

/** The signed text. Throws `NoteError` unless a key among `verifiers` signed it and none of theirs is wrong. */
export function openNote(note: string, verifiers: readonly Verifier[]): string {
  if (note.length > NOTE_BYTES_MAX || Buffer.byteLength(note) > NOTE_BYTES_MAX)
    throw new NoteError('the note is too large');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) throw new NoteError('malformed note');
  const text = note.slice(0, blank + 1);
  checkText(text);
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) throw new NoteError('the note has too many signatures');
  const signatures = lines.map(parseSignature);
  let verified = false;
  for (const { name, keyHash, signature } of signatures) {
    const known = verifiers.find((verifier) => verifier.name === name && verifier.keyHash.equals(keyHash));
    if (known === undefined) continue;
    if (signature.length !== SIGNATURE_BYTES || !verify(null, Buffer.from(text), known.publicKey, signature)) {
      throw new NoteError(`the signature of ${name} is wrong`);
    }
    verified = true;
  }
  if (!verified) throw new NoteError('no known key signed this note');
  return text;
}

interface SignatureLine {
  readonly name: string;
  readonly keyHash: Buffer;
  readonly signature: Buffer;
}

function parseSignature(line: string): SignatureLine {
  const [dash, name, encoded, ...rest] = line.split(' ');
  const bytes = encoded === undefined ? null : strictBase64(encoded);
  if (dash !== '—' || name === undefined || !isKeyName(name) || rest.length > 0)
    throw new NoteError('malformed signature line');
  if (bytes === null || bytes.length <= KEY_HASH_BYTES) throw new NoteError('malformed signature line');
  return { name, keyHash: bytes.subarray(0, KEY_HASH_BYTES), signature: bytes.subarray(KEY_HASH_BYTES) };
}

function verifierOf(name: string, raw: Buffer): Verifier {
  if (!isKeyName(name)) throw new NoteError('a key name is not empty and has neither spaces nor plus');
  const typed = Buffer.concat([Buffer.from([ED25519]), raw]);
  const keyHash = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, KEY_HASH_BYTES);
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  const verifierKey = `${name}+${keyHash.toString('hex')}+${typed.toString('base64')}`;
  return Object.freeze({ name, keyHash, publicKey, verifierKey });
}

function checkText(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these.
  if (!text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text) || !isWellFormed(text)) {
    throw new NoteError('malformed note text');
  }
}

function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name never breaks the note's lines.
  return name !== '' && !/[\s+\u0000-\u001f\u0085]/u.test(name) && isWellFormed(name);
}

/** No lone surrogates: the text survives UTF-8. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

/** Standard base64 with padding, one spelling a value; else null. */
function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : null;
}
