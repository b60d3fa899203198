/** docs/sdk.md names everything that a page can meet: options, states, notices, codes. */
import { expect, it } from 'vitest';
import { read } from '../support/source.ts';

const reference = read('docs/sdk.md');
const surface = read('sdk/surface.ts');
const wire = read('sdk/wire.ts');

const between = (text: string, from: string, to: string): string => {
  const start = text.indexOf(from);
  return text.slice(start, text.indexOf(to, start));
};
const quoted = (text: string): string[] => [...text.matchAll(/'(\w+)'/g)].map(([, word]) => word as string);
const keys = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, key]) => key as string);

it.each([
  ['option', keys(between(surface, 'export interface WatchOptions', '\n}'))],
  ['member of a Watch', keys(between(surface, 'export interface Watch {', '\n}'))],
  ['state', quoted(between(surface, 'export type WatchState', ';'))],
  ['code of its own', keys(between(surface, 'const troubles', '\n};'))],
  ['kind of notice', quoted(between(wire, 'readonly kind:', ';'))],
  ['outcome of an answer', quoted(between(wire, 'readonly outcome:', ';'))],
  ['part of a challenge', keys(between(wire, 'interface AnyChallenge', '\n}'))],
  ['form of a challenge', quoted(between(wire, 'export type Challenge', 'export type Form'))],
  [
    'way to answer',
    [...between(wire, 'export type Given', ';\n\n').matchAll(/readonly (\w+):/g)].map(([, key = '']) => key),
  ],
])('every %s', (_what, names) => {
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(reference).toMatch(new RegExp(`\\b${name}\\b`));
});

const exams = read('docs/exams.md');
const examSurface = read('sdk/exam/surface.ts');
it.each([
  ['option', keys(between(examSurface, 'export interface ExamOptions', '\n}'))],
  ['member of an Exam', keys(between(examSurface, 'export interface Exam {', '\n}'))],
  ['state', quoted(between(examSurface, 'export type ExamState', ';'))],
])('of an exam: every %s', (_what, names) => {
  expect(names.length).toBeGreaterThan(5);
  const page = between(exams, '## 在平台页面中考试', '\n## ');
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});
