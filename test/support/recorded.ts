/**
 * Recorded histories: events with what a version of the detector said of them, for ever.
 *
 * Each version has one file, test/fixtures/recorded/v<version>/histories.jsonl.gz. A line is a history:
 *   name         what it shows
 *   policies     the exact stored bytes of every policy that judges in it; an `opened` event names
 *                its policy by the hex SHA-256 of these bytes
 *   judgedUnder  for each event, which of `policies` it was judged under
 *   events       in order, from an empty state, as detector/event.ts defined them in that version
 *   verdicts     for each event, the verdicts in order
 *   sha256       hex SHA-256 of JSON.stringify(verdicts): key order counts, since rows and alerts keep it
 *
 * Knows no detector: what is compared here must not depend on the code that is compared with it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** An event of any version: what only some kinds have is `unknown`. */
export interface RecordedEvent {
  readonly kind: string;
  readonly at: number;
  readonly session: string;
  readonly [field: string]: unknown;
}

export interface RecordedVerdict {
  readonly verdict: string;
  readonly [field: string]: unknown;
}

export interface History {
  readonly name: string;
  /** The first session's policy: where `policyBodies` has only one, the policy. */
  readonly policyBody: string;
  readonly policyBodies: readonly string[];
  readonly events: readonly RecordedEvent[];
  readonly expected: {
    /** The policy's body that the nth event is judged under. */
    bodyAt(nth: number): string;
    readonly verdicts: readonly (readonly RecordedVerdict[])[];
    readonly sha256: string;
  };
}

interface Line {
  readonly name: string;
  readonly policies: readonly string[];
  readonly judgedUnder: readonly number[];
  readonly events: readonly RecordedEvent[];
  readonly verdicts: readonly (readonly RecordedVerdict[])[];
  readonly sha256: string;
}

/** The histories of a version, e.g. `'1'`. Throws when there is none, or when the file was damaged. */
export function* histories(version: string): Iterable<History> {
  const file = new URL(`../fixtures/recorded/v${version}/histories.jsonl.gz`, import.meta.url);
  for (const text of gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')) {
    const { name, policies, judgedUnder, events, verdicts, sha256 } = JSON.parse(text) as Line;
    if (judgedUnder.length !== events.length || hashOf(verdicts) !== sha256) throw new Error(`damaged: ${name}`);
    const bodyAt = (nth: number): string => policies[judgedUnder[nth] ?? 0] ?? '';
    const expected = { bodyAt, verdicts, sha256 };
    yield { name, policyBody: bodyAt(0), policyBodies: policies, events, expected };
  }
}

/** A detector as it was or is: all that a comparison needs of it. */
export interface Build<State, Policy> {
  readonly empty: State;
  readPolicy(body: string): Policy;
  step(policy: Policy, state: State, event: never): { readonly state: State; readonly verdicts: readonly unknown[] };
}

/** The first event of which this build says something else than the recording; `null`: it says the same throughout. */
export function firstDifference<State, Policy>(
  { empty, readPolicy, step }: Build<State, Policy>,
  { policyBodies, events, expected }: History,
): { readonly nth: number; readonly event: RecordedEvent; readonly said: unknown; readonly recorded: unknown } | null {
  const policies = new Map(policyBodies.map((body) => [body, readPolicy(body)]));
  let state = empty;
  const all: unknown[] = [];
  for (const [nth, event] of events.entries()) {
    const next = step(policies.get(expected.bodyAt(nth)) as Policy, state, event as never);
    state = next.state;
    all.push(next.verdicts);
    const recorded = expected.verdicts[nth];
    if (JSON.stringify(next.verdicts) !== JSON.stringify(recorded))
      return { nth, event, said: next.verdicts, recorded };
  }
  if (hashOf(all) !== expected.sha256) throw new Error('the same verdicts have another hash: the comparison is wrong');
  return null;
}

function hashOf(verdicts: unknown): string {
  return createHash('sha256').update(JSON.stringify(verdicts)).digest('hex');
}
