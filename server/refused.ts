/** What the data does not allow. Its words go to the operator: nothing personal is in them. */
export class Refused extends Error {}

/** Throws what both languages say. */
export function refuse(zh: string, en: string): never {
  throw new Refused(`${zh} · ${en}`);
}
