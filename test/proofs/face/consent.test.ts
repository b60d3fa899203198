/** Consent, enrolment, and the end of both: what is deleted is gone, and what was credited still holds. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoPolicy } from '../../../detector/index.ts';
import { checkPolicy } from '../../../server/classes/policySchema.ts';
import { BYTES_MAX } from '../../../server/proofs/face/decode.ts';
import { NOTICE } from '../../../server/proofs/face/notice.ts';
import { hashDistance } from '../../../server/proofs/face/observe.ts';
import type { Looked } from '../../../server/proofs/face/pool.ts';
import { open, type SealKeys } from '../../../server/proofs/face/seal.ts';
import { createFaceStore } from '../../../server/proofs/face/store.ts';
import { createVault } from '../../../server/proofs/face/vault.ts';
import { createVeil } from '../../../server/proofs/face/veil.ts';
import { hasPostgres } from '../../support/db.ts';
import { refolded } from '../../support/judge.ts';
import { descriptorOf, faceOf, frameWith, hashOf, mixedOf } from './people.ts';
import { acted, burstOf, policy, type Room, room, seen } from './room.ts';

const bodily = ['face_templates', 'face_probes', 'face_frames'] as const;

describe.skipIf(!hasPostgres())('consent and enrolment', () => {
  let r: Room;
  beforeAll(async () => {
    r = await room({ keepDays: 30 });
  });
  beforeEach(() => {
    for (const list of [r.shown, r.drafts, r.eyes.answers]) list.length = 0;
  });
  afterAll(() => r?.close());

  const consent = (of: { session: string; pass: string }, notice = NOTICE) =>
    r.call('consent', of.pass, { session: of.session, notice });
  const enrol = (of: { session: string; pass: string }, burst = burstOf(0)) => {
    r.eyes.answers.push(burst);
    return r.call(`enrolment?session=${of.session}`, of.pass, r.frames(4));
  };
  const withdraw = (of: { session: string; pass: string }) => r.call('withdraw', of.pass, { session: of.session });

  describe('are refused', () => {
    it('with another session’s pass, a check’s, one that is over, or none', async () => {
      const [mine, other] = [await r.enrolled(), await r.learn()];
      const check = await r.askFace(mine);
      for (const pass of [other.pass, check.pass, '']) {
        expect(await consent({ ...mine, pass })).toMatchObject({ status: 403, code: 'facePass' });
        expect(await withdraw({ ...mine, pass })).toMatchObject({ code: 'facePass' });
        expect(await enrol({ ...mine, pass })).toMatchObject({ code: 'facePass' });
      }
      r.clock.now += 3_600_001;
      expect(await withdraw(mine)).toMatchObject({ code: 'facePass' });
    });

    it('for a session that is closed', async () => {
      const mine = await r.learn();
      await r.judge.submit(mine.personKey, { kind: 'closed', session: mine.session, cause: 'closing' });
      expect(await consent(mine)).toMatchObject({ code: 'sessionClosed' });
    });

    it('consent to a notice that is not today’s', async () => {
      expect(await consent(await r.learn(), '2020-01')).toMatchObject({ status: 409, code: 'faceNotice' });
    });

    it('enrolment before consent, and after its end; nothing is looked at', async () => {
      const mine = await r.learn();
      const { looks } = r.eyes;
      expect(await enrol(mine)).toMatchObject({ code: 'faceConsent' });
      await consent(mine);
      await withdraw(mine);
      expect(await enrol(mine)).toMatchObject({ code: 'faceConsent' });
      expect(r.eyes.looks).toBe(looks);
    });

    it('enrolment whose consent ends while eyes look: nothing is stored', async () => {
      const mine = await r.learn();
      await consent(mine);
      const before = await r.count('face_templates');
      r.eyes.answers.push(withdraw(mine).then(() => burstOf(0)));
      expect(await r.call(`enrolment?session=${mine.session}`, mine.pass, r.frames(4))).toMatchObject({
        code: 'faceConsent',
      });
      expect(await r.count('face_templates')).toBe(before);
    });

    it('enrolment anew as somebody else', async () => {
      expect(await enrol(await r.enrolled(), burstOf(3))).toMatchObject({ status: 409, code: 'faceOther' });
    });

    it('enrolment anew as somebody else in steps, each like the one before', async () => {
      const mine = await r.enrolled();
      const codes: unknown[] = [];
      for (const share of [0.35, 0.7, 1]) {
        r.clock.now += 1_000;
        const made = [1, 2, 3, 4].map((n) =>
          frameWith(faceOf({ size: 9, descriptor: mixedOf(0, 3, share, n), hash: hashOf(n + 4_000 * share) })),
        );
        codes.push((await enrol(mine, seen(made))).code);
      }
      expect(codes).toEqual([undefined, 'faceOther', 'faceOther']);
    });

    it('a second burst of one person while eyes look at the first: others’ checks find the places', async () => {
      const mine = await r.learn();
      await consent(mine);
      let looked = (_: Looked): void => undefined;
      r.eyes.answers.push(new Promise<Looked>((resolve) => (looked = resolve)));
      const path = `enrolment?session=${mine.session}`;
      const first = r.call(path, mine.pass, r.frames(4));
      await vi.waitUntil(() => r.busy());
      expect(await r.call(path, mine.pass, r.frames(4))).toMatchObject({ status: 503, code: 'faceBusy' });
      looked(burstOf(0));
      expect((await first).said).toMatchObject({ enrolled: true });
    });

    it('enrolment when eyes are busy, and by frames that are none', async () => {
      const mine = await r.learn();
      await consent(mine);
      expect(await enrol(mine, { kind: 'busy' })).toMatchObject({ status: 503, code: 'faceBusy' });
      const refused = await enrol(mine, { kind: 'refused', refusal: 'wrongType', frame: 1 });
      expect(refused).toMatchObject({ status: 422, said: { error: { details: { refusal: 'wrongType' } } } });
      const path = `enrolment?session=${mine.session}`;
      expect(await r.call(path, mine.pass, r.frames(1, BYTES_MAX + 200))).toMatchObject({ code: 'tooLarge' });
    });

    it('a policy by which a face is the only way', () => {
      const { question, ...others } = policy.proofs;
      expect(checkPolicy({ ...demoPolicy, proofs: policy.proofs }).problems).toEqual([]);
      expect(checkPolicy({ ...demoPolicy, proofs: others }).problems).toHaveLength(1);
      expect(question).toBeDefined();
    });
  });

  it('a page is told how its trainee stands, where its policy has faces', async () => {
    const mine = await r.learn();
    expect((await consent(mine)).said).toMatchObject({ notice: NOTICE, consent: true, enrolled: false });
    await enrol(mine);
    const next = await r.learn({ trainee: mine.trainee });
    const hash = (await r.db.query<{ policy_hash: string }>('select policy_hash from sessions limit 1')).rows[0]!
      .policy_hash;
    const standing = await r.proofs.standing(next.session, mine.personKey, hash);
    expect(standing).toMatchObject({ consent: true, enrolled: true });
  });

  it('the notice can be read by anybody', async () => {
    const { version, words } = (await r.app.inject('/v1/face/notice')).json();
    expect([version, words.length > 3]).toEqual([NOTICE, true]);
  });

  it('poor frames are answered with what to change', async () => {
    const mine = await r.learn();
    await consent(mine);
    const dark = seen([1, 2, 3].map((n) => frameWith(faceOf({ size: 9, light: 10, hash: hashOf(n) }))));
    expect((await enrol(mine, dark)).said).toMatchObject({ enrolled: false, advice: [{ code: 'moreLight' }] });
  });

  it('a check is compared with what was enrolled when it was asked, not with what came after', async () => {
    const mine = await r.enrolled();
    const check = await r.askFace(mine);
    r.clock.now += 1_000;
    const nearer = [1, 2, 3, 4].map((n) =>
      frameWith(faceOf({ size: 9, descriptor: mixedOf(0, 3, 0.35, n), hash: hashOf(n + 7_000) })),
    );
    expect((await enrol(mine, seen(nearer))).said).toMatchObject({ enrolled: true });
    const other = acted(check, 0, (look, i) => ({ ...look, descriptor: mixedOf(0, 3, 0.7, i) }));
    await r.send(mine.session, check, other);
    expect(await r.outcomes(mine)).toEqual(['mismatch']);
  });

  it('what is stored is sealed: for its person, under a key that the row names', async () => {
    const mine = await r.enrolled({ person: 11 });
    const { rows } = await r.db.query<{ sealed: Buffer; key_id: string }>(
      'select sealed, key_id from face_templates where person_key = $1',
      [mine.personKey],
    );
    // The person's own, which the operator's seals.
    expect(new Set(rows.map(({ key_id }) => key_id)).size).toBe(1);
    const own = await r.db.query('select id, key_id from face_keys where person_key = $1', [mine.personKey]);
    expect(own.rows).toEqual([{ id: rows[0]!.key_id, key_id: '2026-11' }]);
    const read = async (keys: SealKeys, personKey = mine.personKey) =>
      (await createVault(keys, createFaceStore(r.db), Date.now).toOpen([personKey])).openFace(
        'template',
        personKey,
        rows[0]!.sealed,
      );
    const keys: SealKeys = [{ id: '2026-11', key: Buffer.alloc(32, 9) }];
    expect((await read(keys))?.descriptor[11]).toBeCloseTo(0.8, 4);
    const other = await r.enrolled();
    expect(await read(keys, other.personKey)).toBeNull();
    expect(() => open(keys, 'template', mine.personKey, rows[0]!.sealed)).toThrow('no key');
    // Its key was destroyed: gone, and nobody's fault.
    expect(await read([{ id: 'next', key: Buffer.alloc(32, 1) }])).toBeNull();
  });

  it('a hash is stored veiled: near stays near, and the hash itself cannot be read', () => {
    const [one, two] = [createVeil(Buffer.alloc(32, 1)), createVeil(Buffer.alloc(32, 2))];
    const [a, b] = [hashOf(1), hashOf(2)];
    const apart = (x: string, y: string) => [...x].filter((bit, i) => bit !== y[i]).length;
    expect(apart(one(a).bits, one(b).bits)).toBe(hashDistance(a, b));
    expect(apart(one(a).bits, two(a).bits)).toBeGreaterThan(80);
    const near = `${(Number.parseInt(a[0]!, 16) ^ 15).toString(16)}${a.slice(1)}`;
    expect(one(near).bands.some((band, i) => band === one(a).bands[i])).toBe(true);
  });

  describe('withdrawal', () => {
    it('deletes templates, what was seen in checks, and pictures; of this person only; the rest holds', async () => {
      const [mine, other] = [await r.enrolled({ person: 21 }), await r.enrolled({ person: 22 })];
      for (const [person, who] of [
        [21, mine],
        [22, other],
      ] as const) {
        const check = await r.askFace(who);
        await r.send(who.session, check, acted(check, person));
        // Another face: its pictures are kept for a person to look at.
        const next = await r.askFace(who);
        await r.send(who.session, next, acted(next, 40 + person));
      }
      const of = async (table: string, { personKey }: { personKey: string }) => {
        const where =
          table === 'face_templates'
            ? 'person_key = $1'
            : `check_id in (select id from face_checks where person_key = $1)`;
        return (await r.db.query(`select 1 from ${table} where ${where}`, [personKey])).rowCount;
      };
      for (const table of bodily) expect(await of(table, mine), table).toBeGreaterThan(0);
      const before = { fates: await r.fates(mine), leaves: await leaves(), checks: await r.checks(mine) };
      const kept = await Promise.all(bodily.map((table) => of(table, other)));

      expect((await withdraw(mine)).said).toEqual({ consent: false });

      for (const table of bodily) expect(await of(table, mine), table).toBe(0);
      expect(await Promise.all(bodily.map((table) => of(table, other)))).toEqual(kept);
      const after = { fates: await r.fates(mine), leaves: await leaves(), checks: await r.checks(mine) };
      expect(after).toEqual(before);
      expect(before.fates).toMatchObject({ credited: 10_000 });
      // Everything that was judged can be judged again from what is left, to the same end.
      const { verdicts } = await refolded(r.db, mine.personKey);
      const released = verdicts.flat().flatMap((one) => (one.verdict === 'release' ? [one.span.ms] : []));
      expect(released.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
      expect((await r.ask(mine))?.form).toBe('single');
    });

    const leaves = async () =>
      (await r.db.query('select leaf from ledger_pending order by id')).rows.map(({ leaf }) => leaf);

    it('is remembered as such, and consent may be given again: then one enrols anew', async () => {
      const mine = await r.enrolled();
      await withdraw(mine);
      await withdraw(mine);
      r.clock.now += 1_000;
      await consent(mine);
      const { rows } = await r.db.query(
        'select notice, ended_by from face_consents where person_key = $1 order by given_ms',
        [mine.personKey],
      );
      expect(rows).toEqual([
        { notice: NOTICE, ended_by: 'withdrawn' },
        { notice: NOTICE, ended_by: null },
      ]);
      expect((await r.ask(mine))?.form).toBe('single');
      expect((await enrol(mine)).said).toMatchObject({ enrolled: true });
    });

    it('by the person’s right to be forgotten deletes the same', async () => {
      const mine = await r.enrolled({ person: 31 });
      await r.face.erase(mine.personKey, 'erased');
      const { rowCount } = await r.db.query('select 1 from face_templates where person_key = $1', [mine.personKey]);
      expect(rowCount).toBe(0);
    });
  });

  it('what was kept long enough is deleted', async () => {
    const mine = await r.enrolled({ person: 51 });
    const check = await r.askFace(mine);
    await r.send(mine.session, check, acted(check, 52));
    r.clock.now += 31 * 86_400_000;
    await r.face.sweep();
    expect([await r.count('face_frames'), (await r.count('face_probes')) > 0]).toEqual([0, true]);
    r.clock.now += 150 * 86_400_000;
    await r.face.sweep();
    expect([await r.count('face_probes'), (await r.count('face_templates')) > 0]).toEqual([0, true]);
    r.clock.now += 200 * 86_400_000;
    await r.face.sweep();
    expect(await r.count('face_templates')).toBe(0);
  });

  it('no reply and no route gives out a template, a picture or a distance', async () => {
    const mine = await r.enrolled({ person: 61 });
    const check = await r.askFace(mine);
    const replies = [
      await consent(mine),
      await enrol(mine, burstOf(61)),
      await enrol(mine, burstOf(62)),
      await r.send(mine.session, check, acted(check, 62)),
      await withdraw(mine),
    ].map(({ text }) => text);
    expect(replies.join('\n')).not.toMatch(/descriptor|distance|template|hash|0\.8|sealed|"frames"/);
    expect(replies.join('\n')).not.toContain(descriptorOf(61, 0.2, 1)[100]!.toString().slice(0, 8));
    // What can be read: the notice, by anybody; which checks failed and who looked, by people who look.
    const routes = r.app.printRoutes({ commonPrefix: false }).split('\n');
    expect(routes.filter((line) => line.includes('GET')).map((line) => /notice|checks|views/.exec(line)?.[0])).toEqual([
      ...['notice', 'checks', 'views'],
    ]);
  });
});
