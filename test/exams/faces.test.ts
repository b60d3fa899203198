/** Who sits: faces in a sitting, with made-up eyes. What a stand-in, a refusal and a broken camera come to, and what they do not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseLeaf } from '../../ledger/leaf.ts';
import type { FaceChallenge } from '../../sdk/wire.ts';
import { createBuckets } from '../../server/gateway/bucket.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { createFaces } from '../../server/proofs/face/faces.ts';
import { FRAMES_TYPE, writeBurst } from '../../server/proofs/face/frames.ts';
import { NOTICE } from '../../server/proofs/face/notice.ts';
import type { Looked } from '../../server/proofs/face/pool.ts';
import { addSession, log } from '../console/world.ts';
import { ground, seed, signer } from '../ledger/fixture.ts';
import { acted, burstOf, policy } from '../proofs/face/room.ts';
import { tamper } from '../support/tamper.ts';
import { type ExamWorld, examWorld, MINUTE, rightTo, T0 } from './world.ts';

let w: ExamWorld;
let eyes: Looked[];

async function worldWith(terms: object = {}): Promise<void> {
  eyes = [];
  w = await examWorld({
    faces: ({ db, auth, now, sittings }) =>
      createFaces({
        ...{ db, auth, now, sittings, log, keepDays: 0, master: Buffer.alloc(32, 7), buckets: createBuckets },
        engine: { kind: 'faceApi' },
        keys: [{ id: 'k', key: Buffer.alloc(32, 9) }],
        judge: { submit: () => Promise.reject(new Error('no lesson is judged here')) },
        loadPolicy: async () => policy,
        show: () => undefined,
        instead: async () => undefined,
        pool: { look: async () => eyes.shift() ?? { kind: 'busy' }, waiting: () => 0, stop: async () => undefined },
      }),
  });
  await w.importBank();
  expect((await w.define({ faces: { atRandom: 0, ...terms } })).status).toBe(201);
}
beforeEach(() => worldWith());
afterEach(() => w.drop());

const post = (path: string, pass: string, payload: object | Buffer) =>
  w.app.inject({
    ...{ method: 'POST', url: `/v1/face/${path}`, payload },
    headers: { authorization: `Bearer ${pass}`, ...(Buffer.isBuffer(payload) ? { 'content-type': FRAMES_TYPE } : {}) },
  });

/** The trainee's own face, enrolled from a lesson's page. */
async function enrol(trainee: 'ta1' | 'ta2', person = 0): Promise<string> {
  const session = `live-${trainee}`;
  const there = await w.db.query('select 1 from sessions where id = $1', [session]);
  if (there.rowCount === 0) await addSession(w.db, session, trainee, 'ca1', { openedMs: T0 });
  const key = trainee === 'ta1' ? 'person-1' : 'person-2';
  const { pass } = (await w.faces!.asking.standing!(session, key, 'any'))!;
  await post('consent', pass, { session, notice: NOTICE });
  eyes.push(burstOf(person));
  const four = { frames: [1, 2, 3, 4].map((fill) => Buffer.alloc(90, fill)), atMs: [0, 500, 1000, 1500] };
  expect((await post(`enrolment?session=${session}`, pass, writeBurst(four))).json()).toMatchObject({ enrolled: true });
  return pass;
}

/** Does the check, and is seen as this person. */
async function show(sitting: string, check: FaceChallenge, looked: Looked) {
  w.clock.now += 15_000;
  eyes.push(looked);
  const body = writeBurst({
    frames: check.shots.map((_, i) => Buffer.alloc(90, i + 1)),
    atMs: check.shots.map(({ atMs }) => atMs),
  });
  return (await post(`frames?session=${sitting}&check=${check.prompt}`, check.pass, body)).json();
}

const openAs = (trainee: 'ta1' | 'ta2', showsFace = true) => w.open(trainee, { showsFace }).then(({ body }) => body);
const asked = (id: string, key: string) => w.call('POST', `/v1/exams/sittings/${id}/clock`, { key });
const proofs = async () => {
  const { rows } = await w.db.query<{ point: string; outcome: string | null }>(
    'select point, outcome from sitting_proofs order by sitting_id, nth',
  );
  return rows.map(({ point, outcome }) => `${point} ${outcome}`);
};
const alerts = async () => (await w.db.query('select code, rule, facts, count from alerts')).rows;
const leaf = async () => {
  const { rows } = await w.db.query<{ leaf: string }>('select leaf from ledger_pending');
  const read = parseLeaf(rows[0]!.leaf);
  if (read.kind !== 'exam') throw new Error('no leaf of an exam');
  return read;
};

