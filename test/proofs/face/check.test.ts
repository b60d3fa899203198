/** Face checks over the real judge and database, with made-up eyes: who is asked, what becomes of it, and what it frees. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaceChallenge } from '../../../sdk/wire.ts';
import { NOTICE } from '../../../server/proofs/face/notice.ts';
import { hasPostgres } from '../../support/db.ts';
import { beatDraft } from '../../support/judge.ts';
import { placeOf } from '../world.ts';
import { descriptorOf, faceOf, frameWith } from './people.ts';
import { acted, lateMs, policy, type Room, room, seen, windowMs } from './room.ts';

describe.skipIf(!hasPostgres())('a face check', () => {
  let r: Room;
  beforeAll(async () => {
    r = await room();
  });
  beforeEach(() => {
    for (const list of [r.shown, r.drafts, r.notices, r.eyes.answers]) list.length = 0;
  });
  afterEach(() => expect(r.logged()).not.toMatch(/"err"/));
  afterAll(() => r?.close());

  const given = () =>
    r.drafts.flatMap((draft) => (draft.kind === 'proofGiven' ? [`${draft.proof} ${draft.outcome}`] : []));
  const lastShown = () => r.shown.at(-1)!;

  describe('is refused', () => {
    it('with the pass of another check, session, person or purpose; and it waits on', async () => {
      const [mine, other] = [await r.enrolled(), await r.enrolled()];
      const check = await r.askFace(mine);
      const theirs = await r.askFace(other);
      const path = `frames?session=${mine.session}&check=${check.prompt}`;
      for (const pass of [mine.pass, other.pass, theirs.pass, '', 'x.y', `${check.pass}x`]) {
        expect(await r.call(path, pass, r.frames(8))).toMatchObject({ status: 403, code: 'facePass' });
      }
      // Their own pass, their own session, another person's check.
      const stolen = `frames?session=${other.session}&check=${check.prompt}`;
      expect(await r.call(stolen, theirs.pass, r.frames(8))).toMatchObject({ code: 'facePass' });
      const signed = r.passes.sign(other.session, `check:${check.prompt}`, r.clock.now + 60_000);
      expect(await r.call(stolen, signed, r.frames(8))).toMatchObject({ status: 404, code: 'promptUnknown' });
      expect(await r.outcomes(mine)).toEqual([null]);
    });

    it.each<[string, (r: Room) => Buffer, string, number, string]>([
      ['too many bytes', (of) => of.frames(1, 310_000), 'application/x-face-frames', 413, 'tooLarge'],
      ['another type', (of) => of.frames(8), 'image/jpeg', 415, 'unsupportedMediaType'],
      ['no type of ours', () => Buffer.from('{}'), 'application/json', 400, 'badRequest'],
      ['no frames', () => Buffer.alloc(0), 'application/x-face-frames', 422, 'faceFrames'],
      ['more frames than a check has', (of) => of.frames(17), 'application/x-face-frames', 422, 'faceFrames'],
      ['half a frame', (of) => of.frames(2).subarray(0, 150), 'application/x-face-frames', 422, 'faceFrames'],
      ['a length that is none', () => Buffer.alloc(8, 255), 'application/x-face-frames', 422, 'faceFrames'],
    ])('with %s, before any eye sees it', async (_what, body, type, status, code) => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      const looks = r.eyes.looks;
      const path = `frames?session=${mine.session}&check=${check.prompt}`;
      expect(await r.call(path, check.pass, body(r), type)).toMatchObject({ status, code });
      expect([r.eyes.looks, await r.outcomes(mine)]).toEqual([looks, [null]]);
    });

    it('after its time: the pass is over, and frames that slip through count for nothing', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      r.clock.now += windowMs - 15_000;
      expect(await r.send(mine.session, check, acted(check))).toMatchObject({ said: { outcome: 'taken' } });
      const next = await r.askFace(mine);
      r.clock.now += windowMs + 1;
      expect(await r.send(mine.session, next, acted(next))).toMatchObject({ code: 'facePass' });
      expect(await r.outcomes(mine)).toEqual(['pass', null]);
    });

    it('a second time', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      const both = await Promise.all([1, 2].map(() => r.send(mine.session, check, acted(check))));
      // The other one came while eyes looked, or after.
      expect(both.map(({ status }) => (status === 200 ? 'taken' : 'refused')).sort()).toEqual(['refused', 'taken']);
      expect(await r.send(mine.session, check, acted(check))).toMatchObject({ code: 'promptUnknown' });
      expect(given()).toEqual(['face passed']);
    });
  });

  describe('comes only', () => {
    it.each<[string, (r: Room) => Promise<{ session: string; personKey: string }>]>([
      ['to who consented', (of) => of.learn()],
      [
        'to who enrolled',
        async (of) => {
          const learner = await of.learn();
          await of.call('consent', learner.pass, { session: learner.session, notice: NOTICE });
          return learner;
        },
      ],
      [
        'to a page that announced it',
        async (of) => {
          const { trainee } = await of.enrolled();
          return of.learn({ trainee, forms: ['single'] });
        },
      ],
    ])('%s: others are asked a question', async (_what, who) => {
      expect((await r.ask(await who(r)))?.form).toBe('single');
      expect(r.drafts).toMatchObject([{ kind: 'proofIssued', proof: 'question' }]);
    });

    it('with its actions, its light and its time, and nothing about the person', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      expect(check).toMatchObject({ form: 'face', remainingMs: windowMs });
      expect(Object.keys(check).sort()).toEqual(
        'choices form lengthMs pass prompt question remainingMs session shots steps'.split(' '),
      );
      expect(r.drafts).toMatchObject([{ kind: 'proofIssued', proof: 'face', id: check.prompt, windowMs, lateMs }]);
      expect(await r.proofs.pending(mine.personKey, mine.session)).toMatchObject({ prompt: check.prompt });
    });

    it('to the page that the person has now', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      const next = await r.learn({ trainee: mine.trainee });
      const old = await r.learn({ trainee: mine.trainee, forms: ['single'] });
      expect(await r.proofs.pending(mine.personKey, old.session)).toBeNull();
      const waiting = (await r.proofs.pending(mine.personKey, next.session)) as FaceChallenge;
      expect(waiting.prompt).toBe(check.prompt);
      r.clock.now -= 20_000;
      expect(await r.send(next.session, waiting, acted(check))).toMatchObject({ said: { outcome: 'taken' } });
    });
  });

  describe('that is done', () => {
    it('releases what is held', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      expect(await r.fates(mine)).toEqual({ held: 10_000 });
      expect((await r.send(mine.session, check, acted(check))).said).toEqual({ outcome: 'taken', advice: [] });
      expect([given(), await r.outcomes(mine)]).toEqual([['face passed'], ['pass']]);
      expect(await r.fates(mine)).toEqual({ credited: 10_000 });
    });

    it('by another person fails, is told of in the same words, and leaves the time held', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      expect((await r.send(mine.session, check, acted(check, 5))).said).toEqual({ outcome: 'taken', advice: [] });
      expect(given()).toEqual(['face failed']);
      expect(await r.checks(mine)).toMatchObject([{ outcome: 'mismatch', distance: expect.closeTo(1.17, 1) }]);
      expect(await r.fates(mine)).toEqual({ held: 10_000 });
    });

    it('by somebody near to one of several templates passes', async () => {
      // 0.48 from each other: no single one of them would do for all.
      const mine = await r.enrolled({ apart: 0.34 });
      for (const template of [1, 3]) {
        const check = await r.askFace(mine);
        const near = descriptorOf(0, 0.34, template);
        await r.send(
          mine.session,
          check,
          acted(check, 0, (look) => ({ ...look, descriptor: near })),
        );
      }
      expect(await r.checks(mine)).toMatchObject([
        { outcome: 'pass', distance: expect.closeTo(0, 2) },
        { outcome: 'pass', distance: expect.closeTo(0, 2) },
      ]);
    });

    it('with pictures that anybody sent before fails', async () => {
      const [mine, other] = [await r.enrolled(), await r.enrolled()];
      const check = await r.askFace(mine);
      const pictures = acted(check);
      await r.send(mine.session, check, pictures);
      const theirs = await r.askFace(other);
      await r.send(other.session, { ...theirs, shots: check.shots, steps: check.steps }, pictures);
      const { rows } = await r.db.query('select reasons from face_checks where id = $1', [theirs.prompt]);
      expect(rows[0].reasons).toContainEqual({ code: 'nearEarlier', id: check.prompt, distance: expect.closeTo(0, 3) });
      expect(await r.outcomes(other)).toEqual(['failed']);
    });

    it('with pictures of the own try just before is looked at like any; sent again another day, it fails', async () => {
      const mine = await r.enrolled();
      const first = await r.askFace(mine);
      const pictures = acted(first);
      const again = async (): Promise<string[]> => {
        const check = await r.askFace(mine);
        await r.send(mine.session, { ...check, shots: first.shots, steps: first.steps }, pictures);
        const { rows } = await r.db.query('select reasons from face_checks where id = $1', [check.prompt]);
        return (rows[0].reasons as { readonly code: string }[]).map(({ code }) => code);
      };
      await r.send(mine.session, first, pictures);
      expect(await again()).not.toContain('nearEarlier');
      await r.db.query('update face_checks set issued_ms = issued_ms - 86400000 where person_key = $1', [
        mine.personKey,
      ]);
      expect(await again()).toContain('nearEarlier');
    });

    it('but could not be stored waits on, and the same frames may come again', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      r.fail(1);
      const pictures = acted(check);
      expect(await r.send(mine.session, check, pictures)).toMatchObject({ code: 'commitFailed' });
      expect(await r.outcomes(mine)).toEqual([null]);
      expect(await r.send(mine.session, check, pictures)).toMatchObject({ said: { outcome: 'taken' } });
      expect(await r.fates(mine)).toEqual({ credited: 10_000 });
    });
  });

  describe('that says nothing', () => {
    const dark = (check: FaceChallenge) => acted(check, 0, (look) => ({ ...look, light: 10 }));

    it('is asked again with what to change, three times in all; then a question comes, and earns the same', async () => {
      const mine = await r.enrolled();
      let check = await r.askFace(mine);
      for (const outcome of ['again', 'again', 'question']) {
        const { said } = await r.send(mine.session, check, dark(check));
        expect(said).toMatchObject({ outcome, advice: [{ code: 'moreLight' }] });
        if (outcome === 'again') check = lastShown() as unknown as FaceChallenge;
      }
      expect(given()).toEqual([]);
      expect(await r.outcomes(mine)).toEqual(['unsure', 'unsure', 'unsure']);
      await answerRight(mine);
      expect(await r.fates(mine)).toEqual({ credited: 10_000 });
      // From now on questions: the light is what it is.
      expect((await r.ask(mine))?.form).toBe('single');
    });

    it.each(['busy', 'engineDied'] as const)('because eyes are %s costs nobody anything', async (kind) => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      expect((await r.send(mine.session, check, { kind })).said).toMatchObject({ outcome: 'again' });
      expect([given(), await r.outcomes(mine)]).toEqual([[], [kind, null]]);
      const next = lastShown() as unknown as FaceChallenge;
      expect(next.prompt).not.toBe(check.prompt);
      await r.send(mine.session, next, acted(next));
      expect(await r.fates(mine)).toEqual({ credited: 10_000 });
    });

    it('because eyes did not see it in time is asked again while it could still be made good', async () => {
      const hurried = await room({
        policy: { ...policy, proofs: { ...policy.proofs, face: { windowMs, lateMs: 2_050, minLatencyMs: 0 } } },
      });
      try {
        const mine = await hurried.enrolled();
        const check = await hurried.askFace(mine);
        hurried.clock.now += windowMs - 15_000;
        const never = new Promise<never>(() => undefined);
        expect((await hurried.send(mine.session, check, never)).said).toMatchObject({ outcome: 'again' });
        expect(await hurried.outcomes(mine)).toEqual(['busy', null]);
      } finally {
        await hurried.close();
      }
    });
  });

  describe('that is not wanted', () => {
    it.each(['noCamera', 'chosen'] as const)(
      '(%s) gives way to a question at once, and earns the same',
      async (why) => {
        const mine = await r.enrolled();
        const check = await r.askFace(mine);
        const body = { session: mine.session, check: check.prompt, why };
        expect((await r.call('decline', check.pass, body)).said).toEqual({ outcome: 'question' });
        expect(await r.outcomes(mine)).toEqual([why === 'chosen' ? 'declined' : why]);
        await answerRight(mine);
        expect(await r.fates(mine)).toEqual({ credited: 10_000 });
        expect((await r.ask(mine))?.form).toBe('single');
      },
    );

    it('by its consent’s withdrawal too, and nothing of it is stored, though eyes were looking', async () => {
      const mine = await r.enrolled();
      const check = await r.askFace(mine);
      let looked: (of: ReturnType<typeof seen>) => void = () => undefined;
      const slow = new Promise<ReturnType<typeof seen>>((resolve) => {
        looked = resolve;
      });
      const sent = r.send(mine.session, check, slow);
      const looks = r.eyes.looks;
      await expect.poll(() => r.eyes.looks).toBe(looks + 1);
      await r.call('withdraw', mine.pass, { session: mine.session });
      expect(lastShown().form).toBe('single');
      looked(acted(check));
      expect(await sent).toMatchObject({ code: 'promptUnknown' });
      expect([given(), await r.outcomes(mine)]).toEqual([[], ['unconsented']]);
      const { rowCount } = await r.db.query('select 1 from face_probes where check_id = $1', [check.prompt]);
      expect(rowCount).toBe(0);
      await answerRight(mine);
      expect(await r.fates(mine)).toEqual({ credited: 10_000 });
    });
  });

  it('past its deadline it is missed, and no word of the page turns it into a question', async () => {
    const mine = await r.enrolled();
    const { prompt } = await r.askFace(mine);
    const before = r.shown.length;
    r.clock.now += windowMs + 1;
    await expect(r.proofs.answer(mine.session, mine.personKey, { prompt, choice: 'noCamera' })).rejects.toMatchObject({
      code: 'promptUnknown',
    });
    expect(r.shown).toHaveLength(before);
    expect(await r.outcomes(mine)).toEqual([null]);
  });

  it('that a page answers as it would a question, for it cannot show it, brings a question', async () => {
    const mine = await r.enrolled();
    const { prompt } = await r.askFace(mine);
    const before = r.shown.length;
    await expect(r.proofs.answer(mine.session, mine.personKey, { prompt, choice: 'noCamera' })).rejects.toMatchObject({
      code: 'promptUnknown',
    });
    expect(await r.outcomes(mine)).toEqual(['noCamera']);
    expect(r.shown.slice(before)).toMatchObject([{ question: expect.anything(), choices: expect.any(Array) }]);
    expect(r.shown.at(-1)?.form).not.toBe('face');
  });

  it('that nobody did is missed as a question is, and the next may be either', async () => {
    const mine = await r.enrolled();
    await r.askFace(mine);
    r.clock.now += windowMs + lateMs + 15_000;
    await r.judge.submit(mine.personKey, beatDraft(mine.session, 2, 10_000, 120_000));
    await r.proofs.noticed({ kind: 'promptMissed', session: mine.session });
    expect(await r.outcomes(mine)).toEqual(['missed']);
    expect((await r.ask(mine))?.form).toBe('face');
  });

  it('leaves no frame, pass or number of a face in any log', async () => {
    const mine = await r.enrolled();
    const check = await r.askFace(mine);
    await r.send(mine.session, check, seen([frameWith(faceOf({ descriptor: descriptorOf(0) }))]));
    for (const secret of [check.pass, mine.pass, 'descriptor', 'landmarks', '"0":']) {
      expect(r.logged()).not.toContain(secret);
    }
  });

  /** The bank's right answer is `b`; 3 s are long enough to read. */
  async function answerRight({ session, personKey }: { session: string; personKey: string }) {
    const asked = lastShown();
    if (asked.form === 'face') throw new Error('a question was not asked');
    r.clock.now += 3_000;
    await r.proofs.answer(session, personKey, { prompt: asked.prompt, choice: placeOf(asked, 'b') });
  }
});
