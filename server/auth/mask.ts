/** Names as they are shown: the first character stays, the rest is hidden. Guarantees: never throws. */

/** Stars beyond this many would tell a long name by its length. */
const STARS_MAX = 4;

/** @example maskName('王小明') // '王**' */
export function maskName(name: string): string {
  const [first, ...rest] = [...name.trim()];
  if (first === undefined) return '*';
  return first + '*'.repeat(Math.min(Math.max(rest.length, 1), STARS_MAX));
}

/** Opens a sealed name. Throws when the seal is broken. */
export type UnsealName = (sealed: Buffer) => string;

/** The masked name of a sealed one; `*` where the seal is broken: one bad row must not hide the others. */
export function shownName(sealed: Buffer | null, unseal: UnsealName): string | null {
  if (sealed === null) return null;
  try {
    return maskName(unseal(sealed));
  } catch {
    return '*';
  }
}
