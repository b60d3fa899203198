/**
 * Hashes of pictures as the database may see them: their bits in a secret order, half of them turned over.
 * Pure, once made. Guarantees: the distance of two veiled hashes is the distance of the hashes, so that the
 * database can look for what is near; without the key no picture's light and dark can be read from one.
 */
import { createHmac } from 'node:crypto';
import { derive } from '../../secrets.ts';

const BITS = 256;
const BANDS = 16;
const BAND_BITS = BITS / BANDS;

export interface Veiled {
  /** 256 of `0` and `1`. */
  readonly bits: string;
  /** Its 16 pieces, each with its place. Who differs in fewer than 16 bits has one in common at least. */
  readonly bands: readonly number[];
}

export type Veil = (hash: string) => Veiled;

/** @example createVeil(master)('0f3a…').bands.length // 16 */
export function createVeil(master: Buffer): Veil {
  const key = derive(master, 'face-veil');
  const drawn = (what: string): Buffer => createHmac('sha256', key).update(what).digest();
  const turned = drawn('turned');
  // An order is drawn by sorting what nobody knows.
  const order = Array.from({ length: BITS }, (_, bit) => ({ bit, by: drawn(`order ${bit}`) }))
    .toSorted((a, b) => Buffer.compare(a.by, b.by))
    .map(({ bit }) => bit);

  return (hash) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('not a hash of 256 bits');
    const bytes = Buffer.from(hash, 'hex');
    const bits = order.map((bit) => (((bytes[bit >> 3] ?? 0) ^ (turned[bit >> 3] ?? 0)) >> (7 - (bit & 7))) & 1);
    const bands = Array.from({ length: BANDS }, (_, band) =>
      bits.slice(band * BAND_BITS, (band + 1) * BAND_BITS).reduce((sum, bit) => sum * 2 + bit, band),
    );
    return { bits: bits.join(''), bands };
  };
}
