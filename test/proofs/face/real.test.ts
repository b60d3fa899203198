/**
 * The whole way with real eyes: made frames of two people in, by HTTP, through the worker's engine, to time that
 * is credited or stays held. Chance is seeded: some of what is drawn is asked again, and rightly.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment, type Manner, perform } from '../../../bench/face/perform.ts';
import { type Person, peopleIn } from '../../../bench/face/simulate.ts';
import type { FaceChallenge } from '../../../sdk/wire.ts';
import type { Challenge } from '../../../server/proofs/face/challenge.ts';
import { createFaceApi } from '../../../server/proofs/face/engines/faceApi.ts';
import { FRAMES_TYPE, writeBurst } from '../../../server/proofs/face/frames.ts';
import { NOTICE } from '../../../server/proofs/face/notice.ts';
import { createFacePool } from '../../../server/proofs/face/pool.ts';
import { randomOf } from '../../../server/proofs/question/render/look.ts';
import { hasPostgres } from '../../support/db.ts';
import { type Room, room } from './room.ts';

const demo = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

describe.skipIf(!hasPostgres())('a face check with real eyes', () => {
  const workers: Worker[] = [];
  const random = randomOf(11);
  let r: Room;
  let person: Person;
  let other: Person;
  let learner: Awaited<ReturnType<Room['learn']>>;
  let pictures: readonly Buffer[];

  beforeAll(async () => {
    const pool = createFacePool({
      ...{ engine: { kind: 'faceApi' }, size: 1, jobMs: 60_000 },
      start() {
        const url = new URL('../../../server/proofs/face/thread.mjs', import.meta.url);
        workers.push(new Worker(url, { execArgv: [], workerData: { kind: 'faceApi' } }));
        return workers.at(-1)!;
      },
    });
    r = await room({ pool, random });
    const engine = await createFaceApi();
    const found: Person[] = [];
    for (const file of ['sample6.jpg', 'sample1.jpg', 'sample2.jpg', 'sample3.jpg']) {
      if (found.length < 2) found.push(...(await peopleIn(engine, join(demo, file), file)));
    }
    [person, other] = found as [Person, Person];
    learner = await r.learn();
    await r.call('consent', learner.pass, { session: learner.session, notice: NOTICE });
    pictures = enrolment(person, random);
    const body = writeBurst({ frames: pictures, atMs: pictures.map((_, i) => i * 400) });
    const { said } = await r.call(`enrolment?session=${learner.session}`, learner.pass, body);
    expect(said).toEqual({ enrolled: true, advice: [] });
  }, 120_000);
  afterAll(() => r?.close());

  async function send(check: FaceChallenge, manner: Manner) {
    const world = { person, other, enrolled: pictures[0]!, random };
    const shots = await perform(manner, world, { ...check, deadlineMs: 60_000 } as Challenge);
    r.clock.now += check.lengthMs + 3_000;
    const body = writeBurst({ frames: shots.map(({ bytes }) => bytes), atMs: shots.map(({ atMs }) => atMs) });
    expect(body.length).toBeLessThan(300 * 1024);
    return r.call(`frames?session=${learner.session}&check=${check.prompt}`, check.pass, body, FRAMES_TYPE);
  }

  it('another person’s frames, a photo of the enrolment and no picture at all release nothing', async () => {
    for (const manner of ['another person', 'enrolment photo with noise'] as const) {
      expect((await send(await r.askFace(learner), manner)).said).toMatchObject({ outcome: 'taken' });
    }
    const check = await r.askFace(learner);
    const body = writeBurst({
      frames: check.shots.map(() => Buffer.from('no picture')),
      atMs: check.shots.map((s) => s.atMs),
    });
    const refused = await r.call(`frames?session=${learner.session}&check=${check.prompt}`, check.pass, body);
    expect(refused.said).toMatchObject({ outcome: 'again' });
    expect((await r.outcomes(learner)).slice(0, 3)).toEqual(['mismatch', 'failed', 'refused']);
    expect((await r.fates(learner))['credited']).toBeUndefined();
  }, 120_000);

  it('a worker that dies under a check costs nothing: it is asked again, and the honest one releases', async () => {
    const check = await r.askFace(learner);
    const sent = send(check, 'honest');
    await expect.poll(() => r.busy(), { timeout: 20_000, interval: 5 }).toBe(true);
    await workers.at(-1)!.terminate();
    expect((await sent).said).toMatchObject({ outcome: 'again' });
    const next = r.shown.at(-1) as unknown as FaceChallenge;
    expect((await send(next, 'honest')).said).toEqual({ outcome: 'taken', advice: [] });
    expect((await r.outcomes(learner)).slice(-2)).toEqual(['engineDied', 'pass']);
  }, 120_000);
});
