/** How long reading takes at least. */
import type { Asked } from './template.ts';

/** Nobody sees, reads and points sooner, however short the question. */
const LEAST_MS = 800;
/** Twice as fast as practised readers of Chinese, who read 5 to 6 characters a second. */
const CHARACTERS_PER_SECOND = 12;

/** The question, and one choice of those that stand below it: who finds the right one first reads no further. */
export function readingMs(asked: Asked): number {
  const choices = 'choices' in asked ? asked.choices : [];
  const each = choices.length === 0 ? 0 : choices.reduce((sum, { zh }) => sum + zh.length, 0) / choices.length;
  return Math.round(Math.max(LEAST_MS, (1000 * (asked.text.zh.length + each)) / CHARACTERS_PER_SECOND));
}
