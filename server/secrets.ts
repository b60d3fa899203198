/**
 * Keys. Guarantees: every purpose has its own key, derived from one master (so a leak of
 * one says nothing about another), and what is generated is generated once, kept in
 * DATA_DIR/secrets.json, readable by its owner only.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a derived key is for. A label is never reused for a second purpose. */
export type KeyLabel =
  | 'person'
  | 'seal'
  | 'session-mac'
  | 'nonce'
  | 'people-jwt'
  | 'launch-jwt'
  | 'ticket-jwt'
  | 'origin'
  | 'media-pass'
  | 'face-pass'
  | 'face-veil'
  | 'exam-sitting'
  | 'exam-certificate';

/** HKDF-SHA256, 32 bytes: the key of one purpose. */
export function derive(master: Buffer, label: KeyLabel): Buffer {
  return Buffer.from(hkdfSync('sha256', master, 'zhenxue', label, 32));
}

/** The same as a key object: given bytes, jsonwebtoken first tries to read them as PEM, which costs 50 times the check itself. */
export function deriveKey(master: Buffer, label: KeyLabel): KeyObject {
  return createSecretKey(derive(master, label));
}

/** 32 random bytes as base64url: 43 characters, safe in a file, a URL and an environment. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The secret kept under this name in DATA_DIR/secrets.json; made and written there the first time. */
export function keptSecret(dataDir: string, name: string, make: () => string = randomSecret): string {
  const path = join(dataDir, 'secrets.json');
  const kept = readKept(path);
  const found = kept[name];
  if (found !== undefined) return found;
  const made = make();
  mkdirSync(dataDir, { recursive: true });
  writePrivate(path, `${JSON.stringify({ ...kept, [name]: made }, null, 2)}\n`);
  return made;
}

/** The secret kept under this name; null: none is, and none is made. */
export function findKeptSecret(dataDir: string, name: string): string | null {
  return readKept(join(dataDir, 'secrets.json'))[name] ?? null;
}

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivate(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, text, { mode: 0o600 });
  chmodSync(partial, 0o600);
  renameSync(partial, path);
}

function readKept(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const kept = parse(text);
  // Half a file must not lead to fresh keys: everything sealed under the old ones would be lost.
  if (kept === null) throw new Error(`${path} is damaged; restore it from a backup`);
  return kept;
}

/** `null`: not a table of secrets. The parser's own message would quote the file. */
function parse(text: string): Record<string, string> | null {
  try {
    const kept: unknown = JSON.parse(text);
    if (kept === null || typeof kept !== 'object' || Array.isArray(kept)) return null;
    return Object.values(kept).every((secret) => typeof secret === 'string') ? (kept as Record<string, string>) : null;
  } catch {
    return null;
  }
}
