/**
 * Every detector version there ever was. Once a version is frozen, its frozen build judges,
 * never the source it was made from: the source may then only change under a new number.
 *
 * Freezing one: `npm run freeze`, then here `import { build as v2 } from './frozen/2.mjs'` and `v2`
 * at the end of `frozen`. Changing it afterwards: raise `version` in build.ts, and let `migrate`
 * start from the version before.
 */
import { type Build, build as source } from './build.ts';
import { first } from './first.ts';
import { build as v2 } from './frozen/2.mjs';
import { build as v3 } from './frozen/3.mjs';
import { build as v4 } from './frozen/4.mjs';

/** Frozen builds in the order of their versions. `npm run freeze` says what to add here. */
const frozen: readonly Build[] = [first, v2, v3, v4];

/** Lowest first. The source stands in only for a version that is not frozen yet. */
export const builds: readonly Build[] = frozen.some(({ version }) => version === source.version)
  ? frozen
  : [...frozen, source];

/** The newest version this program can fold. */
export const newest: number = Math.max(...builds.map(({ version }) => version));

/** False while the newest version may still change: not for production. */
export const isFrozen: boolean = frozen.some(({ version }) => version === newest);

/** Throws for a version that this program does not know: another, newer one wrote it. */
export function buildOf(version: number): Build {
  const found = builds.find((one) => one.version === version);
  if (found === undefined) throw new Error(`detector version ${version} is not known here`);
  return found;
}
