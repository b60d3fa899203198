/** A rule's section in the policy is its switch: with it the rule speaks, without it nothing of it is left. */
import { describe, expect, it, vi } from 'vitest';
import { type Policy, type RuleName, rules } from '../../detector/index.ts';
import type { Judged, Rule } from '../../detector/rule.ts';
import { desk } from '../support/desk.ts';
import { everyRule, offences } from '../support/offences.ts';
import { outcomeOf } from '../support/outcome.ts';

/** What a rule says in any form: some raise no alert, and only deny or give a weak sign. */
function spokenBy(name: RuleName): () => boolean {
  const rule = rules.find((one) => one.name === name) as unknown as Rule<RuleName, unknown, unknown>;
  const judge = vi.spyOn(rule, 'judge');
  return () => {
    const said = judge.mock.results.some(({ value }) => (value as Judged<unknown>).finding !== undefined);
    judge.mockRestore();
    return said;
  };
}

function offend(name: RuleName, policy: Policy) {
  const said = spokenBy(name);
  const one = desk({ policy });
  offences[name](one, (options) => one.open(options));
  const { alerts, reasons } = outcomeOf(one);
  const state = one.state();
  const remembers = [state, ...Object.values(state.sessions)].some((of) => of.rules[name] !== undefined);
  const accuses = rules.find((rule) => rule.name === name)?.code !== null;
  const spoke = said() && (!accuses || alerts.some((alert) => alert.endsWith(`.${name}`)));
  const denied = Object.keys(reasons).filter((reason) => reason.endsWith(`.${name}`));
  return { spoke, remembers, denied };
}

const without = (name: RuleName): Policy => {
  const { [name]: _, ...others } = everyRule.rules;
  return { ...everyRule, rules: others };
};

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  it('speaks while its section stands in the policy', () => {
    expect(offend(name, everyRule).spoke).toBe(true);
  });

  it('is off without it: no alert, no denial, no memory', () => {
    expect(offend(name, without(name))).toEqual({ spoke: false, remembers: false, denied: [] });
  });

  it('is off in a policy that has no rules at all', () => {
    expect(offend(name, { ...everyRule, rules: {} })).toEqual({ spoke: false, remembers: false, denied: [] });
  });

  it.skipIf(rule.code === null)('names its own code, severity and facts', () => {
    const one = desk({ policy: everyRule });
    offences[name](one, (options) => one.open(options));
    one.settle();
    const alert = one.verdicts.flat().find((said) => said.verdict === 'alert' && said.rule === name);
    expect(alert).toMatchObject({ code: rule.code, severity: rule.severity });
    expect(Object.keys(alert?.verdict === 'alert' ? alert.facts : {})).not.toEqual([]);
  });
});

it('rules have names of their own', () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});
