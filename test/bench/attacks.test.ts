/**
 * What the simulated attackers may never earn. How much those earn who can answer stands in bench/detection.md:
 * that is measured, not tested.
 */
import { describe, expect, it } from 'vitest';
import { attack } from '../../bench/detection/attacks/attack.ts';
import { knowledges } from '../../bench/detection/attacks/knowledge.ts';
import { techniques } from '../../bench/detection/attacks/techniques.ts';
import { replacePart } from '../../bench/detection/page.ts';

const knowing = (name: string) => knowledges.find((one) => one.name === name)!;
const technique = (name: string) => techniques.find((one) => one.name === name)!;
const run = (name: string, stock: string, seed: number) =>
  attack({ technique: technique(name), knowledge: knowing(stock), bank: 16, seed, hours: 1 });

describe('an attacker on the wire', () => {
  const nobodyPasses = techniques.filter(({ passes }) => !passes);

  it.each(nobodyPasses.map(({ name }) => [name]))('who answers nothing earns nothing: %s', (name) => {
    const { claimedMs, questions, creditedMs } = run(name, 'no answers', 7);
    expect(claimedMs).toBeGreaterThan(10 * 60_000);
    expect(questions).toBeGreaterThan(0);
    expect(creditedMs).toBe(0);
  });

  it('who passes each face check is paid, and has to come for it several times an hour', () => {
    const { claimedMs, creditedMs, questions } = run('face: each check is passed', 'no answers', 7);
    expect(creditedMs).toBeGreaterThan(0.5 * claimedMs);
    expect(questions).toBeGreaterThanOrEqual(4);
  });

  it.each(['hidden', 'clock ×4'])('who answers everything is not paid for what cannot be: %s', (name) => {
    const { claimedMs, creditedMs, alertedAt } = run(name, 'oracle', 7);
    expect(creditedMs).toBeLessThan(0.02 * claimedMs);
    expect(alertedAt).not.toBeNull();
  });

  it('who imitates a page and answers everything is paid: the simulation does not fool itself', () => {
    const { claimedMs, creditedMs, refusals } = run('imitation', 'oracle', 7);
    expect(creditedMs).toBeGreaterThan(0.5 * claimedMs);
    expect(refusals).toBe(0);
  });

  it('does the same with the same seed', () => {
    const [one, two] = [1, 2].map(() => run('independent jitter', 'guesses', 3));
    expect(one).toEqual(two);
  });
});

describe('the page of the measure', () => {
  it('has each part once, whoever wrote it last', () => {
    const page = '# Honest people · detector version 1\n\na\n\n# Attackers on the wire · detector version 1\n\nb\n';
    const next = replacePart(page, '# Honest people · detector version 2\n\nc\n');
    expect(next).toBe(
      '# Honest people · detector version 2\n\nc\n\n# Attackers on the wire · detector version 1\n\nb\n',
    );
    expect(replacePart('', '# A · 1\n')).toBe('# A · 1\n');
    expect(replacePart('# A · 1\n', '# B · 1\n')).toBe('# A · 1\n\n# B · 1\n');
  });
});
