/**
 * One face, many names: each new enrolment is held against those of the platform's other people. What is near is
 * stored, for a pattern to tell a person of; nothing follows by itself. Guarantees: in small steps, so that the event
 * loop is never held for long; a person's face is opened for it and not kept.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type Db, transaction } from '../../../db/pool.ts';
import { type Template, toTemplates } from '../judge.ts';
import { createKeyStore } from '../keys/store.ts';
import { median } from '../linear.ts';
import type { SealKeys } from '../seal.ts';
import { createVault, type Vault } from '../vault.ts';
import { type Enrolled, type Likeness, lockUncompared, markCompared, othersOf, putLikeness } from './store.ts';

/**
 * Median over one's templates of the distance to the other's nearest. Measured (bench/face.md): of 345 comparisons of
 * single frames of strangers none was as near, nor of 60 bursts: with 95 % at most 1.1 % of single frames are. Far
 * stricter than a check (0.45), for here one is compared with all, and not with oneself alone.
 */
export const LIKE_DISTANCE = 0.36;
/** New people in one run, and others read at once: 100 people's 4 templates are 2 ms of comparing. */
const NEW_MAX = 20;
const PAGE = 100;

interface LikenessDeps {
  readonly db: Db;
  readonly keys: SealKeys;
  readonly now: () => number;
}

/** @returns how many people were compared with the others. */
export async function compareEnrolled({ db, keys, now }: LikenessDeps, most = NEW_MAX): Promise<number> {
  return transaction(db, async (q) => {
    const vault = createVault(keys, createKeyStore(q), now);
    const fresh = await opened(vault, await lockUncompared(q, most));
    for (const [personKey, own] of fresh) {
      const near: Omit<Likeness, 'compared'>[] = [];
      let compared = 0;
      for (let after = ''; ; ) {
        const page = await othersOf(q, personKey, after, PAGE);
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.personKey;
        for (const [otherKey, theirs] of await opened(vault, page)) {
          const distance = apart(own, theirs);
          if (distance === null) continue;
          compared += 1;
          if (distance <= LIKE_DISTANCE) near.push({ personKey, otherKey, distance });
        }
        await turn();
      }
      for (const one of near) await putLikeness(q, { ...one, compared }, now());
    }
    await markCompared(q, [...fresh.keys()], now());
    return fresh.size;
  });
}

type Opened = Template & { readonly model: string };

async function opened(
  vault: Pick<Vault, 'toOpen'>,
  rows: readonly Enrolled[],
): Promise<ReadonlyMap<string, readonly Opened[]>> {
  const opener = await vault.toOpen(rows.map(({ personKey }) => personKey));
  const people = new Map<string, Opened[]>();
  for (const { personKey, model, sealed } of rows) {
    const template = opener.openFace('template', personKey, sealed);
    people.set(personKey, [...(people.get(personKey) ?? []), ...(template === null ? [] : [{ ...template, model }])]);
  }
  return people;
}

/** `null`: of different models, not comparable. */
function apart(own: readonly Opened[], theirs: readonly Opened[]): number | null {
  const distances = own.flatMap(({ descriptor, model }) => {
    const same = theirs.filter((one) => one.model === model);
    return same.length === 0 ? [] : [toTemplates(descriptor, same)];
  });
  return distances.length === 0 ? null : median(distances);
}
