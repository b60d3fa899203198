/** bench/detection.md: a page of parts, each under a title of its own, each written by its own command. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../detection.md', import.meta.url));

/** What a title says before the version. */
const subject = (part: string): string => part.slice(0, part.indexOf('·'));

/** Puts the part where the one with the same subject stood, or at the end. */
export function replacePart(page: string, part: string): string {
  const parts = page.split(/^(?=# )/m);
  const at = parts.findIndex((one) => subject(one) === subject(part));
  const all = at < 0 ? [...parts, part] : parts.with(at, part);
  return all
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .join('\n\n')
    .concat('\n');
}

export function savePart(part: string): void {
  writeFileSync(file, replacePart(existsSync(file) ? readFileSync(file, 'utf8') : '', part));
}
