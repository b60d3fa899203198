/**
 * What of a question is an image: the question itself, drawn by the server, and a picture in which a
 * place is pointed at. Guarantees: a place is found by pointer or by keyboard alike, and where it lies
 * is said; an image that cannot be shown is told.
 */
import type { Challenge, Picture } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { pick, say } from './language.ts';

/** The question as an image. */
export function questionImage(
  image: NonNullable<Challenge['image']>,
  failed: () => void,
): { readonly node: HTMLElement; draw(): void } {
  const node = imageOf(image, 'prompt-image');
  node.addEventListener('error', failed);
  return { node, draw: () => node.setAttribute('alt', pick(image.alt)) };
}

export interface Pointing {
  readonly node: HTMLElement;
  readonly spoken: HTMLElement;
  draw(): void;
  /** Shares of width and height, with four decimals; `null`: nowhere yet. */
  place(): readonly [number, number] | null;
}

/** Of the picture, at each press of an arrow key: coarse, and fine with Shift. */
const STEP = 0.02;
const FINE_STEP = 0.004;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** @param touched a place was pointed at */
export function pointing(picture: Picture, touched: () => void): Pointing {
  const image = imageOf(picture, 'prompt-image');
  // The area around it is named after the question.
  image.setAttribute('alt', '');
  const cross = el('span', { class: 'cross', hidden: '' });
  const spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  const node = el(
    'div',
    {
      ...{ class: 'pointing', 'data-pointing': '', tabindex: '0', role: 'application' },
      ...{ 'aria-labelledby': 'prompt-question', 'aria-describedby': 'prompt-hint' },
    },
    image,
    cross,
  );
  let place: readonly [number, number] | null = null;

  function move(x: number, y: number): void {
    place = [share(x), share(y)];
    cross.hidden = false;
    cross.style.left = `${place[0] * 100}%`;
    cross.style.top = `${place[1] * 100}%`;
    draw();
    touched();
  }

  function draw(): void {
    if (place === null) return;
    const [across, down] = place.map((part) => Math.round(part * 100));
    text(spoken, say('pointNow', { across: across ?? 0, down: down ?? 0 }));
  }

  node.addEventListener('click', (event) => {
    // A key that clicks has no place.
    if (event.detail === 0) return;
    const { left, top, width, height } = image.getBoundingClientRect();
    if (width > 0 && height > 0) move((event.clientX - left) / width, (event.clientY - top) / height);
  });
  node.addEventListener('keydown', (event) => {
    const arrow = arrows[event.key];
    if (arrow === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE_STEP : STEP;
    const [x, y] = place ?? [0.5, 0.5];
    move(x + arrow[0] * step, y + arrow[1] * step);
  });

  return { node, spoken, draw, place: () => place };
}

function share(part: number): number {
  return Math.round(Math.min(1, Math.max(0, part)) * 1e4) / 1e4;
}

function imageOf({ type, data, width, height }: Picture, kind: string): HTMLImageElement {
  const image = el('img', { class: kind, draggable: 'false', width: String(width), height: String(height) });
  image.src = `data:${type};base64,${data}`;
  return image;
}
