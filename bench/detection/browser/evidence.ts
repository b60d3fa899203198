/** What the server has of one attack, read from its tables when it is over. */
import { type AnyEvent, buildOf, type Folded, fold, genesis, type Opaque, Sign } from '../../../detector/index.ts';
import type { Db } from '../../../server/db/pool.ts';
import { readLine } from '../../../server/judge/line.ts';

export interface AlertSeen {
  readonly rule: string;
  readonly at: number;
}

export interface Evidence {
  /** Play that beats claimed, by the page's clock. */
  readonly claimedMs: number;
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
  readonly beats: number;
  /** Questions by what became of them. */
  readonly questions: Readonly<Record<string, number>>;
  /** Of the askings, how many wanted what a script cannot read; null: they could not be told apart. */
  readonly hard: number | null;
  /** What the page itself told that an untouched one would not, with the beats that told it. */
  readonly told: Readonly<Record<string, number>>;
}

/** Of the alerts of these trainees, in their order. */
export async function readAlerts(db: Db, trainees: readonly string[]): Promise<readonly AlertSeen[]> {
  const { rows } = await db.query<AlertSeen>(
    `select rule, at_ms as at from alerts
      where trainee_id = any($1)
         or sessions && (select coalesce(array_agg(id), '{}') from sessions where trainee_id = any($1))
      order by at_ms`,
    [trainees],
  );
  return rows;
}

export async function readEvidence(db: Db, people: readonly string[]): Promise<Evidence> {
  const spans = await db.query<{ fate: string; ms: number }>(
    'select fate, sum(ms)::bigint as ms from spans where person_key = any($1) group by fate',
    [people],
  );
  const fate = (name: string): number => spans.rows.find((row) => row.fate === name)?.ms ?? 0;
  const prompts = await db.query<{ outcome: string; count: number }>(
    `select coalesce(outcome, 'waiting') as outcome, count(*)::int as count
       from prompts where person_key = any($1) group by 1 order by 1`,
    [people],
  );
  const told: Record<string, number> = {};
  let [claimedMs, beats] = [0, 0];
  let hard: number | null = 0;
  for (const person of people) {
    const { rows } = await db.query<{ line: string }>(
      'select line from events where person_key = $1 order by ordinal',
      [person],
    );
    const events = rows.map(({ line }) => readLine(line));
    for (const event of events) {
      if (!isBeat(event)) continue;
      beats += 1;
      claimedMs += event.beat.runs.reduce((sum, [, , from, to]) => sum + (to - from), 0);
      for (const fact of factsOf(event.beat)) told[fact] = (told[fact] ?? 0) + 1;
    }
    const asked = await hardAskings(db, events).catch(() => null);
    hard = asked === null || hard === null ? null : hard + asked;
  }
  return {
    ...{ claimedMs, beats, told, hard },
    ...{ creditedMs: fate('credited'), heldMs: fate('held'), deniedMs: fate('denied') },
    questions: Object.fromEntries(prompts.rows.map(({ outcome, count }) => [outcome, count])),
  };
}

interface ToldBeat {
  readonly runs: readonly (readonly [number, number, number, number])[];
  readonly signs: number;
  readonly view?: readonly [number, number, number];
  readonly source?: readonly [string, number, number];
}

function isBeat(event: AnyEvent): event is AnyEvent & { readonly beat: ToldBeat } {
  return event.kind === 'beat';
}

function factsOf({ signs, view, source }: ToldBeat): readonly string[] {
  const facts = Object.entries(Sign).flatMap(([name, bit]) => ((signs & bit) !== 0 ? [name] : []));
  if (view !== undefined && view[0] > 500) facts.push('out of view');
  if (source !== undefined && source[0] !== 'file') facts.push(`source ${source[0]}`);
  if (source !== undefined && source[2] > 0) facts.push('source changed');
  return facts;
}

/** Folds the person's events once more, as the server did: verdicts are not kept, askings not told apart. */
async function hardAskings(db: Db, events: readonly AnyEvent[]): Promise<number> {
  const stored = await db.query<{ hash: string; body: string }>('select hash, body from policies');
  const bodies = new Map(stored.rows.map(({ hash, body }) => [hash, body]));
  const read = new Map<string, Opaque>();
  const policyFor = (hash: string, version: number): Opaque => {
    const known = read.get(`${hash} ${version}`) ?? buildOf(version).readPolicy(bodies.get(hash) ?? '');
    read.set(`${hash} ${version}`, known);
    return known;
  };
  let folded: Folded = genesis;
  let hard = 0;
  for (const event of events) {
    const next = fold(folded, event, policyFor);
    folded = next.folded;
    hard += next.verdicts.filter((one) => one.verdict === 'proofAsked' && one.hard === true).length;
  }
  return hard;
}
