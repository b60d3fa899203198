/** Reads the card of a question as anybody sees it, and answers it: by a script's clicks, or by the pointer. */
import type { Page } from 'puppeteer-core';
import { between, type Random } from '../../../test/support/world/random.ts';
import type { Card, Plan } from './accomplice.ts';
import type { Apart } from './apart.ts';

export interface Shown extends Card {
  /** Another question has another name. */
  readonly id: string;
  /** All that can be read of it without seeing. */
  readonly text: string;
  /** For how long it has been seen there, ms. */
  readonly sinceMs: number;
}

const READ = `
  const card = doc.querySelector('[data-prompt]');
  if (!card) return null;
  const seen = (globalThis.seenCards ??= new Map());
  const id = card.getAttribute('data-prompt-id') || card.textContent;
  if (!seen.has(id)) seen.set(id, performance.now());
  const inputs = [...card.querySelectorAll('input[name=choice]')];
  const steps = card.querySelectorAll('[data-step]').length;
  const form = inputs.length > 0 ? inputs[0].type : steps > 0 ? 'order' : card.querySelector('input[name=number]') ? 'number' : 'other';
  return { id, form, places: inputs.length || steps, text: card.textContent, sinceMs: performance.now() - seen.get(id) };
`;

/** null: no question waits. */
export function readCard(apart: Apart): Promise<Shown | null> {
  return apart.run<Shown | null>(READ);
}

const BY_SCRIPT = `
  const card = doc.querySelector('[data-prompt]');
  if (!card) return false;
  const { plan, atMs, id } = given;
  if (atMs !== null) {
    const seenAt = globalThis.seenCards.get(id);
    await new Promise((go) => setTimeout(go, Math.max(0, seenAt + atMs - performance.now())));
  }
  if (plan.kind === 'choose') {
    [...card.querySelectorAll('input[name=choice]')].forEach((input, place) => {
      if (input.checked !== plan.places.includes(place)) input.click();
    });
  } else if (plan.kind === 'order') {
    const steps = [...card.querySelectorAll('[data-step]')];
    plan.places.forEach((place, to) => {
      const list = () => [...card.querySelectorAll('[data-step]')];
      for (let tries = 0; tries < 20 && list().indexOf(steps[place]) > to; tries++) {
        steps[place].querySelector('[data-move=up]').click();
      }
    });
  } else if (plan.kind === 'type') {
    const input = card.querySelector('input[name=number]');
    input.value = plan.text;
    for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
  } else return false;
  card.querySelector('button[type=submit]').click();
  return true;
`;

/** @param atMs exactly so long after the card was first seen; null: now */
export function answerByScript(apart: Apart, plan: Plan, id: string, atMs: number | null): Promise<boolean> {
  return apart.run<boolean>(BY_SCRIPT, { plan, atMs, id });
}

/** What must be pressed, one after another, as a place on the page. The steps of an order move as they are pressed. */
const NEXT_TARGET = `
  const card = doc.querySelector('[data-prompt]');
  if (!card) return null;
  const { plan } = given;
  const box = (node) => {
    node.scrollIntoView({ block: 'nearest' });
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x, y, width, height];
  };
  if (plan.kind === 'choose') {
    const wrong = [...card.querySelectorAll('input[name=choice]')].find((input, place) => input.checked !== plan.places.includes(place));
    if (wrong) return { box: box(wrong), last: false };
  } else if (plan.kind === 'order') {
    const shown = (globalThis.shownSteps ??= new WeakMap());
    if (!shown.has(card)) shown.set(card, [...card.querySelectorAll('[data-step]')]);
    const now = [...card.querySelectorAll('[data-step]')];
    for (const [to, place] of plan.places.entries()) {
      const step = shown.get(card)[place];
      if (now.indexOf(step) > to) return { box: box(step.querySelector('[data-move=up]')), last: false };
    }
  } else if (plan.kind === 'type') {
    const input = card.querySelector('input[name=number]');
    if (input.value !== plan.text) return { box: box(input), last: false, text: plan.text };
  } else return null;
  return { box: box(card.querySelector('button[type=submit]')), last: true };
`;

interface Target {
  readonly box: readonly [number, number, number, number];
  readonly last: boolean;
  readonly text?: string;
}

export type Path = 'curved' | 'straight';

/** Where the pointer was left; a new page has it in the corner. */
export class Pointer {
  private x = 0;
  private y = 0;
  private readonly page: Page;
  private readonly path: Path;
  private readonly random: Random;
  constructor(page: Page, path: Path, random: Random) {
    this.page = page;
    this.path = path;
    this.random = random;
  }

  /** As a hand moves, or as a script does: in equal steps along a line from the corner, down and up on one pixel. */
  async to(x: number, y: number): Promise<void> {
    const { mouse } = this.page;
    const steps = this.path === 'straight' ? 8 : 12 + Math.floor(this.random() * 10);
    const [fromX, fromY] = this.path === 'straight' ? [0, 0] : [this.x, this.y];
    const bend = between(this.random, -60, 60);
    for (let i = 1; i <= steps; i++) {
      const share = i / steps;
      const eased = this.path === 'straight' ? share : share * share * (3 - 2 * share);
      const off = this.path === 'straight' ? 0 : bend * Math.sin(Math.PI * share) + between(this.random, -1.5, 1.5);
      await mouse.move(fromX + (x - fromX) * eased + off * 0.6, fromY + (y - fromY) * eased - off);
      if (this.path === 'curved') await pause(between(this.random, 6, 22));
    }
    await mouse.move(x, y);
    [this.x, this.y] = [x, y];
  }

  async press([left, top, width, height]: Target['box']): Promise<void> {
    const spread = this.path === 'straight' ? 0 : 0.3;
    const at = (from: number, size: number) => from + size * (0.5 + between(this.random, -spread, spread));
    await this.to(at(left, width), at(top, height));
    await this.page.mouse.down();
    if (this.path === 'curved') {
      await pause(between(this.random, 50, 130));
      await this.page.mouse.move(this.x + between(this.random, -1, 1), this.y + between(this.random, -1, 1));
    }
    await this.page.mouse.up();
  }
}

export async function answerByPointer(page: Page, apart: Apart, pointer: Pointer, plan: Plan): Promise<boolean> {
  for (let presses = 0; presses < 40; presses++) {
    const target = await apart.run<Target | null>(NEXT_TARGET, { plan });
    if (target === null) return false;
    await pointer.press(target.box);
    if (target.text !== undefined) await page.keyboard.type(target.text, { delay: 90 });
    if (target.last) return true;
  }
  return false;
}

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));
