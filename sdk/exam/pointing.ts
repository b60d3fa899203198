/**
 * A place in a picture. Guarantees: it is found by pointer or by keyboard alike, and where it lies is said.
 */
import { el, type Fields, hint, text } from './dom.ts';
import type { ExamItem } from './surface.ts';
import type { Speech } from './words.ts';

/** Of the picture, at each press of an arrow key: coarse, and fine with Shift. */
const STEP = 0.02;
const FINE_STEP = 0.004;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** With four decimals, as the wire has it. */
const share = (part: number): number => Math.round(Math.min(1, Math.max(0, part)) * 1e4) / 1e4;

export function pointing(
  { picture }: ExamItem,
  before: readonly [number, number] | null,
  { say }: Speech,
  touched: () => void,
): Fields {
  const image = el('img', { draggable: 'false', alt: '' });
  if (picture) {
    image.width = picture.width;
    image.height = picture.height;
    image.src = `data:${picture.type};base64,${picture.data}`;
  }
  const cross = el('span', { class: 'cross', hidden: '' });
  const spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  const area = el(
    'div',
    {
      ...{ class: 'pointing', tabindex: '0', role: 'application', 'data-pointing': '' },
      ...{ 'aria-labelledby': 'question', 'aria-describedby': 'hint' },
    },
    image,
    cross,
  );
  let place: readonly [number, number] | null = null;

  function put(x: number, y: number): void {
    place = [share(x), share(y)];
    cross.hidden = false;
    cross.style.left = `${place[0] * 100}%`;
    cross.style.top = `${place[1] * 100}%`;
  }
  function move(x: number, y: number): void {
    put(x, y);
    text(spoken, say('pointed', { across: Math.round(share(x) * 100), down: Math.round(share(y) * 100) }));
    touched();
  }
  if (before) put(...before);

  area.addEventListener('click', (event) => {
    // A key that clicks has no place.
    if (event.detail === 0) return;
    const { left, top, width, height } = image.getBoundingClientRect();
    if (width > 0 && height > 0) move((event.clientX - left) / width, (event.clientY - top) / height);
  });
  area.addEventListener('keydown', (event) => {
    const arrow = arrows[event.key];
    if (arrow === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE_STEP : STEP;
    const [x, y] = place ?? [0.5, 0.5];
    move(x + arrow[0] * step, y + arrow[1] * step);
  });
  return { nodes: [hint(say('hintPoint')), area, spoken], given: () => place && { point: place } };
}
