/**
 * `npm run bench:face -- --load 50`: so many trainees are asked for a face in the same second, of this machine's
 * real engine, over the real judge, database and routes. Says how many were judged, how long the last waited, and
 * what beats and the event loop felt of it. Beats are measured from hand-over to durable, without a network.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { standardPolicy } from '../../detector/index.ts';
import type { FaceChallenge } from '../../sdk/wire.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { connect } from '../../server/db/pool.ts';
import { createBuckets } from '../../server/gateway/bucket.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import { createLog } from '../../server/log.ts';
import { defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { createFaces } from '../../server/proofs/face/faces.ts';
import { FRAMES_TYPE, writeBurst } from '../../server/proofs/face/frames.ts';
import { NOTICE } from '../../server/proofs/face/notice.ts';
import { createFacePool } from '../../server/proofs/face/pool.ts';
import type { SealKeys } from '../../server/proofs/face/seal.ts';
import { createFaceStore } from '../../server/proofs/face/store.ts';
import { createVault } from '../../server/proofs/face/vault.ts';
import { seedCatalogue } from '../../test/support/catalogue.ts';
import { beatDraft, judgeOn, newSession } from '../../test/support/judge.ts';
import { describeMachine } from '../machine.ts';
import { perform } from './perform.ts';
import { enrolledPeople } from './subjects.ts';

/** As a class would set it; a page has so long, and this machine so much longer. */
const TERMS = { windowMs: 60_000, lateMs: 30_000, minLatencyMs: 0 };
const BEAT_EVERY_MS = 1_000;
const BEATING = 10;

export async function measureLoad(asked: number, random: () => number): Promise<string> {
  const machine = describeMachine('.');
  const dir = await mkdtemp(join(tmpdir(), 'face-load-'));
  const embedded = await startEmbedded(dir);
  const db = connect(embedded.url, { max: 16 });
  const pool = createFacePool({ engine: { kind: 'faceApi' } });
  try {
    await migrate(db);
    const policy = { ...standardPolicy, proofs: { ...standardPolicy.proofs, face: TERMS } };
    const seeded = await seedCatalogue(db, { tag: 'load', policy, trainees: asked + BEATING });
    const clock = {
      get now() {
        return Date.now();
      },
    };
    const now = Date.now;
    const { judge } = judgeOn(db, clock);
    const log = createLog('silent');
    const keys: SealKeys = [{ id: 'bench', key: Buffer.alloc(32, 1) }];
    const shown = new Map<string, FaceChallenge>();
    const questions = new Set<string>();
    const faces = createFaces({
      ...{ db, judge, log, now, keys, pool, keepDays: 0, master: Buffer.alloc(32, 2), buckets: createBuckets },
      engine: { kind: 'faceApi' },
      auth: {
        principal: () => Promise.reject(new Error('nobody')),
        fromToken: () => {
          throw new Error('nobody');
        },
      },
      loadPolicy: createPolicies(db).load,
      show: (session, challenge) => {
        if (challenge.form === 'face') shown.set(session, challenge);
      },
      instead: async ({ session }) => void questions.add(session),
      sittings: { page: async () => null, ended: async () => undefined },
    });
    const app = fastify().withTypeProvider<ZodTypeProvider>();
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.setErrorHandler(createErrorHandler(log));
    await app.register(faces.routes);

    const [someone] = await enrolledPeople(pool, random);
    if (someone === undefined) throw new Error('nobody could be enrolled');
    const { person, templates, pictures } = someone;
    const world = { person, other: person, enrolled: pictures[0] ?? Buffer.alloc(0), random };
    const frames = (await perform('honest', world, drawChallenge(defaultChallengePolicy, random))).map(
      ({ bytes }) => bytes,
    );
    const store = createFaceStore(db);
    const vault = createVault(keys, store, now);
    for (let i = 0; i < asked; i++) {
      const { personKey } = seeded.trainees[i]!;
      await judge.open(newSession(seeded, `session-${i}`, i));
      await faces.asking.announced?.(`session-${i}`, ['face']);
      await store.giveConsent(personKey, `session-${i}`, NOTICE, now());
      const seal = (await vault.toSeal(personKey))!;
      const own = templates.map((one, n) => ({
        id: `${i}-${n}`,
        model: 'face-api/resnet34@1.7',
        ...seal.sealFace('template', one),
      }));
      await store.enrol(personKey, own, now());
    }
    for (let i = asked; i < asked + BEATING; i++) await judge.open(newSession(seeded, `session-${i}`, i));

    const begun = performance.now();
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    let over = false;
    const acks: number[] = [];
    const beating = Array.from({ length: BEATING }, async (_, n) => {
      const { personKey } = seeded.trainees[asked + n]!;
      for (let seq = 1; !over; seq++) {
        const sent = performance.now();
        await judge.submit(
          personKey,
          beatDraft(`session-${asked + n}`, seq, (seq - 1) * BEAT_EVERY_MS, seq * BEAT_EVERY_MS),
        );
        acks.push(performance.now() - sent);
        await delay(BEAT_EVERY_MS);
      }
    });
    const lesson = seeded.lessons[0]!.id;
    const ends = await Promise.all(
      Array.from({ length: asked }, async (_, i) => {
        const session = `session-${i}`;
        await faces.asking.ask(
          { verdict: 'proofAsked', session, kinds: ['face'], lesson },
          seeded.trainees[i]!.personKey,
        );
        for (let tries = 1; ; tries++) {
          const { prompt, pass, shots } = shown.get(session)!;
          const body = writeBurst({ frames, atMs: shots.map(({ atMs }) => atMs) });
          const reply = await app.inject({
            ...{ method: 'POST', url: `/v1/face/frames?session=${session}&check=${prompt}`, payload: body },
            headers: { authorization: `Bearer ${pass}`, 'content-type': FRAMES_TYPE },
          });
          const { outcome } = reply.json() as { outcome?: string };
          if (outcome === undefined) throw new Error(reply.body);
          if (outcome !== 'again') return { outcome, tries, ms: performance.now() - begun };
        }
      }),
    );
    loop.disable();
    over = true;
    await Promise.all(beating);
    await app.close();
    await judge.drain();
    return told({ asked, machine, ends, acks, loopMs: loop.percentile(99) / 1e6 });
  } finally {
    await pool.stop();
    await db.end();
    await embedded.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Measured {
  readonly asked: number;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly ends: readonly { readonly outcome: string; readonly tries: number; readonly ms: number }[];
  readonly acks: readonly number[];
  readonly loopMs: number;
}

function told({ asked, machine, ends, acks, loopMs }: Measured): string {
  const of = (outcome: string): number => ends.filter((one) => one.outcome === outcome).length;
  const lost = ends.length - of('taken') - of('question');
  const sorted = acks.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(0);
  const tries = [1, 2, 3].map((n) => ends.filter((one) => one.tries === n).length);
  const last = Math.max(...ends.map(({ ms }) => ms)) / 1000;
  return `## Everybody at once

\`npm run bench:face -- --load ${asked}\`, on ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before it.

${asked} checks of eight frames asked in the same second: ${of('taken')} judged, ${of('question')} given a question after three tries, ${lost} lost.
Judged or given over at the first, second, third try: ${tries.join(', ')}. The last waited ${last.toFixed(1)} s. Meanwhile
${acks.length} beats of ${BEATING} others were stored, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; event loop p99 ${loopMs.toFixed(1)} ms.
`;
}
