/**
 * What a version of the detector said once, it says for ever: sealed leaves name it. To hold another
 * build against the recordings of a version, add it to `builds`.
 */
import { describe, expect, it } from 'vitest';
import {
  DETECTOR_VERSION,
  type Event,
  emptyState,
  type Policy,
  policyOf,
  type State,
  step,
} from '../../detector/index.ts';
import { policyHash, policySchema } from '../../server/classes/policies.ts';
import { coverageOf, missing } from '../fixtures/recorded/coverage.ts';
import { type Build, firstDifference, type History, histories } from '../support/recorded.ts';

const today: Build<State, Policy> = {
  empty: emptyState,
  readPolicy: (body) => policySchema.parse(JSON.parse(body)),
  step,
};

/** The build that speaks for each version. */
const builds: Readonly<Record<string, Build<State, Policy>>> = { [DETECTOR_VERSION]: today };

describe.each(Object.entries(builds))('version %s', (version, build) => {
  const recorded = [...histories(version)];

  it('is recorded in all it knows', () => {
    expect(missing(version, coverageOf(recorded))).toEqual([]);
  });

  it.each(recorded.map((history) => [history.name, history] as const))('says what it said: %s', (_name, history) => {
    expect(firstDifference(build, history)).toBeNull();
  });

  it('is not said to be the same when one verdict differs', () => {
    const [history] = recorded as [History];
    const lenient: Build<State, Policy> = {
      ...build,
      step: (policy, state, event) => {
        const next = build.step(policy, state, event);
        return (event as Event).at > history.events.at(-1)!.at - 1 ? { ...next, verdicts: [] } : next;
      },
    };
    expect(firstDifference(lenient, history)?.nth).toBeGreaterThan(0);
  });
});

it('an event is judged under the policy whose bytes its session names', () => {
  for (const { policyBodies, events, expected } of histories(DETECTOR_VERSION)) {
    const read = new Map(policyBodies.map((body) => [body, today.readPolicy(body)]));
    let state = emptyState;
    for (const [nth, event] of (events as unknown as Event[]).entries()) {
      const body = expected.bodyAt(nth);
      expect(policyOf(state, event)).toBe(policyHash(body));
      state = step(read.get(body)!, state, event).state;
    }
  }
});
