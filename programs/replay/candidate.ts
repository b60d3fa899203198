/**
 * `npm run replay -- --policy candidate.json`: what would change if the sessions of a time, or of a
 * class in it, were judged under another policy. Guarantees: reads only; the candidate is checked as
 * one that is published is; nobody is named but by the start of a pseudonymous key.
 *
 * Each person's whole history is folded, so that states are right; only the sessions in question
 * change their policy. People without such a session cannot differ, and are not read.
 */
import { readFileSync } from 'node:fs';
import type { Policy } from '../../detector/index.ts';
import { instantField, isoOf } from '../../server/auth/fields.ts';
import { policyBody, policyHash } from '../../server/classes/policies.ts';
import { checkPolicy } from '../../server/classes/policySchema.ts';
import type { Queryable } from '../../server/db/pool.ts';
import type { LoadPolicyBody } from '../../server/judge/contract.ts';
import { createShelf } from '../../server/judge/shelf.ts';
import { readPersonsOpening, readSessions, type StoredSession } from '../../server/judge/store.ts';
import { UsageError } from '../tool.ts';
import { addPerson, type Change, differenceOf, type Hours, noChange, type Pair } from './change.ts';
import { type Candidate, tryOn, Unfoldable } from './tried.ts';

export interface Scope {
  /** When a session was opened: from, inclusive, to, exclusive; ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly classId: string | null;
}

export interface TriedPolicy extends Change {
  /** Persons who could not be folded, and why; they are in no sum. */
  readonly failed: readonly { readonly person: string; readonly why: string }[];
}

/** Throws in words, a line for each mistake. */
export function readCandidate(path: string): Candidate & { readonly policy: Policy } {
  const text = readFileSync(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}：不是 JSON · not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const checked = checkPolicy(value);
  if (checked.policy === null) {
    throw new Error([`${path}：不是有效的策略 · not a policy`, ...checked.problems].join('\n  '));
  }
  const body = policyBody(checked.policy);
  return { hash: policyHash(body), body, policy: checked.policy };
}

/** Throws `UsageError`. Without a moment: from the beginning, or for ever. */
export function readWindow(from: string | undefined, to: string | undefined): { from: number; to: number } {
  const read = (name: string, text: string): number => {
    const found = instantField.safeParse(text);
    if (!found.success) throw new UsageError(`--${name}：须为带时区的 ISO 8601 · ISO 8601 with a zone`);
    return found.data;
  };
  const window = {
    from: from === undefined ? 0 : read('from', from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : read('to', to),
  };
  if (window.from >= window.to) throw new UsageError('--from 须早于 --to · --from must be before --to');
  return window;
}

export async function tryPolicy(
  { db, loadPolicyBody }: { readonly db: Queryable; readonly loadPolicyBody: LoadPolicyBody },
  candidate: Candidate,
  scope: Scope,
): Promise<TriedPolicy> {
  const load: LoadPolicyBody = async (hash) => (hash === candidate.hash ? candidate.body : loadPolicyBody(hash));
  const shelf = createShelf(load);
  const sum = noChange();
  const failed: { person: string; why: string }[] = [];
  for await (const person of persons(db, scope)) {
    const sessions = new Map((await readSessions(db, person)).map((session) => [session.id, session]));
    const inQuestion = (id: string): boolean => isWithin(sessions.get(id), scope);
    try {
      const tried = await tryOn({ db, shelf, candidate, inQuestion }, person);
      addPerson(sum, person, tried, (id) => sessions.get(id)?.classId);
    } catch (error) {
      if (!(error instanceof Unfoldable)) throw error;
      failed.push({ person, why: error.message });
    }
  }
  return { ...sum, failed };
}

function isWithin(session: StoredSession | undefined, { from, to, classId }: Scope): boolean {
  if (session === undefined || (classId !== null && session.classId !== classId)) return false;
  return session.openedAt >= from && session.openedAt < to;
}

async function* persons(db: Queryable, scope: Scope): AsyncGenerator<string> {
  const read = (after: string): Promise<string[]> => readPersonsOpening(db, { ...scope, after });
  for (let page = await read(''); page.length > 0; page = await read(page.at(-1) ?? '')) yield* page;
}

const cannotKnow = `重新推算不能知道的 · What this cannot know：
  问题是按原策略提出的：提问的时刻、时限与对错都已成事实，不会按新策略重新作答。
  Questions were asked under the old policy. When they came, how long they waited and whether the answer
  passed are facts: nobody answers again. A proof that only the candidate asks for was never given, so what it
  would have released stays held or is denied here; "proofs asked" shows how many more or fewer there would be.
  Nor would the same beats have come (the policy chooses their interval), nor would people have acted the same
  after other notices. Alerts of jobs over many people are not part of it.`;

/** What is printed, line by line. */
export function changeWords({ hash }: Candidate, scope: Scope, tried: TriedPolicy): string[] {
  const until = scope.to === Number.MAX_SAFE_INTEGER ? '…' : isoOf(scope.to);
  const { classes, alerts, elsewhere, proofsAsked } = tried;
  return [
    `策略 policy ${hash}`,
    `会话 sessions opened [${isoOf(scope.from)}, ${until})${scope.classId === null ? '' : `, class ${scope.classId}`}`,
    `${tried.persons} persons, ${tried.events} events; ${tried.judged} sessions judged under the candidate; ${tried.changed} persons change`,
    ...(tried.kept === 0
      ? []
      : [`${tried.kept} sessions keep their policy: their detector version cannot read the candidate`]),
    '',
    '学时（小时）· hours by class: credited | held | denied',
    ...sorted(classes).map(([name, pair]) => `  ${name}: ${hoursWords(pair)}`),
    ...(differenceOf(elsewhere) === 0
      ? []
      : [`  同一批学员的其他会话 · other sessions of these people: ${hoursWords(elsewhere)}`]),
    '',
    '疑点 · alerts by rule',
    ...(alerts.size === 0 ? ['  无 · none'] : []),
    ...sorted(alerts).map(([name, { before, after }]) => `  ${name}: ${before} → ${after}`),
    '',
    `在场证明 · proofs asked: ${proofsAsked.before} → ${proofsAsked.after}`,
    '',
    '变化最大的学员 · people with the largest change',
    ...(tried.largest.length === 0 ? ['  无 · none'] : []),
    ...tried.largest.map(
      ({ person, hours, alerts: told }) =>
        `  ${prefixOf(person)} ${hoursWords(hours)}; alerts ${told.before} → ${told.after}`,
    ),
    '',
    cannotKnow,
    ...(tried.failed.length === 0
      ? []
      : ['', `无法推算 · ${tried.failed.length} persons could not be folded, and are in no sum`]),
    ...tried.failed.slice(0, 20).map(({ person, why }) => `  ${prefixOf(person)} ${why}`),
  ];
}

const prefixOf = (person: string): string => `${person.slice(0, 8)}…`;

function hoursWords({ before, after }: Pair<Hours>): string {
  return (['credited', 'held', 'denied'] as const)
    .map((fate) => `${inHours(before[fate])} → ${inHours(after[fate])}`)
    .join(' | ');
}

/** To the fourth digit: a third of a second. */
const inHours = (ms: number): string => (ms / 3_600_000).toFixed(4);

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
