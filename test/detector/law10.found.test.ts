/**
 * Law 10, the worlds in which it once failed, as the property drew or shrank them: one a line of
 * `test/fixtures/law10.jsonl`, with what happens in it.
 */
import { expect, it } from 'vitest';
import { read } from '../support/source.ts';
import type { Command } from '../support/world/actions.ts';
import { outcomeOf } from '../support/world/law10.ts';
import type { SittingOptions } from '../support/world/sitting.ts';

interface Found extends SittingOptions {
  readonly what: string;
  readonly commands: readonly Command[];
}

const worlds = read('test/fixtures/law10.jsonl')
  .trim()
  .split('\n')
  .map((line): Found => JSON.parse(line));

it.each(worlds)('holds where: $what', ({ commands, ...options }) => {
  const came = outcomeOf(options, commands);
  expect(came).toMatchObject({ accusations: [], refusals: [] });
  expect(came.lostMs, JSON.stringify(came.denied)).toBeLessThanOrEqual(came.toleratedMs);
});
