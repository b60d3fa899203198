/** From pairs of people to groups: who is tied to whom, through however many others. Pure. */

export interface Tie {
  readonly a: string;
  readonly b: string;
}

export interface Group<T extends Tie> {
  readonly members: readonly string[];
  readonly ties: readonly T[];
}

/** Groups of at least so many members. */
export function groupsOf<T extends Tie>(ties: readonly T[], membersMin: number): Group<T>[] {
  const parents = new Map<string, string>();
  const rootOf = (member: string): string => {
    let root = member;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    parents.set(member, root);
    return root;
  };
  for (const { a, b } of ties) parents.set(rootOf(a), rootOf(b));
  const groups = new Map<string, { readonly members: Set<string>; readonly ties: T[] }>();
  for (const tie of ties) {
    const root = rootOf(tie.a);
    const group = groups.get(root) ?? { members: new Set<string>(), ties: [] };
    groups.set(root, group);
    group.members.add(tie.a).add(tie.b);
    group.ties.push(tie);
  }
  return [...groups.values()]
    .filter(({ members }) => members.size >= membersMin)
    .map(({ members, ties: own }) => ({ members: [...members].sort(), ties: own }));
}

/** Rows by a key, in the order in which the keys first came. */
export function byKey<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const own = found.get(key);
    if (own === undefined) found.set(key, [row]);
    else own.push(row);
  }
  return found;
}
