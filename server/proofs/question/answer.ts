/**
 * Whether an answer is right. Guarantees: an answer of another form than was asked, or one that
 * names a place twice or a place that is none, is wrong and nothing else.
 */
import type { Answer, Given } from '../../../sdk/wire.ts';
import type { Region } from '../../classes/item.ts';
import type { Asked } from './template.ts';

/** @param shown the choices' ids in the order shown: an answer names places, from 1 */
export function isRight(asked: Asked, shown: readonly string[], answer: Answer | Given): boolean {
  switch (asked.form) {
    case 'single':
      return 'choice' in answer && at(shown, answer.choice) === asked.answer;
    case 'multiple': {
      if (!('choices' in answer)) return false;
      const chosen = answer.choices.map((place) => at(shown, place));
      const right = new Set<string | null>(asked.answers);
      return (
        new Set(chosen).size === chosen.length && chosen.length === right.size && chosen.every((id) => right.has(id))
      );
    }
    case 'order':
      return (
        'order' in answer &&
        answer.order.length === asked.choices.length &&
        asked.choices.every(({ id }, i) => at(shown, answer.order[i] ?? '') === id)
      );
    case 'number': {
      const given = 'number' in answer ? readNumber(answer.number) : null;
      // Nine decimals: what binary fractions cannot say exactly is nobody's mistake.
      return given !== null && Math.abs(given - asked.answer) <= asked.tolerance + 1e-9 * Math.max(1, Math.abs(given));
    }
    case 'point':
      return 'point' in answer && lies(answer.point, asked.region);
    default:
      return asked satisfies never;
  }
}

/**
 * What was taken, the same for everybody who took the same: the bank's id of a choice, `a+c` of several in the
 * bank's spelling order, `c>a>b` of an order, a number. `null`: nothing that the form knows.
 */
export function chosenBy({ form }: Asked, shown: readonly string[], answer: Answer | Given): string | null {
  const taken = (places: readonly string[]): string[] =>
    [...new Set(places)].flatMap((place) => at(shown, place) ?? []);
  switch (form) {
    case 'single':
      return 'choice' in answer ? at(shown, answer.choice) : null;
    case 'multiple':
      return 'choices' in answer ? taken(answer.choices).sort().join('+') || null : null;
    case 'order':
      return 'order' in answer ? taken(answer.order).join('>') || null : null;
    case 'number': {
      const number = 'number' in answer ? readNumber(answer.number) : null;
      return number === null ? null : String(number);
    }
    // Two people hardly ever point at the same pixel.
    case 'point':
      return null;
    default:
      return form satisfies never;
  }
}

/** The bank's id of the choice at this place; `null`: there is no such place. */
function at(shown: readonly string[], place: string): string | null {
  return /^[1-9]\d?$/.test(place) ? (shown[Number(place) - 1] ?? null) : null;
}

/** The edge belongs to it. */
function lies([x, y]: readonly [number, number], region: Region): boolean {
  if ('circle' in region) {
    const [centerX, centerY, radius] = region.circle;
    return Math.hypot(x - centerX, y - centerY) <= radius + 1e-9;
  }
  // A ray to the right crosses the outline an odd number of times from within.
  let within = false;
  for (const [i, [x1, y1]] of region.polygon.entries()) {
    const [x2, y2] = region.polygon[(i + 1) % region.polygon.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x <= x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) within = !within;
  }
  return within;
}

/** A number as people type it: full-width digits, thousands with commas, blanks around; `null`: it is none. */
export function readNumber(text: string): number | null {
  const plain = text.normalize('NFKC').replaceAll('−', '-').trim();
  return /^[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?$/.test(plain) ? Number(plain.replaceAll(',', '')) : null;
}
