/** A rule's section in the policy is its switch: with it the rule speaks, without it nothing of it is left. */
import { describe, expect, it, vi } from 'vitest';
import { type Policy, type RuleName, rules } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { everyRule, offences } from '../support/offences.ts';
import { outcomeOf } from '../support/outcome.ts';

function offend(name: RuleName, policy: Policy) {
  const one = desk({ policy });
  const rule = rules.find((each) => each.name === name)! as {
    judge(...given: never[]): { finding?: { weak?: number } };
  };
  const judge = vi.spyOn(rule, 'judge');
  offences[name](one, (options) => one.open(options));
  const { alerts, reasons } = outcomeOf(one);
  const hints = judge.mock.results.some(({ value }) => (value.finding?.weak ?? 0) > 0);
  judge.mockRestore();
  const state = one.state();
  const remembers = [state, ...Object.values(state.sessions)].some((of) => of.rules[name] !== undefined);
  // Some only hint: what hints come to together is the score's.
  const spoke = hints || alerts.some((alert) => alert.endsWith(`.${name}`));
  const denied = Object.keys(reasons).filter((reason) => reason.endsWith(`.${name}`));
  return { spoke, remembers, denied };
}

const without = (name: RuleName): Policy => {
  const { [name]: _, ...others } = everyRule.rules;
  return { ...everyRule, rules: others };
};

/** They never raise an alert of their own. */
const hinting: ReadonlySet<RuleName> = new Set(['offScreen', 'noRecord', 'framesAbsent', 'noHand']);

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

  it('names its own code, severity and facts, where it alerts by itself', () => {
    const one = desk({ policy: everyRule });
    offences[name](one, (options) => one.open(options));
    one.settle();
    const alert = one.verdicts.flat().find((said) => said.verdict === 'alert' && said.rule === name);
    if (alert === undefined && hinting.has(name)) return;
    expect(alert).toMatchObject({ code: rule.code, severity: rule.severity });
    expect(Object.keys(alert?.verdict === 'alert' ? alert.facts : {})).not.toEqual([]);
  });
});

it('rules have names of their own', () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});
