/**
 * C2SP tlog-checkpoint: the signed head of one tree.
 *
 * Guarantees: three lines (origin, decimal size, base64 root) and nothing more; the
 * signing key's name is the origin, so a checkpoint of one tree never passes for another's.
 * Extension lines are allowed by the format but not used here, and refused.
 *
 * @example "localhost/attendance/2026\n2\n+sVCA+fMaWzw38tCySodnbr3CtniIfS9jZhmLwDjwSU=\n"
 */
import { NoteError, openNote, type Signer, signNote, type Verifier } from './note.ts';
import { HASH_BYTES } from './tree.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Buffer;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  if (!Number.isSafeInteger(size) || size < 0) throw new NoteError(`not a tree size: ${size}`);
  if (root.length !== HASH_BYTES) throw new NoteError(`a root has ${HASH_BYTES} bytes`);
  if (origin === '' || origin.includes('\n')) throw new NoteError('not an origin');
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Strict: what it accepts, `checkpointText` writes again byte for byte. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  if (checkpointText(checkpoint) !== text) throw new NoteError('malformed checkpoint');
  return Object.freeze(checkpoint);
}

/** The signed note of this head; its origin is the signer's name. */
export function signCheckpoint(size: number, root: Buffer, signer: Signer): string {
  return signNote(checkpointText({ origin: signer.name, size, root }), signer);
}

/** Opens a checkpoint signed by exactly this key. Throws `NoteError`. */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, [verifier]));
  if (checkpoint.origin !== verifier.name) throw new NoteError('the checkpoint is of another origin');
  return checkpoint;
}
