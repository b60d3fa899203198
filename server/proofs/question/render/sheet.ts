/**
 * What is drawn of a question: its words, in the order shown, and the number that decides the drawing.
 * Pure. A sign that stands for others, as Ⅱ and the sign of the ohm do, is drawn as those.
 */
import type { Words } from '../../../../sdk/wire.ts';
import type { Asked } from '../template.ts';

export interface Sheet {
  readonly question: Words;
  /** In the order shown; each is drawn with its place, from 1. */
  readonly choices: readonly Words[];
  /** The unit of the number that is asked for. */
  readonly unit: Words | null;
  /** In [0, 2^32): layout, colours and noise come of it, and of nothing else. */
  readonly seed: number;
}

/** Roman numerals (U+2160–217F), ohm, kelvin and ångström have no letters of their own. */
function letters(text: string): string {
  return text.replaceAll(/[\u2160-\u217f\u2126\u212a\u212b]/g, (sign) => sign.normalize('NFKC'));
}

export function sheetOf(asked: Asked, choiceIds: readonly string[], seed: number): Sheet {
  const plain = ({ zh, en }: Words): Words => ({ zh: letters(zh), en: letters(en) });
  const choices =
    'choices' in asked ? choiceIds.flatMap((id) => asked.choices.filter((choice) => choice.id === id).map(plain)) : [];
  const unit = 'unit' in asked && asked.unit !== undefined ? plain(asked.unit) : null;
  return { question: plain(asked.text), choices, unit, seed };
}
