/**
 * Exams of simulated candidates through the rules: for each way to cheat, how often it was found and by which rule;
 * for each rule, how often it named somebody who was honest.
 */
import { suspicionsOf } from '../../../server/exams/judging/judging.ts';
import { examRules } from '../../../server/exams/rules/index.ts';
import { drawer } from '../../../test/patterns/world.ts';
import { cheats, heldOf, honest, roomOf } from './people.ts';

const HONEST = 40;
const AT = Date.parse('2026-06-02T00:00:00Z');

interface Tried {
  readonly name: string;
  exams: number;
  found: number;
  readonly by: Map<string, number>;
}

export function measureExams(
  first: number,
  seeds: number,
  facts: { readonly command: string; readonly seconds: () => number },
  progress: (words: string) => void,
): string {
  const falsely = new Map<string, number>();
  const tried: Tried[] = [];
  let [exams, sittings] = [0, 0];
  const add = (map: Map<string, number>, key: string): unknown => map.set(key, (map.get(key) ?? 0) + 1);
  for (const [name, cheat] of [['nobody cheats', () => []] as const, ...Object.entries(cheats)]) {
    const one: Tried = { name, exams: 0, found: 0, by: new Map() };
    for (let seed = first; seed < first + seeds; seed++) {
      // Another exam for each way, so that honest people are not the same ones again.
      const room = roomOf(drawer(seed * 1000 + tried.length));
      const cheating = cheat(room);
      const all = [...honest(room, HONEST), ...cheating];
      const named = suspicionsOf(heldOf(room, all), AT);
      const guilty = new Set(cheating.map(({ personKey }) => personKey));
      const rules = new Set(named.filter(({ subject }) => guilty.has(subject.id)).map(({ rule }) => rule));
      for (const rule of rules) add(one.by, rule);
      if (rules.size > 0) one.found += 1;
      for (const { rule, subject } of named) if (!guilty.has(subject.id)) add(falsely, rule);
      one.exams += 1;
      exams += 1;
      sittings += HONEST;
      progress(`${name}: ${one.exams} of ${seeds}`);
    }
    tried.push(one);
  }
  const cheated = tried.slice(1).map(({ name, exams: of, found, by }) => {
    const rules = [...by].sort((a, b) => b[1] - a[1]).map(([rule, times]) => `${rule} ${times}`);
    return `| ${name} | ${found} of ${of} | ${rules.join(', ') || '–'} |`;
  });
  const wrongly = examRules.map(({ name }) => `| ${name} | ${falsely.get(name) ?? 0} |`);
  return `# Exams · rules over simulated sittings

\`${facts.command}\`: ${exams} exams, each of ${HONEST} honest candidates (${sittings} sittings) and those who cheat, seeds
${first} to ${first + seeds - 1}, in ${facts.seconds().toFixed(0)} s. Candidates are drawn (\`exams/people.ts\`): a bank of 90 items, a paper of
45, Bock's nominal model for what is chosen, log-normal times, everybody opens within a minute, a fifth is interrupted
and leaves the page, two share a home and ten a room. Nobody here sat a real exam.

| who cheats | exams found in | by rule |
| --- | --- | --- |
${cheated.join('\n')}

| rule | honest people named, of ${sittings} sittings |
| --- | --- |
${wrongly.join('\n')}
`;
}
