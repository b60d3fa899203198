/** Drawing questions: what is on the sheet, how it looks, and the thread that draws when it is asked too much. */
import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, describe, expect, it } from 'vitest';
import { draw, IMAGE_BYTES_MAX } from '../../server/proofs/question/render/draw.ts';
import { createFonts } from '../../server/proofs/question/render/fonts.ts';
import {
  type Colour,
  contrast,
  lookOf,
  mixed,
  NOISE_SHARE,
  palettes,
} from '../../server/proofs/question/render/look.ts';
import { createRenderer } from '../../server/proofs/question/render/renderer.ts';
import { type Sheet, sheetOf } from '../../server/proofs/question/render/sheet.ts';

const line = { zh: '保持冷静，沿疏散通道低姿撤离。', en: 'Keep calm and leave low along the escape route.' };
const long = { zh: line.zh.repeat(4), en: `${line.en} `.repeat(4) };
const sheet = (seed: number, over: Partial<Sheet> = {}): Sheet => ({
  question: { zh: '一个电阻 30 Ω，电流 2 A，电压是多少？', en: 'A resistor of 30 Ω carries 2 A: what is the voltage?' },
  choices: ['60 V', '32 V', '15 V', '6 V'].map((text) => ({ zh: text, en: text })),
  unit: null,
  seed,
  ...over,
});

