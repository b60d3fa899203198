/**
 * The paper: the clock, one item at a time, the list of items, what is saved, handing in.
 * Guarantees: complete by keyboard; an answer is handed on when the hand has rested, at the latest when the item is
 * left; it is shown as saved only after the server said so.
 */

import type { Given } from '../wire.ts';
import { clockWords } from './countdown.ts';
import { button, el, type Fields, text } from './dom.ts';
import { fieldsOf } from './fields.ts';
import { placesOf, type Sheet, savedOf } from './sheet.ts';
import { createSure } from './sure.ts';
import type { Speech } from './words.ts';

/** Someone who goes through the choices by keyboard passes each of them. */
const REST_MS = 500;
/** Close to the end nothing rests. */
const HURRY_MS = 3_000;
/** CSS pixels: a phone held upright. */
const SMALL_PX = 480;
/** Said aloud once the time falls below. */
const SAID_MS = [10 * 60_000, 5 * 60_000, 60_000];

export interface PaperActs {
  given(n: number, given: Given, tookMs: number): void;
  handIn(): void;
}

export interface PaperView {
  readonly node: HTMLElement;
  /** What is saved changed, or the line. */
  drawSaved(connected: boolean, handingIn: boolean): void;
  time(leftMs: number): void;
  /** Hands on what the hand has not rested from. */
  flush(): void;
  focus(): void;
  /** What is given to this item changed, and not by the hand. */
  redraw(n: number): void;
}

export function createPaperView(sheet: Sheet, speech: Speech, acts: PaperActs, at = 1): PaperView & { at(): number } {
  const { say, pick } = speech;
  const { items, title } = sheet;
  let n = at;
  let fields: Fields | null = null;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let emptied = false;
  let leftMs = Number.POSITIVE_INFINITY;
  let connected = true;
  let handingIn = false;
  let shownAt = performance.now();
  /** How long each item was shown before now, ms. */
  const spent = new Map<number, number>();

  const timer = el('span', { class: 'timer', role: 'timer', 'data-left': '' });
  const spoken = el('p', { class: 'spoken', 'aria-live': 'assertive' });
  const offline = el('p', { class: 'offline', role: 'alert', 'data-offline': '', hidden: '' });
  const summary = el('summary');
  const places = items.map((item) => {
    const made = button('place', () => {
      // On a phone the list would stand between the candidate and the item.
      if (innerWidth < SMALL_PX) list.open = false;
      go(item.n);
    });
    made.setAttribute('data-place', String(item.n));
    text(made, String(item.n));
    return made;
  });
  const list = el('details', {}, summary, el('ol', { class: 'places' }, ...places.map((one) => el('li', {}, one))));
  const question = el('legend', { id: 'question', tabindex: '-1', 'data-question': '' });
  const fieldset = el('fieldset', {}, question);
  const status = el('p', { class: 'status', role: 'status', 'data-saved': '' });
  const form = el('form', { novalidate: '' }, fieldset, status);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    flush();
  });
  const [before, after] = [button('before', () => go(n - 1)), button('after', () => go(n + 1))];
  const hand = button('handIn', () => {
    flush();
    sure.ask();
  });
  const sure = createSure(sheet, speech, acts.handIn);
  for (const [made, key] of [
    [before, 'before'],
    [after, 'after'],
    [hand, 'handIn'],
  ] as const) {
    text(made, say(key));
  }
  after.classList.add('primary');
  const node = el(
    'div',
    { class: 'paper' },
    el('header', {}, el('h2', {}, title), timer),
    ...[offline, list, form, el('footer', {}, before, after, hand), sure.node, spoken],
  );

  function go(to: number): void {
    if (to < 1 || to > items.length) return;
    flush();
    spent.set(n, spentOn(n));
    n = to;
    draw();
    question.focus();
  }
  const spentOn = (one: number): number => (spent.get(one) ?? 0) + (one === n ? performance.now() - shownAt : 0);

  function touched(): void {
    clearTimeout(resting);
    resting = setTimeout(flush, leftMs < HURRY_MS ? 0 : REST_MS);
    drawStatus();
  }

  function flush(): void {
    if (resting === undefined) return;
    clearTimeout(resting);
    resting = undefined;
    const given = fields?.given() ?? null;
    emptied = given === null && sheet.given.has(n);
    if (given !== null) acts.given(n, given, Math.round(spentOn(n)));
    drawStatus();
  }

  function draw(): void {
    const item = items[n - 1];
    if (!item) return;
    shownAt = performance.now();
    emptied = false;
    const place = el('small', {}, say('itemTitle', { n, of: item.of }));
    question.replaceChildren(place, ' ', pick(item.text));
    fields = fieldsOf(item, sheet.given.get(n) ?? null, speech, touched);
    fieldset.replaceChildren(question, ...fields.nodes);
    form.setAttribute('data-item', String(n));
    before.setAttribute('aria-disabled', String(n === 1));
    after.setAttribute('aria-disabled', String(n === items.length));
    drawList();
    drawStatus();
  }

  function drawList(): void {
    text(summary, say('items', { answered: sheet.given.size, of: items.length }));
    for (const [i, made] of places.entries()) {
      const saved = savedOf(sheet, i + 1);
      made.setAttribute('data-is', saved);
      made.setAttribute('aria-current', String(i + 1 === n));
      const key = ({ none: 'itemNone', waiting: 'itemWaiting', saved: 'itemSaved', refused: 'itemRefused' } as const)[
        saved
      ];
      made.setAttribute('aria-label', say(key, { n: i + 1 }));
    }
  }

  function drawStatus(): void {
    const is = resting === undefined ? savedOf(sheet, n) : 'waiting';
    status.setAttribute('data-saved', is);
    const why = sheet.refused.get(n);
    const words = {
      none: say('notAnswered'),
      waiting: say('saving'),
      saved: say('saved'),
      refused: say('refused', { why: why ? pick(why) : '' }),
    }[is];
    text(status, handingIn ? say('handingIn') : emptied ? say('empty') : words);
    hand.setAttribute('aria-disabled', String(handingIn));
    offline.hidden = connected;
    const count = placesOf(sheet, 'waiting').length;
    text(offline, connected ? '' : count > 0 ? say('offline', { count }) : say('offlineNone'));
  }

  draw();
  return {
    node,
    drawSaved(isConnected, isHandingIn) {
      connected = isConnected;
      handingIn = isHandingIn;
      drawList();
      drawStatus();
    },
    time(ms) {
      const crossed = SAID_MS.find((limit) => leftMs > limit && ms <= limit);
      // Not at the first word of it: whoever enters reads it.
      if (crossed !== undefined && leftMs !== Number.POSITIVE_INFINITY) {
        text(spoken, say('leftMinutes', { minutes: crossed / 60_000 }));
      }
      leftMs = ms;
      if (ms < HURRY_MS) flush();
      text(timer, ms > 0 ? say('left', { time: clockWords(ms) }) : say('leftNone'));
      timer.classList.toggle('soon', ms <= 60_000);
    },
    flush,
    focus: () => question.focus(),
    redraw(one) {
      if (one === n && resting === undefined) draw();
    },
    at: () => n,
  };
}
