/**
 * The one dialog of faces: a card, or the whole page while the camera looks.
 *
 * States: closed → shown (each scene replaces the one before) → closed.
 * Guarantees: nothing of the page is made inert, covered by styles, paused or scrolled; focus goes into it unless
 * somebody types, stays in it with Tab, and is given back; Esc does what the scene says; what changes is said to
 * screen readers; it follows the language of `<html lang>` (Chinese unless that is English) also while it is open.
 */
import { colours, style } from './faceStyle.ts';
import type { FaceColour, Words } from './wire.ts';

export interface Act {
  readonly words: Words;
  readonly how?: 'main' | 'slight';
  /** Handed whether the scene's box is ticked. */
  readonly act: (ticked: boolean) => void;
}

export interface Scene {
  /** For whoever styles or tests the page. */
  readonly name: string;
  readonly title: Words;
  readonly text?: readonly Words[];
  readonly list?: readonly Words[];
  /** Stands out: what to change. */
  readonly warn?: readonly Words[];
  readonly small?: readonly Words[];
  /** A box to tick; never ticked when shown. */
  readonly tick?: Words;
  /** The camera looks: the whole page, with the preview. */
  readonly page?: boolean;
  /** In large letters. */
  readonly step?: Words;
  /** Only an offer: no dialog, takes no focus. */
  readonly quiet?: boolean;
  readonly acts: readonly Act[];
  readonly away?: () => void;
}

export interface Dialog {
  readonly video: HTMLVideoElement;
  show(scene: Scene): void;
  /** Of the scene shown, without moving anything. */
  step(words: Words, sign: string): void;
  colour(colour: FaceColour): void;
  progress(share: number): void;
  /** A line that ticks, and is not read out. */
  left(words: Words): void;
  name(): string | null;
  close(): void;
}

type Parts = readonly (Node | string)[];
function el<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', ...parts: Parts): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...parts);
  return made;
}

const isTyping = (active: Element | null): boolean =>
  active instanceof HTMLElement &&
  (active.isContentEditable || active.matches('input:not([type=radio],[type=checkbox]),textarea,select'));

export function createDialog(): Dialog {
  const host = el('div');
  host.setAttribute('data-zhenxue-face', '');
  const root = host.attachShadow({ mode: 'open' });
  const title = el('h2');
  title.id = 'title';
  const text = el('div', 'text');
  const stepLine = el('p', 'step');
  stepLine.setAttribute('aria-live', 'assertive');
  const video = el('video');
  Object.assign(video, { muted: true, playsInline: true, autoplay: true });
  video.setAttribute('aria-hidden', 'true');
  const bar = el('progress');
  bar.setAttribute('aria-hidden', 'true');
  const leftLine = el('p', 'small');
  const acts = el('div', 'acts');
  const box = el('section', 'box', title, stepLine, el('div', 'view', video), bar, text, leftLine, acts);
  box.tabIndex = -1;
  box.setAttribute('aria-labelledby', 'title');
  // A page's policy may forbid inline styles; sheets that a script makes it does not.
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } else (root as ShadowRoot).append(el('style', '', style));
  root.append(box);

  let shown: Scene | null = null;
  let stepped: readonly [Words, string] | null = null;
  let leftWords: Words | null = null;
  let before: Element | null = null;
  let ticked: HTMLInputElement | null = null;
  const pick = ({ zh, en }: Words): string => (isEnglish() ? en : zh);
  const isEnglish = (): boolean => /^en\b/i.test(document.documentElement.lang);

  function draw(): void {
    if (!shown) return;
    const { list = [], tick, small = [], warn = [] } = shown;
    box.lang = isEnglish() ? 'en' : 'zh-CN';
    title.textContent = pick(shown.title);
    const lines = (all: readonly Words[], className = ''): readonly Node[] =>
      all.map((words) => el('p', className, pick(words)));
    const wasTicked = ticked?.checked ?? false;
    ticked = tick ? Object.assign(el('input'), { type: 'checkbox', checked: wasTicked }) : null;
    text.replaceChildren(
      ...lines(warn, 'warn'),
      ...lines(shown.text ?? []),
      ...(list.length > 0 ? [el('ul', '', ...list.map((words) => el('li', '', pick(words))))] : []),
      ...lines(small, 'small'),
      ...(tick && ticked ? [el('label', '', ticked, el('span', '', pick(tick)))] : []),
    );
    acts.replaceChildren(
      ...shown.acts.map(({ words, how = '', act }) => {
        const button = el('button', how, pick(words));
        button.type = 'button';
        button.onclick = () => act(ticked?.checked ?? false);
        return button;
      }),
    );
    drawLines();
  }
  function drawLines(): void {
    stepLine.textContent = stepped ? `${stepped[1]} ${pick(stepped[0])}`.trim() : '';
    leftLine.textContent = leftWords ? pick(leftWords) : '';
  }

  const language = new MutationObserver(draw);
  host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shown?.away) {
      event.stopPropagation();
      shown.away();
    }
    if (event.key !== 'Tab' || shown?.quiet) return;
    const stops = [...box.querySelectorAll<HTMLElement>('button,input')];
    const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
    if (root.activeElement !== last && root.activeElement !== box) return;
    event.preventDefault();
    first?.focus();
  });

  return {
    video,
    show(scene) {
      const opens = shown === null;
      if (opens) {
        before = document.activeElement;
        document.body.append(host);
        // Above a lesson that fills the screen, where the browser can; else the lesson leaves fullscreen.
        if (host.showPopover) {
          host.popover = 'manual';
          host.showPopover();
        } else if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
        language.observe(document.documentElement, { attributeFilter: ['lang'] });
      }
      const held = root.activeElement !== null;
      ticked = null;
      stepped = scene.step ? [scene.step, ''] : null;
      leftWords = null;
      shown = scene;
      box.classList.toggle('page', scene.page === true);
      box.setAttribute('role', scene.quiet ? 'region' : 'dialog');
      box.setAttribute('aria-modal', `${scene.page === true}`);
      box.setAttribute('data-scene', scene.name);
      box.style.backgroundColor = '';
      draw();
      if (held || (!scene.quiet && !isTyping(document.activeElement))) box.focus({ preventScroll: true });
    },
    step(words, sign) {
      stepped = [words, sign];
      drawLines();
    },
    colour(colour) {
      box.style.backgroundColor = colours[colour];
    },
    progress(share) {
      bar.value = share;
    },
    left(words) {
      leftWords = words;
      drawLines();
    },
    name: () => shown?.name ?? null,
    close() {
      if (!shown) return;
      shown = null;
      language.disconnect();
      const focused = root.activeElement !== null;
      host.remove();
      if (focused && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      before = null;
    },
  };
}
