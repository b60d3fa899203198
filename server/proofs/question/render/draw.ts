/**
 * Draws a sheet. Guarantees: every word of it stands in the image, in both languages, choices with
 * their place; the image is at most 40 KB, or an error says why there is none.
 */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Words } from '../../../../sdk/wire.ts';
import type { Fonts } from './fonts.ts';
import { type Colour, type Look, lookOf } from './look.ts';
import type { Sheet } from './sheet.ts';

export interface Drawn {
  readonly type: 'image/webp';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

export const IMAGE_BYTES_MAX = 40 * 1024;
/** As wide as a card beside the lesson, in CSS px. */
const WIDTH = 380;
/**
 * Drawn finer, for screens that show more; much text only as fine as it still fits. Tried in turn until
 * the image is small enough: a question of four sentences with six choices of one fits.
 */
const TRIES: readonly { readonly scale: number; readonly qualities: readonly number[] }[] = [
  { scale: 1.75, qualities: [60, 35] },
  { scale: 1.2, qualities: [60, 35, 15] },
];
/** Of a question with long words; a longer one is asked in words. */
const HEIGHT_MAX = 1400;
/** Of the strips in which the sheet is bent, px of the image: finer ones show nothing more. */
const STRIP = 2;

interface Line {
  readonly text: string;
  readonly font: string;
  readonly x: number;
  readonly y: number;
}

export function draw(sheet: Sheet, fonts: Fonts): Drawn {
  for (const { scale, qualities } of TRIES) {
    const canvas = painted(sheet, fonts, scale);
    for (const quality of qualities) {
      const bytes = canvas.toBuffer('image/webp', quality);
      const { width, height } = canvas;
      if (bytes.length <= IMAGE_BYTES_MAX) return { type: 'image/webp', width, height, bytes };
    }
  }
  throw new Error('the image is too large');
}

function painted(sheet: Sheet, fonts: Fonts, scale: number): Canvas {
  const look = lookOf(sheet.seed, sheet.choices.length);
  const measuring = createCanvas(1, 1).getContext('2d');
  const { lines, height } = laidOut(sheet, look, fonts, measuring);
  if (height > HEIGHT_MAX) throw new Error('the question is too long for an image');
  const flat = createCanvas(Math.round(WIDTH * scale), Math.round(height * scale));
  const context = flat.getContext('2d');
  context.scale(scale, scale);
  context.fillStyle = css(look.paper);
  context.fillRect(0, 0, WIDTH, height);
  scatter(context, look, height);
  context.fillStyle = css(look.ink);
  for (const line of lines) write(context, line, look);
  return bend(flat, look, scale);
}

function laidOut(sheet: Sheet, look: Look, fonts: Fonts, context: SKRSContext2D) {
  const lines: Line[] = [];
  let y = look.marginPx;

  function paragraph(text: string, size: number, weight: number, indent: number): void {
    const font = `${weight} ${size.toFixed(2)}px ${fonts.familiesFor(text)}`;
    context.font = font;
    const room = WIDTH - 2 * look.marginPx - indent;
    for (const part of broken(text, (some) => context.measureText(some).width <= room)) {
      y += size * 1.4;
      lines.push({ text: part, font, x: look.marginPx + indent, y: y - size * 0.35 });
    }
  }
  /** Chinese first; English in smaller letters, where it says something else. */
  function both({ zh, en }: Words, size: number, weight: number, indent: number, before = ''): void {
    paragraph(`${before}${zh}`, size, weight, indent);
    if (en !== zh) paragraph(en, size * 0.84, Math.min(weight, 460), indent);
  }

  both(sheet.question, look.fontPx, look.weight + 80, 0);
  if (sheet.unit !== null) both(sheet.unit, look.fontPx * 0.94, look.weight, 0, '单位：');
  for (const [i, choice] of sheet.choices.entries()) {
    y += look.fontPx * (0.35 + 0.3 * look.random());
    both(choice, look.fontPx * 0.96, look.weight, look.indentPx[i] ?? 0, `${i + 1}. `);
  }
  return { lines, height: Math.ceil(y + look.marginPx) };
}

/** Lines that fit. Latin words and numbers stay whole; no line begins with a mark that closes. */
function broken(text: string, fits: (some: string) => boolean): readonly string[] {
  const pieces =
    text.match(/[A-Za-z0-9.,%°'’/-]+[，。、；：？！）”,.;:?!)]*|[（“(]*[\s\S][，。、；：？！）”,.;:?!)]*/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line.trim() === '' || fits(line + piece)) line += piece;
    else {
      lines.push(line);
      line = piece.trimStart();
    }
    // One word longer than a line.
    while (!fits(line)) {
      let length = line.length - 1;
      while (length > 1 && !fits(line.slice(0, length))) length -= 1;
      lines.push(line.slice(0, length));
      line = line.slice(length);
      if (line.length <= 1) break;
    }
  }
  return [...lines, line].map((one) => one.trim()).filter((one) => one !== '');
}

/** Letter by letter, on a line that leans and waves by less than a tenth of a letter. */
function write(context: SKRSContext2D, { text, font, x, y }: Line, { lean, random }: Look): void {
  context.save();
  context.translate(x, y);
  context.rotate(lean);
  context.font = font;
  const phase = random() * 6.28;
  let at = 0;
  for (const letter of text) {
    context.fillText(letter, at, 0.9 * Math.sin(phase + at / 37) + (random() - 0.5) * 0.6);
    at += context.measureText(letter).width + (random() - 0.5) * 0.5;
  }
  context.restore();
}

/** Behind the words: curves and specks in a colour near the paper's. */
function scatter(context: SKRSContext2D, { noise, random }: Look, height: number): void {
  const anywhere = (): readonly [number, number] => [random() * WIDTH, random() * height];
  context.strokeStyle = css(noise);
  context.fillStyle = css(noise);
  for (let i = 0; i < 8 + height / 80; i++) {
    const [from, one, two, to] = [anywhere(), anywhere(), anywhere(), anywhere()];
    context.lineWidth = 0.8 + random() * 1.8;
    context.beginPath();
    context.moveTo(...from);
    context.bezierCurveTo(...one, ...two, ...to);
    context.stroke();
  }
  for (let i = 0; i < height / 6; i++) {
    const [x, y] = anywhere();
    context.fillRect(x, y, 0.8 + random() * 1.6, 0.8 + random() * 1.6);
  }
}

/** Row by row sideways, then column by column up and down. */
function bend(flat: Canvas, { paper, bend: { sideways, upright, turn, phase } }: Look, scale: number): Canvas {
  const { width, height } = flat;
  const empty = (): readonly [Canvas, SKRSContext2D] => {
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    context.fillStyle = css(paper);
    context.fillRect(0, 0, width, height);
    return [canvas, context];
  };
  const [rows, rowContext] = empty();
  for (let y = 0; y < height; y += STRIP) {
    const shift = sideways * scale * Math.sin(phase + y / (turn / 3));
    rowContext.drawImage(flat, 0, y, width, STRIP, shift, y, width, STRIP);
  }
  const [columns, columnContext] = empty();
  for (let x = 0; x < width; x += STRIP) {
    const shift = upright * scale * Math.sin(phase * 2 + x / (turn / 2));
    columnContext.drawImage(rows, x, 0, STRIP, height, x, shift, STRIP, height);
  }
  return columns;
}

function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
