/** What a leaf's fields may be, whatever its kind. Pure. */

/** This may not be sealed, or is no leaf. */
export class LeafError extends Error {
  override readonly name = 'LeafError';
}

const ID_CHARACTERS_MAX = 256;
const HEX_32 = /^[0-9a-f]{64}$/;

export function expect(holds: boolean, field: string): void {
  if (!holds) throw new LeafError(`a leaf may not have this ${field}`);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** SHA-256 in lower-case hex. */
export function isHash(value: unknown): value is string {
  return typeof value === 'string' && HEX_32.test(value);
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= ID_CHARACTERS_MAX;
}