describe('a drawn question', () => {
  const fonts = createFonts();

  it('is the same for the same seed, and another for every other', () => {
    const drawn = [1, 1, 2, 3].map((seed) => draw(sheet(seed), fonts).bytes.toString('base64'));
    expect(drawn[0]).toBe(drawn[1]);
    expect(new Set(drawn).size).toBe(3);
  });

  it('is at most 40 KB whatever is drawn, with a long question and six choices of a line or two', () => {
    for (let seed = 0; seed < 12; seed++) {
      const full = sheet(
        seed * 7919,
        seed % 2 ? {} : { question: long, choices: Array.from({ length: 6 }, () => line) },
      );
      const { bytes, height } = draw(full, fonts);
      expect(bytes.length).toBeLessThanOrEqual(IMAGE_BYTES_MAX);
      expect(height).toBeGreaterThan(200);
    }
  });

  it('has ink on every line of it: nothing is left out, and nothing lies beyond the edge', async () => {
    for (const seed of [5, 6, 7, 8]) {
      const { bytes, width, height } = draw(sheet(seed), fonts);
      const canvas = createCanvas(width, height);
      const context = canvas.getContext('2d');
      context.drawImage(await loadImage(bytes), 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const { paper, ink } = lookOf(seed, 4);
      const at = (x: number, y: number): Colour => {
        const i = (y * width + x) * 4;
        return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
      };
      const inked = (x: number, y: number) => contrast(at(x, y), paper) > contrast(ink, paper) * 0.5;
      const rows = Array.from({ length: height }, (_, y) => {
        let count = 0;
        for (let x = 0; x < width; x++) if (inked(x, y)) count += 1;
        return count;
      });
      // Two lines of question or more, and four choices.
      const bands = rows.filter((count, y) => count > 2 && (rows[y - 1] ?? 0) <= 2).length;
      expect(bands).toBeGreaterThanOrEqual(6);
      let edge = 0;
      for (let y = 0; y < height; y++) for (const x of [0, 1, width - 2, width - 1]) if (inked(x, y)) edge += 1;
      expect(edge).toBe(0);
    }
  });

  it.each([
    ['a sign that no letter is known for', { question: { zh: '\u{13000}', en: 'x' } }, /no letter for U\+13000/],
    [
      'more words than fit in 40 KB',
      { question: long, choices: Array.from({ length: 6 }, () => long) },
      /too (large|long)/,
    ],
    ['a text that is too long', { question: { zh: '长'.repeat(1000), en: 'long '.repeat(200) } }, /too long/],
  ])('is refused for %s', (_name, over, why) => {
    expect(() => draw(sheet(1, over), fonts)).toThrow(why);
  });

  it('is readable: words at 7:1 from the paper and 4.5:1 from the noise, in every palette', () => {
    for (const { paper, inks } of palettes) {
      for (const ink of inks) {
        expect(contrast(paper, ink)).toBeGreaterThanOrEqual(7);
        expect(contrast(mixed(paper, ink, NOISE_SHARE), ink)).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  });

  it('says choices in the order shown, and signs that stand for others as those', () => {
    const asked = {
      ...({ form: 'single', text: { zh: 'Ⅱ 类，5 \u2126', en: 'II' }, answer: 'a' } as const),
      choices: ['a', 'b'].map((id) => ({ id, zh: id, en: id })),
    };
    expect(sheetOf(asked, ['b', 'a'], 3)).toEqual({
      question: { zh: 'II 类，5 Ω', en: 'II' },
      choices: [
        { zh: 'b', en: 'b' },
        { zh: 'a', en: 'a' },
      ],
      unit: null,
      seed: 3,
    });
  });
});

describe('the thread that draws', () => {
  const renderers: ReturnType<typeof createRenderer>[] = [];
  const made = (options?: Parameters<typeof createRenderer>[0]) => {
    const renderer = createRenderer({ jobMs: 60_000, ...options });
    renderers.push(renderer);
    return renderer;
  };
  afterAll(() => Promise.all(renderers.map((renderer) => renderer.stop())));
  const outcome = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'drawn',
      (error: Error) => error.message,
    );

  it('draws off the event loop, one after another, and goes on after a sheet that cannot be drawn', async () => {
    const renderer = made();
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const outcomes = await Promise.all([
      ...[sheet(1), sheet(2, { question: { zh: '\u{13000}', en: 'x' } }), sheet(3)].map((one) =>
        outcome(renderer.render(one)),
      ),
    ]);
    clearInterval(counting);
    expect(outcomes).toEqual(['drawn', expect.stringContaining('no letter'), 'drawn']);
    expect(turns).toBeGreaterThan(20);
  });

  it('turns away what comes when 64 wait, at once, and draws those', async () => {
    const renderer = made();
    const outcomes = await Promise.all(Array.from({ length: 80 }, (_, i) => outcome(renderer.render(sheet(i)))));
    const away = outcomes.filter((one) => one !== 'drawn');
    // One is being drawn, 64 wait.
    expect(away).toHaveLength(15);
    expect(away[0]).toMatch(/64 images wait/);
    expect(outcomes.slice(0, 65).every((one) => one === 'drawn')).toBe(true);
  }, 60_000);

  /** A thread that does what a test says. */
  class Fake extends EventEmitter {
    ended = 0;
    readonly work: (fake: Fake, id: number) => void;
    constructor(work: (fake: Fake, id: number) => void) {
      super();
      this.work = work;
    }
    postMessage({ id }: { id: number }): void {
      this.work(this, id);
    }
    ref(): void {}
    unref(): void {}
    async terminate(): Promise<number> {
      this.ended += 1;
      return 0;
    }
  }
  const image = { type: 'image/webp', width: 1, height: 1, bytes: new Uint8Array() };
  const draws = (fake: Fake, id: number) => void fake.emit('message', { id, result: image });

  it('that hangs, dies or never starts costs its job, and the next job has another', async () => {
    const works = [
      () => undefined,
      (fake: Fake) => void fake.emit('error', new Error('out of memory')),
      (fake: Fake) => void fake.emit('exit', 1),
      draws,
    ];
    const fakes: Fake[] = [];
    const renderer = made({
      jobMs: 30,
      startThread: () => {
        if (fakes.length === 0) {
          fakes.push(new Fake(draws));
          throw new Error('no thread');
        }
        fakes.push(new Fake(works.shift()!));
        return fakes.at(-1) as unknown as Worker;
      },
    });
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map((seed) => outcome(renderer.render(sheet(seed)))));
    expect(outcomes).toEqual([
      ...[
        'the thread that draws: no thread',
        'an image was not drawn within 30 ms',
        'the thread that draws: out of memory',
        'the thread that draws: the thread has ended',
        'drawn',
      ],
    ]);
    expect(fakes[1]?.ended).toBe(1);
  });

  it('lets nobody wait when it is stopped', async () => {
    const renderer = made({ startThread: () => new Fake(() => undefined) as unknown as Worker });
    const waiting = [1, 2].map((seed) => outcome(renderer.render(sheet(seed))));
    await renderer.stop();
    expect(await Promise.all([...waiting, outcome(renderer.render(sheet(3)))])).toEqual(
      Array.from({ length: 3 }, () => 'nothing is drawn any more'),
    );
  });
});
