/**
 * The templates of a person that a check is compared with. Guarantees: of one model, not older than a year, none
 * whose key was destroyed.
 */
import type { Template } from './judge.ts';
import type { FaceStore } from './store.ts';
import type { Vault } from './vault.ts';

/** A face changes slowly; a year is what the notice says. */
export const TEMPLATES_KEPT_MS = 365 * 86_400_000;

interface TemplatesDeps {
  readonly store: Pick<FaceStore, 'templates'>;
  readonly vault: Vault;
  readonly now: () => number;
}

/** @param model that made the descriptors they are to be compared with */
export type TemplatesOf = (personKey: string, model: string) => Promise<readonly Template[]>;

export function createTemplates({ store, vault, now }: TemplatesDeps): TemplatesOf {
  return async (personKey, model) => {
    const stored = await store.templates(personKey, now() - TEMPLATES_KEPT_MS);
    const opener = await vault.toOpen([personKey]);
    return stored.flatMap((one) =>
      one.model === model ? (opener.openFace('template', personKey, one.sealed) ?? []) : [],
    );
  };
}
