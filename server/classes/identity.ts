/**
 * Citizen IDs. Guarantees: what is accepted has the form, a real birth date and the check
 * digit of GB 11643-1999; one person gives one `personKey` on every platform; the number
 * itself is only ever kept sealed, bound to its column, and only ever shown masked.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { derive } from '../secrets.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '10X98765432';
/** GB/T 2260 provinces. Counties are not checked: a code stays valid for its holder after the county is abolished. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** The 18th character that belongs to 17 digits. */
export function checkDigit(digits17: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits17[i]), 0);
  return CHECKS.charAt(sum % 11);
}

/**
 * The canonical form (18 characters, `X` upper case), or `null` when it is not a citizen ID.
 * Blanks around it, full-width digits and a small x are how people type it; 15-digit numbers have been void since 2013.
 */
export function readCitizenId(text: string): string | null {
  const id = text.normalize('NFKC').trim().toUpperCase();
  if (!/^\d{17}[\dX]$/.test(id)) return null;
  if (!PROVINCES.has(id.slice(0, 2)) || !realDate(id.slice(6, 14))) return null;
  return checkDigit(id) === id.charAt(17) ? id : null;
}

function realDate(yyyymmdd: string): boolean {
  const [year, month, day] = [yyyymmdd.slice(0, 4), yyyymmdd.slice(4, 6), yyyymmdd.slice(6, 8)].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getTime() <= Date.now();
}

/** @example maskCitizenId('11010519491231002X') // '110105********002X' */
export function maskCitizenId(id: string): string {
  return `${id.slice(0, 6)}********${id.slice(14)}`;
}

/** What a sealed text is. It is bound into the seal, so that a name never unseals as a number or the other way. */
export type SealedField = 'name' | 'citizenId';

export interface Identity {
  /** base64url HMAC-SHA256 of a canonical citizen ID: 43 characters, the same on every platform. */
  personKey(citizenId: string): string;
  seal(text: string, field: SealedField): Buffer;
  /** Throws when the bytes were changed, moved, or sealed under another key. */
  unseal(sealed: Buffer, field: SealedField): string;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createIdentity(master: Buffer): Identity {
  const personSecret = derive(master, 'person');
  const sealSecret = derive(master, 'seal');
  return {
    personKey: (citizenId) => createHmac('sha256', personSecret).update(citizenId).digest('base64url'),
    seal: (text, field) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealSecret, iv);
      cipher.setAAD(Buffer.from(field));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]);
    },
    unseal: (sealed, field) => {
      if (sealed[0] !== VERSION || sealed.length < 1 + IV_BYTES + TAG_BYTES) throw new Error('not a sealed text');
      const iv = sealed.subarray(1, 1 + IV_BYTES);
      const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', sealSecret, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(field));
      decipher.setAuthTag(tag);
      const body = sealed.subarray(1 + IV_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
