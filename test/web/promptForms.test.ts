/** The forms in which a question is drawn on the lesson page, and what the page sends as an answer to each. */
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { answerSchema, type Challenge } from '../../sdk/wire.ts';
import { draw } from '../../server/proofs/question/render/draw.ts';
import { createFonts } from '../../server/proofs/question/render/fonts.ts';
import { answer, ask, challenge, focusIn, open, page, textOf, useLessonPage } from './lessonPage.ts';

useLessonPage();

const parts = ['pull', 'press', 'lift'].map((id) => ({ id, text: { zh: `步骤${id}`, en: `Step ${id}` } }));
const given = () => page.evaluate(() => window.sdk?.answered);
const send = () => page.click('[data-prompt] button[type=submit]');

test('announces the forms it can draw', async () => {
  await open();
  expect(await page.evaluate(() => window.sdk?.options.forms)).toEqual([
    ...['single', 'multiple', 'order', 'number', 'point', 'image', 'face'],
  ]);
});

test('of several right answers takes them all, and none is not sent', async () => {
  await open();
  await ask('taken', { ...challenge, form: 'multiple', choices: parts });
  expect(await textOf('.prompt-hint')).toContain('可多选');
  await send();
  expect(await textOf('.prompt-complaint')).toBe('请先选择答案');
  await page.click('input[name=choice][value=pull]');
  await page.click('input[name=choice][value=lift]');
  await send();
  await page.waitForSelector('[data-outcome=taken]');
  expect(await given()).toEqual({ choices: ['pull', 'lift'] });
});

test('to put in order is ordered by keyboard alone, says each place, and survives a change of language', async () => {
  await open();
  await ask('taken', { ...challenge, form: 'order', choices: parts });
  await page.focus('[data-step=lift] [data-move=up]');
  await page.keyboard.press('Enter');
  expect(await textOf('[data-prompt] [aria-live]')).toBe('步骤lift：现为第 2 项');
  expect(await focusIn('[data-step=lift] [data-move=up]')).toBe(true);
  await page.keyboard.press('Enter');
  // It is first already.
  await page.keyboard.press('Enter');
  await page.focus('[data-step=pull] [data-move=down]');
  await page.keyboard.press('Enter');
  await page.click('[data-language]');
  expect(await page.$eval('[data-step=pull] [data-move=down]', (node) => node.getAttribute('aria-label'))).toBe(
    'Move down: Step pull',
  );
  await page.click('[data-language]');
  await send();
  await page.waitForSelector('[data-outcome=taken]');
  expect(await given()).toEqual({ order: ['lift', 'press', 'pull'] });
});

test('for a number takes what is typed as it is, and nothing is not sent', async () => {
  await open();
  await ask('taken', { ...challenge, form: 'number', choices: [], unit: { zh: '伏', en: 'V' } });
  await send();
  expect(await textOf('.prompt-complaint')).toBe('请先填写数字');
  expect(await textOf('.number')).toBe('伏');
  await page.type('input[name=number]', ' 220.5 ');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-outcome=taken]');
  expect(await given()).toEqual({ number: '220.5' });
});

describe('as an image', () => {
  const drawing = draw(
    { question: challenge.question, choices: parts.map(({ text }) => text), unit: null, seed: 1 },
    createFonts(),
  );
  const alt = { zh: '以图片显示的题目', en: 'A question shown as an image' };
  const image = { ...drawing, data: drawing.bytes.toString('base64'), alt };
  const places = [1, 2, 3].map((n) => ({ id: String(n), text: { zh: `图中第 ${n} 项`, en: `Number ${n}` } }));
  const loaded = () => page.waitForFunction(() => document.querySelector<HTMLImageElement>('.prompt-image')?.complete);

  test('is shown whole beside its choices, and named in the language of the page', async () => {
    await open();
    await ask('taken', { ...challenge, form: 'order', choices: places, image });
    await loaded();
    const shown = await page.$eval('.prompt-image', (node) => {
      const it = node as HTMLImageElement;
      return [it.naturalWidth, it.naturalHeight, it.clientWidth > 200, it.alt];
    });
    expect(shown).toEqual([drawing.width, drawing.height, true, alt.zh]);
    await page.click('[data-language]');
    expect(await page.$eval('.prompt-image', (node) => node.getAttribute('alt'))).toBe(alt.en);
    await page.click('[data-language]');
    await send();
    await page.waitForSelector('[data-outcome=taken]');
    expect(await given()).toEqual({ order: ['1', '2', '3'] });
  });

  test('that no browser can show is told, and can be answered all the same', async () => {
    await open();
    const broken = { ...image, data: Buffer.from('<svg onload="alert(1)">').toString('base64') };
    await ask('taken', { ...challenge, choices: places, image: broken });
    await page.waitForFunction(() =>
      document.querySelector('.prompt-complaint')?.textContent?.includes('图片未能显示'),
    );
    await answer('"2"');
    await page.waitForSelector('[data-outcome=taken]');
  });
});

describe('for a place in a picture', () => {
  const canvas = createCanvas(300, 150);
  canvas.getContext('2d').fillRect(10, 10, 50, 50);
  const picture = {
    ...{ type: 'image/png' as const, width: 300, height: 150 },
    data: canvas.toBuffer('image/png').toString('base64'),
  };
  const point: Challenge = { ...challenge, form: 'point', choices: [], picture };

  test('takes the place that was clicked, in shares of the picture, and nothing is not sent', async () => {
    await open();
    await ask('taken', point);
    await send();
    expect(await textOf('.prompt-complaint')).toBe('请先在图中指出位置');
    const box = (await (await page.$('[data-pointing] img'))!.boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.5);
    expect(await textOf('.prompt-complaint')).toBe('');
    await send();
    await page.waitForSelector('[data-outcome=taken]');
    const { point: place } = (await given()) as { point: [number, number] };
    expect(Math.abs(place[0] - 0.25)).toBeLessThan(0.01);
    expect(Math.abs(place[1] - 0.5)).toBeLessThan(0.01);
    expect(answerSchema.safeParse({ prompt: challenge.prompt, point: place }).success).toBe(true);
  });

  test('is found by keyboard alone, never leaves the picture, and is said', async () => {
    await open();
    await ask('taken', point);
    await page.focus('[data-pointing]');
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.down('Shift');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.up('Shift');
    expect(await textOf('[data-prompt] [aria-live]')).toBe('横向 100%，纵向 48%');
    await page.click('[data-language]');
    expect(await textOf('[data-prompt] [aria-live]')).toBe('100% across, 48% down');
    await page.click('[data-language]');
    await page.focus('[data-prompt] button[type=submit]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-outcome=taken]');
    expect(await given()).toEqual({ point: [0.996, 0.48] });
  });
});
