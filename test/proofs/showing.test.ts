/** Questions as images, and what is asked of whom instead: on real evidence, with the real drawing. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Challenge } from '../../sdk/wire.ts';
import { itemSchema } from '../../server/classes/item.ts';
import { type BankPicture, readPicture } from '../../server/classes/picture.ts';
import { putPicture, putQuestion } from '../../server/classes/store.ts';
import { IMAGE_BYTES_MAX } from '../../server/proofs/question/render/draw.ts';
import { hasPostgres } from '../support/db.ts';
import { type World, world } from './world.ts';

describe.skipIf(!hasPostgres())('a question', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  beforeEach(async () => {
    w.forget();
    w.draw = null;
    await w.db.query(`delete from prompts`);
    await w.db.query(`delete from questions where lesson_id = 'three-pa'`);
  });
  afterAll(() => w?.close());

  const everything = ['single', 'multiple', 'order', 'number', 'point', 'image'];
  type Learner = Awaited<ReturnType<World['learn']>>;
  const put = (item: object, id = 'three-pa-item') =>
    putQuestion(w.db, 'three-pa', itemSchema.parse({ id, zh: '保险销怎么办？', en: 'What of the pin?', ...item }));
  const choices = [
    { id: 'x', zh: '拔掉保险销', en: 'Pull the pin' },
    { id: 'y', zh: '用力压把手', en: 'Press the lever' },
    { id: 'z', zh: '对准火焰', en: 'Aim at the flames' },
  ];
  const learner = async (forms: readonly string[] = everything, assistive = false): Promise<Learner> => {
    const one = await w.learn({ lesson: 2 });
    await w.proofs.announced(one.session, forms, assistive);
    return one;
  };
  const hard = (one: Learner) => w.ask(one, 'three-pa', true);
  const easy = (one: Learner) => w.ask(one, 'three-pa');
  const kept = async ({ prompt }: Pick<Challenge, 'prompt'>): Promise<unknown[]> => {
    const { rows } = await w.db.query('select shown_as, image_seed is not null as drawn from prompts where id = $1', [
      prompt,
    ]);
    return [rows[0]?.shown_as, rows[0]?.drawn];
  };
  /** What the answer came to: kept, and told to no page. */
  const answer = async (one: Learner, { prompt }: Challenge, given: object): Promise<string> => {
    w.clock.now += 3_000;
    const told = await w.proofs.answer(one.session, one.personKey, { prompt, ...given } as never);
    expect(told.outcome).toBe('taken');
    return (await w.db.query('select outcome from prompts where id = $1', [prompt])).rows[0]?.outcome;
  };
  /** A message without its picture's bytes, whose text may be any three letters by chance. */
  const said = (challenge: Challenge): string =>
    JSON.stringify({ ...challenge, image: { ...challenge.image, data: null }, picture: null });
  /** Any word of the question or its choices, in what was sent. */
  const words = /保险销|拔掉|用力|对准|pin|Pull|Press|lever|Aim|flames/;

  describe('where evidence is weak', () => {
    it('is an image, and no word of it is in the message; choices are known by their place in it', async () => {
      await put({ choices, answer: 'x' });
      const one = await learner();
      const challenge = (await hard(one))!;
      expect(said(challenge)).not.toMatch(words);
      expect(challenge.question.zh).toBe('请看图中的题目，选出正确的一项。');
      expect(challenge.choices.map(({ id, text }) => [id, text.zh])).toEqual([
        ['1', '图中第 1 项'],
        ['2', '图中第 2 项'],
        ['3', '图中第 3 项'],
      ]);
      const { data, width, height, type, alt } = challenge.image!;
      const bytes = Buffer.from(data, 'base64');
      const read = await loadImage(bytes);
      expect([type, read.width, read.height]).toEqual(['image/webp', width, height]);
      expect(bytes.length).toBeLessThanOrEqual(IMAGE_BYTES_MAX);
      expect(alt.zh).toContain('3 个选项');
      expect(await kept(challenge)).toEqual(['image', true]);
      const { rows } = await w.db.query('select choice_ids from prompts where id = $1', [challenge.prompt]);
      const place = rows[0].choice_ids.indexOf('x') + 1;
      expect(await answer(one, challenge, { choice: String(place) })).toBe('right');
    });

    it('keeps the unit of a number in the image too', async () => {
      await put({ form: 'number', answer: '119', unit: { zh: '火警电话', en: 'fire line' } });
      const one = await learner();
      const challenge = (await hard(one))!;
      expect(said(challenge)).not.toMatch(/火警|fire/);
      expect(await answer(one, challenge, { number: '119' })).toBe('right');
    });

    it('is another image for everybody, and the same one for a page that comes back, in whatever process', async () => {
      await put({ choices, answer: 'x' });
      const [one, other] = [await learner(), await learner()];
      const [mine, theirs] = [(await hard(one))!, (await hard(other))!];
      expect(mine.image!.data).not.toBe(theirs.image!.data);
      const here = await w.proofs.pending(one.personKey, one.session);
      const elsewhere = await w.another().pending(one.personKey, one.session);
      expect([here?.image, elsewhere?.image]).toEqual([mine.image, mine.image]);
    });

    it('is in words where evidence is not weak, and where the policy knows no images', async () => {
      await put({ choices, answer: 'x' });
      const challenge = (await easy(await learner()))!;
      expect([challenge.image, challenge.question.zh]).toEqual([undefined, '保险销怎么办？']);
      expect(await kept(challenge)).toEqual(['words', false]);
      w.rendered = undefined;
      expect(await kept((await hard(await learner()))!)).toEqual(['words', false]);
      w.rendered = 'always';
      expect(await kept((await easy(await learner()))!)).toEqual(['image', true]);
      w.rendered = 'whenWeak';
    });

    it('is in words for a page that shows no images, and is kept as such', async () => {
      await put({ choices, answer: 'x' });
      for (const forms of [['single'], [...everything.slice(0, -1), 'IMAGE', 'images']]) {
        const challenge = (await hard(await learner(forms)))!;
        expect([challenge.image, challenge.question.zh]).toEqual([undefined, '保险销怎么办？']);
        expect(await kept(challenge)).toEqual(['unable', false]);
      }
    });

    it('does not come in words because another page of the person shows no images', async () => {
      await put({ choices, answer: 'x' });
      const one = await learner();
      const challenge = (await hard(one))!;
      const old = await w.learn({ trainee: one.trainee, lesson: 2 });
      await w.proofs.announced(old.session, ['single']);
      expect(await w.proofs.pending(one.personKey, old.session)).toBeNull();
      expect((await w.proofs.pending(one.personKey, one.session))?.prompt).toBe(challenge.prompt);
    });

    it('is in words when it cannot be drawn, which is said, and blocks nobody', async () => {
      await put({ choices, answer: 'x' });
      w.draw = () => Promise.reject(new Error('64 images wait to be drawn'));
      const one = await learner();
      const challenge = (await hard(one))!;
      expect([challenge.image, challenge.question.zh]).toEqual([undefined, '保险销怎么办？']);
      expect(await kept(challenge)).toEqual(['failed', false]);
      expect(w.logged()).toContain('could not be drawn as an image');
      expect(w.logged()).not.toMatch(words);
    });

    it('has its time to answer after it was drawn, however long that took', async () => {
      await put({ choices, answer: 'x' });
      w.draw = async (sheet, real) => {
        const image = await real(sheet);
        w.clock.now += 7_000;
        return image;
      };
      expect((await hard(await learner()))!.remainingMs).toBe(60_000);
    });

    it('of a sign that no letter is known for is in words', async () => {
      await put({ zh: '\u{13000} 是什么？', choices, answer: 'x' });
      expect(await kept((await hard(await learner()))!)).toEqual(['failed', false]);
    });
  });

  it('is in words for somebody who uses assistive technology, for the same credit, and is always kept as such', async () => {
    await put({ choices, answer: 'x' });
    for (const asks of [hard, easy]) {
      const one = await learner(everything, true);
      const challenge = (await asks(one))!;
      expect(challenge.image).toBeUndefined();
      expect(await kept(challenge)).toEqual(['assistive', false]);
      const choice = challenge.choices.find(({ text }) => text.en === 'Pull the pin')!.id;
      expect(await answer(one, challenge, { choice })).toBe('right');
    }
  });

  describe('about a place in a picture', () => {
    const canvas = createCanvas(320, 200);
    canvas.getContext('2d').fillRect(200, 50, 40, 40);
    const picture = readPicture(canvas.toBuffer('image/png')) as BankPicture;
    const item = { form: 'point', picture: picture.sha256, region: { circle: [0.69, 0.35, 0.1] } };

    it('sends the picture and not where to point, and takes a place', async () => {
      await putPicture(w.db, picture);
      await put(item);
      for (const [point, outcome] of [
        [[0.7, 0.4], 'right'],
        [[0.2, 0.2], 'wrong'],
      ] as const) {
        const one = await learner();
        const challenge = (await easy(one))!;
        expect(challenge).toMatchObject({ form: 'point', choices: [], picture: { type: 'image/png', width: 320 } });
        expect(Buffer.from((challenge as { picture: { data: string } }).picture.data, 'base64')).toEqual(picture.bytes);
        expect(said(challenge)).not.toMatch(/circle|region|0\.69/);
        expect(await answer(one, challenge, { point })).toBe(outcome);
      }
      expect(w.drafts.filter(({ kind }) => kind === 'proofIssued')).toMatchObject([{ guess: 32 }, { guess: 32 }]);
    });

    it('has its words in an image where evidence is weak', async () => {
      await putPicture(w.db, picture);
      await put(item);
      const challenge = (await hard(await learner()))!;
      expect(said(challenge)).not.toMatch(words);
      expect(challenge.image).toBeDefined();
    });

    it('is not asked of somebody who uses assistive technology, nor of a page that did not announce it', async () => {
      await putPicture(w.db, picture);
      await put(item);
      await put({ choices, answer: 'x' }, 'three-pa-words');
      for (const one of [await learner(everything, true), await learner(['single', 'image'])]) {
        expect((await easy(one))!.choices).toHaveLength(3);
        expect((await easy(one))!.choices).toHaveLength(3);
      }
    });

    it('is passed over when its picture is gone, and that is said', async () => {
      await put({ ...item, picture: 'f'.repeat(64) });
      expect(await easy(await learner())).toBeNull();
      expect(w.drafts).toEqual([]);
      expect(w.logged()).toContain('its picture is gone');
    });
  });

  it('that is hard to guess comes first, then the others; the chance stands in the evidence', async () => {
    await put({ choices, answer: 'x' }, 'three-pa-easy');
    await put({ form: 'number', answer: '119' }, 'three-pa-119');
    await put({ form: 'order', choices: [...choices, { id: 'w', zh: '四', en: 'four' }] }, 'three-pa-order');
    const one = await learner();
    for (let i = 0; i < 3; i++) await easy(one);
    const guesses = w.drafts.flatMap((draft) => (draft.kind === 'proofIssued' ? [draft.guess] : []));
    expect(guesses.slice(0, 2).toSorted()).toEqual([2, 42]);
    expect(guesses[2]).toBe(334);
  });
});
