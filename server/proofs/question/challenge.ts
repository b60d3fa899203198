/**
 * What a page is shown of a prompt. Guarantees: only what is named here leaves the server; choices
 * are named by their place, from 1: the bank's own ids could tell the right one from question to
 * question. Of a question that is shown as an image, no word is sent.
 */
import type { Challenge, Picture, Words } from '../../../sdk/wire.ts';
import type { Form } from '../../classes/item.ts';
import type { Image } from './render/renderer.ts';
import type { Prompt } from './store.ts';
import type { Asked } from './template.ts';

/** What is sent beside the words, or instead of them. */
export interface Parts {
  /** The question as an image. */
  readonly image?: Image;
  /** What is pointed at. */
  readonly picture?: Picture;
}

/** The last moment at which an answer counts. */
export function endOf({ deadlineAt, lateMs }: Pick<Prompt, 'deadlineAt' | 'lateMs'>): number {
  return deadlineAt + lateMs;
}

export function toChallenge(prompt: Prompt, nowMs: number, { image, picture }: Parts = {}): Challenge {
  const { id, asked, choiceIds, deadlineAt } = prompt;
  const remainingMs = Math.max(0, deadlineAt - nowMs);
  const head = {
    prompt: id,
    question: image === undefined ? { zh: asked.text.zh, en: asked.text.en } : todo[asked.form],
    remainingMs,
    graceMs: Math.max(0, endOf(prompt) - nowMs - remainingMs),
    ...(image === undefined ? {} : { image: sent(image, choiceIds.length) }),
  };
  switch (asked.form) {
    case 'single':
    case 'multiple':
    case 'order':
      return {
        ...head,
        form: asked.form,
        choices: image === undefined ? shownOf(asked, choiceIds) : places(choiceIds),
      };
    case 'number': {
      const unit = image === undefined ? asked.unit : undefined;
      return { ...head, form: asked.form, choices: [], ...(unit === undefined ? {} : { unit }) };
    }
    case 'point':
      if (picture === undefined) throw new Error('a question that is pointed at has no picture');
      return { ...head, form: asked.form, choices: [], picture };
    default:
      return asked satisfies never;
  }
}

/** What is to be done with a question that stands in an image. */
const todo: Readonly<Record<Form, Words>> = {
  single: { zh: '请看图中的题目，选出正确的一项。', en: 'Read the question in the image and choose the right answer.' },
  multiple: {
    zh: '请看图中的题目，选出全部正确的选项。',
    en: 'Read the question in the image and choose every right answer.',
  },
  order: {
    zh: '请看图中的题目，按编号排好先后顺序。',
    en: 'Read the question in the image and put its items in order.',
  },
  number: { zh: '请看图中的题目，填写数字。', en: 'Read the question in the image and type the number.' },
  point: {
    zh: '请看第一张图中的题目，在第二张图上指出位置。',
    en: 'Read the question in the first image and point at the place in the second.',
  },
};

function sent({ type, width, height, bytes }: Image, choices: number): NonNullable<Challenge['image']> {
  const [zh, en] = choices === 0 ? ['', ''] : [`，共 ${choices} 个选项`, ` with ${choices} choices`];
  const alt = {
    zh: `以图片显示的题目${zh}。使用读屏等辅助技术的学员，可请培训平台改为文字题。`,
    en: `A question shown as an image${en}. If you use assistive technology, ask your training platform for questions in words.`,
  };
  return { type, data: Buffer.from(bytes).toString('base64'), width, height, alt };
}

function places(choiceIds: readonly string[]) {
  return choiceIds.map((_, i) => ({
    id: String(i + 1),
    text: { zh: `图中第 ${i + 1} 项`, en: `Number ${i + 1} in the image` },
  }));
}

function shownOf({ choices }: Extract<Asked, { choices: unknown }>, choiceIds: readonly string[]) {
  return choiceIds.flatMap((choiceId, at) => {
    const choice = choices.find((one) => one.id === choiceId);
    return choice === undefined ? [] : [{ id: String(at + 1), text: { zh: choice.zh, en: choice.en } }];
  });
}
