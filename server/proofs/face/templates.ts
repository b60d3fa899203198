/**
 * The templates of a person that a check, or an enrolment anew, is compared with. Guarantees: of one model, not older
 * than a year, none whose key was destroyed; a check is compared with what was enrolled when it was asked.
 */
import type { Template } from './judge.ts';
import type { FaceStore, StoredTemplate } from './store.ts';
import type { Vault } from './vault.ts';

/** A face changes slowly; a year is what the notice says. */
export const TEMPLATES_KEPT_MS = 365 * 86_400_000;

interface TemplatesDeps {
  readonly store: Pick<FaceStore, 'templates' | 'allTemplates'>;
  readonly vault: Vault;
  readonly now: () => number;
}

/** `model`: that made the descriptors they are to be compared with. */
export interface Templates {
  /** In use then. */
  at(personKey: string, model: string, atMs: number): Promise<readonly Template[]>;
  /** Of each enrolment that is kept. */
  enrolments(personKey: string, model: string): Promise<readonly (readonly Template[])[]>;
}

export function createTemplates({ store, vault, now }: TemplatesDeps): Templates {
  async function opened(personKey: string, model: string, stored: readonly StoredTemplate[]) {
    const opener = await vault.toOpen([personKey]);
    return stored.flatMap(({ sealed, madeAt, ...one }) => {
      const template = one.model === model ? opener.openFace('template', personKey, sealed) : null;
      return template === null ? [] : { template, madeAt };
    });
  }

  return {
    async at(personKey, model, atMs) {
      const stored = await store.templates(personKey, now() - TEMPLATES_KEPT_MS, atMs);
      return (await opened(personKey, model, stored)).map(({ template }) => template);
    },
    async enrolments(personKey, model) {
      const all = await opened(personKey, model, await store.allTemplates(personKey, now() - TEMPLATES_KEPT_MS));
      const moments = [...new Set(all.map(({ madeAt }) => madeAt))];
      return moments.map((moment) => all.flatMap(({ template, madeAt }) => (madeAt === moment ? template : [])));
    },
  };
}
