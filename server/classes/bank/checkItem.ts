/**
 * What is wrong with an item of the bank that its schema cannot see: a key that is none of the
 * choices, choices that read the same, a template that does not come out. Guarantees: an item
 * without a problem can be asked; a template is tried with drawings of its own.
 */
import { randomInt } from 'node:crypto';
import { parse } from '../../proofs/question/expression.ts';
import { areaOf } from '../../proofs/question/guess.ts';
import { draw, haveTwins, render } from '../../proofs/question/template.ts';
import type { Item } from '../item.ts';

export interface Problem {
  /** The part of the item, as `itemSchema` calls it. */
  readonly part: string;
  readonly zh: string;
  readonly en: string;
}

/** Enough that a template which fails in more than half of its drawings is not let through by chance. */
const DRAWINGS_TRIED = 100;
const COME_OUT_MIN = 60;

/** @param lessonMs how long the lesson's media is */
export function problemsOf(item: Item, lessonMs: number): readonly Problem[] {
  const found: Problem[] = [...keyProblems(item), ...endProblems(item.about, lessonMs)];
  if (item.form === 'point') found.push(...regionProblems(item));
  else if (item.variables !== undefined) found.push(...templateProblems(item));
  else if (item.form === 'number') {
    if (!/^-?\d+(\.\d+)?$/.test(item.answer)) found.push({ part: 'answer', zh: '不是数字', en: 'is not a number' });
    if (!/^\d+(\.\d+)?$/.test(item.tolerance)) {
      found.push({ part: 'tolerance', zh: '应为不小于零的数字', en: 'must be a number of zero or more' });
    }
  } else if (haveTwins(item.choices)) {
    found.push({ part: 'choices', zh: '有相同的选项', en: 'two of them read the same' });
  }
  return found;
}

export function endProblems(about: readonly [number, number] | undefined, lessonMs: number): readonly Problem[] {
  if (about === undefined || about[1] <= lessonMs) return [];
  return [{ part: 'about', zh: '超出课程时长', en: 'lies beyond the end of the lesson' }];
}

function keyProblems(item: Item): readonly Problem[] {
  if (!('choices' in item)) return [];
  const ids = item.choices.map(({ id }) => id);
  const found: Problem[] = [];
  if (new Set(ids).size < ids.length) found.push({ part: 'choices', zh: '选项编号重复', en: 'two have the same id' });
  const keys = item.form === 'single' ? [item.answer] : item.form === 'multiple' ? item.answers : [];
  const part = item.form === 'single' ? 'answer' : 'answers';
  if (keys.some((id) => !ids.includes(id))) {
    found.push({ part, zh: '不是选项之一', en: 'is not one of the choices' });
  }
  if (new Set(keys).size < keys.length) found.push({ part, zh: '答案重复', en: 'names one choice twice' });
  return found;
}

/** A place that a blind shot hits more often than 1 in 5 shows nothing. */
const AREA_MAX = 0.2;

function regionProblems(item: Extract<Item, { form: 'point' }>): readonly Problem[] {
  const share = areaOf(item.region);
  if (share > 0 && share <= AREA_MAX) return [];
  return [
    {
      part: 'region',
      zh: '区域须大于零，且不超过图片的五分之一',
      en: 'must be some of the picture, and a fifth of it at most',
    },
  ];
}

function templateProblems(item: Exclude<Item, { form: 'point' }>): readonly Problem[] {
  const variables = item.variables ?? {};
  const found: Problem[] = [];
  const used = new Set<string>();
  /** @param shown as it was typed */
  const look = (part: string, expression: string, shown = expression): void => {
    const text = expression.trim();
    const names: readonly string[] = text.match(/[a-z][a-z0-9]*/g) ?? [];
    if (parse(text) === null) {
      found.push({ part, zh: `算式有误：${shown}`, en: 'this is no arithmetic that can be understood' });
    }
    for (const name of names.filter((one) => one !== 'round')) {
      used.add(name);
      if (!Object.hasOwn(variables, name)) {
        found.push({ part, zh: `没有变量 ${name}`, en: `there is no variable ${name}` });
      }
    }
  };
  for (const { part, text } of textsOf(item)) {
    for (const [, hole = ''] of text.matchAll(/\{([^{}]*)\}/g)) look(part, hole, `{${hole}}`);
  }
  if (item.form === 'number') {
    look('answer', item.answer);
    look('tolerance', item.tolerance);
  }
  for (const name of Object.keys(variables).filter((one) => !used.has(one))) {
    found.push({ part: 'variables', zh: `变量 ${name} 没有用到`, en: `the variable ${name} is not used` });
  }
  if (found.length > 0) return found;
  let cameOut = 0;
  for (let i = 0; i < DRAWINGS_TRIED; i++) cameOut += render(item, draw(variables, randomInt)) === null ? 0 : 1;
  return cameOut >= COME_OUT_MIN
    ? []
    : [
        {
          part: 'variables',
          zh: `${DRAWINGS_TRIED} 次抽取中 ${DRAWINGS_TRIED - cameOut} 次不成题（选项相同、除以零等）`,
          en: 'too many drawings make no question (choices that read the same, a division by zero)',
        },
      ];
}

function textsOf(item: Exclude<Item, { form: 'point' }>): readonly { readonly part: string; readonly text: string }[] {
  const text = [item.zh, item.en].map((one) => ({ part: 'text', text: one }));
  if (item.form !== 'number') {
    return [...text, ...item.choices.flatMap(({ zh, en }) => [zh, en].map((one) => ({ part: 'choices', text: one })))];
  }
  const unit = item.unit === undefined ? [] : [item.unit.zh, item.unit.en];
  return [...text, ...unit.map((one) => ({ part: 'unit', text: one }))];
}
