/**
 * What version 1 of the detector said, it says for ever: sealed leaves name it. Its recording, its maker
 * and its build hold each other; that every version says what it said is in versions.test.ts.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as one from '../../detector/frozen/1.mjs';
import { buildOf, type Opaque } from '../../detector/index.ts';
import { policyHash } from '../../server/classes/policies.ts';
import { coverageOf, missing } from '../fixtures/recorded/coverage.ts';
import { tell } from '../fixtures/recorded/v1/make.ts';
import { type Build, firstDifference, type History, histories, type RecordedVerdict } from '../support/recorded.ts';

const recorded = [...histories('1')];
const build = buildOf(1);
const frozen: Build<Opaque, Opaque> = { empty: one.emptyState, readPolicy: build.readPolicy, step: one.step };

/** What the shell makes of version 1's words, said back in them. */
function untold(verdict: RecordedVerdict): RecordedVerdict {
  const { span } = verdict as { readonly span?: RecordedVerdict & { readonly open: boolean } };
  if (span !== undefined) {
    const { open, ...rest } = span;
    expect(open).toBe(rest['fate'] !== 'credited');
    return { ...verdict, span: rest };
  }
  return verdict.verdict === 'proofAsked' ? { verdict: 'challenge', session: verdict['session'] } : verdict;
}

describe('version 1', () => {
  it('is recorded in all it knows', () => {
    expect(missing('1', coverageOf(recorded))).toEqual([]);
  });

  it('tells its recording again, byte for byte', () => {
    const file = new URL('../fixtures/recorded/v1/histories.jsonl.gz', import.meta.url);
    // Not compared by `toBe`: what differs would be printed as megabytes.
    expect(tell() === gunzipSync(readFileSync(file)).toString('utf8')).toBe(true);
  });

  it.each(recorded.map((history) => [history.name, history] as const))('in today’s form too: %s', (_name, history) => {
    const translated: Build<Opaque, Opaque> = {
      ...build,
      step: (policy, state, event) => {
        const next = build.step(policy, state, event);
        return { ...next, verdicts: (next.verdicts as unknown as RecordedVerdict[]).map(untold) };
      },
    };
    expect(firstDifference(translated, history)).toBeNull();
  });

  it('is not said to be the same when one verdict differs', () => {
    const [history] = recorded as [History];
    const last = history.events.at(-1)?.at ?? 0;
    const lenient: Build<Opaque, Opaque> = {
      ...frozen,
      step: (policy, state, event: { readonly at: number }) => {
        const next = one.step(policy, state, event);
        return event.at >= last ? { ...next, verdicts: [] } : next;
      },
    };
    expect(firstDifference(lenient, history)?.nth).toBeGreaterThan(0);
  });

  it('judges an event under the policy whose bytes its session names', () => {
    for (const { policyBodies, events, expected } of recorded) {
      const read = new Map(policyBodies.map((body) => [body, build.readPolicy(body)]));
      let state = build.empty;
      for (const [nth, event] of events.entries()) {
        const body = expected.bodyAt(nth);
        expect(build.policyOf(state, event)).toBe(policyHash(body));
        state = build.step(read.get(body) ?? {}, state, event).state;
      }
    }
  });
});