describe('somebody else sits', () => {
  beforeEach(() => enrol('ta1'));

  it('and two checks of another face raise an alert with its distances; the sitting goes on for a person to decide', async () => {
    const { sittingId, key, face } = await openAs('ta1');
    expect(await show(sittingId, face, acted(face, 5))).toEqual({ outcome: 'taken', advice: [] });
    expect(await alerts()).toEqual([]);
    // Another is asked soon, at a moment that only the server knows.
    expect((await asked(sittingId, key)).body).not.toHaveProperty('face');
    w.clock.now += 5 * MINUTE;
    const next = (await asked(sittingId, key)).body.face;
    await show(sittingId, next, acted(next, 5));
    expect(await alerts()).toMatchObject([
      {
        ...{ code: 'examImpersonation', rule: 'examOtherFace' },
        facts: { sitting: sittingId, mismatches: 2, failures: 0, limit: 2, stopped: false, passDistance: 0.45 },
      },
    ]);
    await w.answerAll(sittingId, key);
    const last = (await w.handIn(sittingId, key)).body;
    await show(sittingId, last.face, acted(last.face, 5));
    expect((await w.handIn(sittingId, key)).body).toMatchObject({ score: 100, passed: true });
    expect(await proofs()).toEqual(['start mismatch', 'handIn mismatch', 'again mismatch']);
    expect((await alerts()).map(({ count }) => count)).toEqual([2]);
    const { proofs: sealed } = await leaf();
    expect(sealed.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(Array(3).fill('face mismatch'));
    expect(JSON.stringify(sealed)).not.toMatch(/distance|0\.\d/);
  });

  it('and where the terms say so it is stopped, and handed in as it stands', async () => {
    await w.drop();
    await worldWith({ mismatches: 1, onMismatch: 'stop' });
    await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    await show(sittingId, face, acted(face, 5));
    expect(await alerts()).toMatchObject([{ facts: { stopped: true, mismatches: 1, limit: 1 } }]);
    expect((await w.save(sittingId, key, 1, { choice: '1' })).body.error.code).toBe('sittingHandedIn');
    const { body } = await w.call('POST', `/v1/exams/sittings/${sittingId}/result`, { key });
    expect(body.result).toMatchObject({ score: 0, handedInBy: 'stopped' });
    expect((await leaf()).proofs).toMatchObject([{ kind: 'face', outcome: 'mismatch' }]);
  });

  it('and cannot enrol, consent or answer for another with what the exam hands out', async () => {
    const { sittingId, key, face } = await openAs('ta1');
    const other = await openAs('ta2');
    for (const path of [`enrolment?session=${sittingId}`, `frames?session=${other.sittingId}&check=${face.prompt}`]) {
      const reply = await post(path, face.pass, writeBurst({ frames: [Buffer.alloc(9, 1)], atMs: [0] }));
      expect(reply.json().error.code).toBe('facePass');
    }
    const consent = await post('withdraw', face.pass, { session: sittingId });
    expect(consent.json().error.code).toBe('facePass');
    expect((await asked(other.sittingId, key)).body.error.code).toBe('sittingKey');
    expect(await proofs()).toContain('start null');
  });

  it('and has another face enrolled from a lesson meanwhile: no face is asked for any more, and a supervisor is', async () => {
    await w.drop();
    await worldWith({ atRandom: 1 });
    const pass = await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    await show(sittingId, face, acted(face));
    expect((await post('withdraw', pass, { session: 'live-ta1' })).statusCode).toBe(200);
    w.clock.now += 1;
    await enrol('ta1', 5);
    w.clock.now = T0 + 55 * MINUTE;
    expect((await asked(sittingId, key)).body).not.toHaveProperty('face');
    expect(await proofs()).toEqual(['start passed', 'random notAsked', 'handIn null', 'instead asked']);
  });

  it('and has another face enrolled between two tries: there is no second one', async () => {
    const { sittingId, face } = await openAs('ta1');
    w.clock.now += 1;
    await enrol('ta1');
    const dark = acted(face, 0, (look) => ({ ...look, light: 10 }));
    expect((await show(sittingId, face, dark)).outcome).toBe('question');
    expect(await proofs()).toEqual(['start unclear', 'handIn null', 'instead asked']);
  });

  it('and opens a lesson meanwhile: its check does not end the exam’s', async () => {
    const { sittingId, key, face } = await openAs('ta1');
    await w.db.query(
      `insert into face_checks (id, person_key, session_id, asked, tries, challenge, issued_ms, deadline_ms, late_ms)
       values ('of-a-lesson', 'person-1', 'live-ta1', '{}', 0, '{}', $1, $1, 0)`,
      [w.clock.now],
    );
    expect((await asked(sittingId, key)).body.face.prompt).toBe(face.prompt);
  });

  it('and lets each check pass by: that accuses nobody, is noted, and a supervisor is asked for', async () => {
    const { sittingId, key } = await openAs('ta1');
    w.clock.now += 3 * MINUTE;
    expect((await asked(sittingId, key)).body).not.toHaveProperty('face');
    await w.answerAll(sittingId, key);
    expect((await w.handIn(sittingId, key)).body.face).toBeDefined();
    w.clock.now += 3 * MINUTE;
    expect((await w.handIn(sittingId, key)).body).toMatchObject({ score: 100 });
    expect(await proofs()).toEqual(['start missed', 'handIn missed', 'instead asked']);
    expect(await alerts()).toEqual([]);
  });
});

it.each([0, 2])(
  'a page that answers at once and leaves the rest to the clock (%i random moments) is noted for a supervisor',
  async (atRandom) => {
    await w.drop();
    await worldWith({ atRandom });
    await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    await show(sittingId, face, acted(face));
    for (const item of (await w.paperOf(sittingId)).items) await w.save(sittingId, key, item.n, rightTo(item));
    w.clock.now += 61 * MINUTE;
    expect(await w.handInDue()).toBe(1);
    expect(await proofs()).toEqual([
      'start passed',
      ...Array(atRandom).fill('random notAsked'),
      ...['handIn notAsked', 'instead asked'],
    ]);
    expect((await leaf()).proofs).toMatchObject([{ kind: 'face', outcome: 'passed' }, { kind: 'supervisor' }]);
    expect(await alerts()).toEqual([]);
  },
);

it('who hands in early owes no face for moments that had not come', async () => {
  await w.drop();
  await worldWith({ atRandom: 2 });
  await enrol('ta1');
  const { sittingId, key, face } = await openAs('ta1');
  await show(sittingId, face, acted(face));
  const last = (await w.handIn(sittingId, key)).body;
  await show(sittingId, last.face, acted(last.face));
  await w.handIn(sittingId, key);
  expect(await proofs()).toEqual(['start passed', 'random notAsked', 'random notAsked', 'handIn passed']);
});

describe('the candidate sits', () => {
  it('and is asked at the start, at moments drawn by the server, and at the hand-in', async () => {
    await w.drop();
    await worldWith({ atRandom: 2 });
    await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    await show(sittingId, face, acted(face));
    const { rows } = await w.db.query<{ at: number }>(
      `select due_ms as at from sitting_proofs where point = 'random' order by nth`,
    );
    expect(rows.map(({ at }) => Math.floor((at - T0 - 6 * MINUTE) / (24 * MINUTE)))).toEqual([0, 1]);
    for (const { at } of rows) {
      w.clock.now = at - 1;
      expect((await asked(sittingId, key)).body).not.toHaveProperty('face');
      w.clock.now = at;
      const { face: due } = (await asked(sittingId, key)).body;
      expect(await show(sittingId, due, acted(due))).toEqual({ outcome: 'taken', advice: [] });
    }
    const last = (await w.handIn(sittingId, key)).body;
    expect(Object.keys(last)).toEqual(['face']);
    // The reply was lost: the same one again.
    expect((await w.handIn(sittingId, key)).body.face.prompt).toBe(last.face.prompt);
    await show(sittingId, last.face, acted(last.face));
    expect((await w.handIn(sittingId, key)).body).toMatchObject({ score: 0 });
    expect(await proofs()).toEqual(['start passed', 'random passed', 'random passed', 'handIn passed']);
    expect(await alerts()).toEqual([]);
  });

  it('and the page speaks just when a check ends: it passed, and is not missed', async () => {
    await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    const holder = await w.db.connect();
    await holder.query('begin');
    await holder.query('select 1 from sittings for update');
    const spoken = asked(sittingId, key);
    const isThere = (found: string) => vi.waitUntil(async () => (await w.db.query(found)).rowCount === 1);
    await isThere(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    const shown = show(sittingId, face, acted(face));
    await isThere(`select 1 from face_checks where outcome = 'pass'`);
    await holder.query('commit');
    holder.release();
    expect((await spoken).body).not.toHaveProperty('face');
    await shown;
    expect(await proofs()).toEqual(['start passed', 'handIn null']);
  });

  it('before a page that crashed, and finds the check again on another device', async () => {
    await enrol('ta1');
    const { face } = await openAs('ta1');
    const again = (await w.open('ta1', { device: 'another-device', showsFace: true })).body;
    expect([again.resumed, again.face.prompt]).toEqual([true, face.prompt]);
    await show(again.sittingId, again.face, acted(again.face));
    expect(await proofs()).toEqual(['start passed', 'handIn null']);
  });

  it('in the dark, or while the machine is busy: it is asked again in the reply, and after all tries a supervisor is', async () => {
    await enrol('ta1');
    const { sittingId, face } = await openAs('ta1');
    const one = await show(sittingId, face, { kind: 'busy' });
    expect(one).toMatchObject({ outcome: 'again', next: { form: 'face' } });
    const two = await show(sittingId, one.next, { kind: 'engineDied' });
    expect(two.outcome).toBe('again');
    const dark = acted(two.next, 0, (look) => ({ ...look, light: 10 }));
    expect(await show(sittingId, two.next, dark)).toMatchObject({
      ...{ outcome: 'question', advice: [{ code: 'moreLight' }] },
    });
    expect(await proofs()).toEqual(['start unclear', 'handIn null', 'instead asked']);
    expect(await alerts()).toEqual([]);
  });

  it('without a face: the same paper, time and score, and no delay at the hand-in', async () => {
    await enrol('ta1');
    const [withFace, without] = [await openAs('ta1'), await openAs('ta2')];
    await show(withFace.sittingId, withFace.face, acted(withFace.face));
    expect(without.face).toBeUndefined();
    await w.answerAll(without.sittingId, without.key, (n) => n <= 8);
    expect((await w.handIn(without.sittingId, without.key)).body).toMatchObject({ score: 80, passed: true });
    expect((await leaf()).proofs).toEqual([{ kind: 'supervisor', id: expect.any(String), outcome: 'asked' }]);
    const { rows } = await w.db.query(`select kind from sitting_events where sitting_id = $1 and kind like '%sked'`, [
      without.sittingId,
    ]);
    expect(rows).toEqual([{ kind: 'supervisorAsked' }]);
  });

  it.each([
    ['declines', 'chosen', 'declined'],
    ['has no camera', 'noCamera', 'noCamera'],
  ])('and %s: asked no more in this sitting', async (_what, why, outcome) => {
    await enrol('ta1');
    const { sittingId, key, face } = await openAs('ta1');
    const declined = await post('decline', face.pass, { session: sittingId, check: face.prompt, why });
    expect(declined.json()).toEqual({ outcome: 'question' });
    expect((await w.handIn(sittingId, key)).body).toMatchObject({ score: 0 });
    expect(await proofs()).toEqual([`start ${outcome}`, 'handIn notAsked', 'instead asked']);
  });

  it('and withdraws consent in the middle: the check is gone, and with it what was stored', async () => {
    const pass = await enrol('ta1');
    const { sittingId, face } = await openAs('ta1');
    await post('withdraw', pass, { session: 'live-ta1' });
    expect(await show(sittingId, face, acted(face))).toMatchObject({ error: { code: 'promptUnknown' } });
    expect(await proofs()).toEqual(['start unconsented', 'handIn null', 'instead asked']);
  });

  it('before a page that shows no checks, and nothing is asked of it', async () => {
    await enrol('ta1');
    expect((await openAs('ta1', false)).face).toBeUndefined();
    expect(await proofs()).toEqual(['start notAsked', 'handIn null', 'instead asked']);
  });
});

it('what was sealed of who sat is found when it is changed afterwards', async () => {
  await enrol('ta1');
  const { sittingId, key, face } = await openAs('ta1');
  await show(sittingId, face, acted(face, 5));
  await w.handIn(sittingId, key);
  w.clock.now += 5 * MINUTE;
  await w.handIn(sittingId, key);
  await expect(w.db.query(`update sitting_proofs set outcome = 'passed'`)).rejects.toThrow(/never written again/);
  await tamper(w.db, 'delete from spans');
  await ground(w.db);
  expect(await sealBatch(w.db, signer)).toMatchObject({ leaves: 1, doubted: 0 });
  expect((await auditLedger(w.db, seed)).problems).toEqual([]);
  await tamper(w.db, `update sitting_proofs set outcome = 'passed' where outcome = 'mismatch'`);
  expect((await auditLedger(w.db, seed)).problems.join()).toMatch(/says proofs .*mismatch.*stored are .*passed/);
});

it('an exam that asks for faces cannot be defined where nobody looks at any; older terms keep their hash', async () => {
  const plain = await examWorld();
  try {
    await plain.importBank();
    expect((await plain.define({ faces: {} })).body.error.details.problems).toEqual([expect.stringMatching(/^faces/)]);
    const { body } = await plain.define();
    expect(body.exam.faces).toBe(false);
    const { rows } = await plain.db.query<{ terms: string }>('select terms from exams');
    expect(rows[0]!.terms).not.toContain('faces');
  } finally {
    await plain.drop();
  }
});
