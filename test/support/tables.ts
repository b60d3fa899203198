/** Which tables there are, and which of them a piece of source reads and writes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, root, stringsOf } from './source.ts';

/** As the migrations leave them, in the order of their making. */
export function tablesOf(migrations: readonly string[]): string[] {
  const tables = new Set<string>();
  for (const text of migrations) {
    const sql = text.replace(/--.*$/gm, '');
    for (const [, what, name] of sql.matchAll(/\b(create|drop)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?"?(\w+)/gi)) {
      if (what?.toLowerCase() === 'create') tables.add(String(name));
      else tables.delete(String(name));
    }
  }
  return [...tables];
}

export function migrationTexts(): string[] {
  const files = readdirSync(join(root, 'migrations')).filter((name) => name.endsWith('.sql'));
  return files.sort().map((name) => read(join('migrations', name)));
}

export interface Uses {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Places where a table's name is put in at run time: nobody can see which it is. */
  readonly hidden: readonly string[];
}

const WRITE =
  /\b(?:insert\s+into|merge\s+into|update|delete\s+from|truncate(?:\s+table)?|copy)\s+(?:only\s+)?(?:public\.)?"?(\w+)/gi;
/** `from a x, b y`: the whole list; what stands in brackets is found by itself. */
const READ = /\b(?:from|join|using)\s+(?:only\s+)?((?:[\w."]+(?:\s+as)?(?:\s+\w+)?\s*,\s*)*[\w."]+)/gi;
const HIDDEN = /\b(?:from|join|insert\s+into|update|delete\s+from|truncate)\s+\$\{[^}]*\}/gi;

export function usesOf(source: string, tables: readonly string[]): Uses {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const hidden: string[] = [];
  for (const text of stringsOf(source)) {
    for (const [, name] of text.matchAll(WRITE)) if (tables.includes(String(name))) writes.add(String(name));
    for (const [, list] of text.replace(/\bdelete\s+from\b/gi, 'delete').matchAll(READ)) {
      for (const one of String(list).split(',')) {
        const name = /^(?:"?public"?\.)?"?(\w+)/.exec(one.trim())?.[1];
        if (name !== undefined && tables.includes(name)) reads.add(name);
      }
    }
    hidden.push(...(text.match(HIDDEN) ?? []));
  }
  return { reads, writes, hidden };
}
