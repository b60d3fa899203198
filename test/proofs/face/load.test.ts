/** A whole class is asked in the same second, of eyes that are slow: nobody is lost, and nobody's beats wait for it. */
import { Worker } from 'node:worker_threads';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { FaceChallenge } from '../../../sdk/wire.ts';
import { writeBurst } from '../../../server/proofs/face/frames.ts';
import { createFacePool } from '../../../server/proofs/face/pool.ts';
import { hasPostgres } from '../../support/db.ts';
import { beatDraft } from '../../support/judge.ts';
import { placeOf } from '../world.ts';
import { type Room, room } from './room.ts';

const CLASS = 50;
/** A picture of nothing: what is no picture is refused before any thread. */
const jpeg = createCanvas(480, 640).toBuffer('image/jpeg', 50);
const threadOf = (lookMs: number) => () =>
  new Worker(new URL('./slowThread.mjs', import.meta.url), { execArgv: [], workerData: { lookMs } });

/** Enrolled by what eyes said before they became slow. */
async function classroom(waitingMax: number, lookMs: number) {
  const slow = createFacePool({ engine: { kind: 'faceApi' }, size: 1, waitingMax, start: threadOf(lookMs) });
  let now = false;
  const r: Room = await room({
    pool: {
      look: (frames, withinMs) => (now ? slow.look(frames, withinMs) : (r.eyes.answers.shift() as never)),
      waiting: () => slow.waiting(),
      stop: () => slow.stop(),
    },
  });
  const learners = [];
  for (let i = 0; i < CLASS; i++) learners.push(await r.enrolled({ person: i }));
  now = true;
  return { r, learners };
}

describe.skipIf(!hasPostgres())('fifty checks in the same second', () => {
  it.each([
    ['and room for all to wait', 64],
    ['and room for eight', 8],
  ])(
    '%s: each is judged or told that nothing was seen, beats are stored meanwhile',
    async (_what, waitingMax) => {
      const { r, learners } = await classroom(waitingMax, 15);
      try {
        const before = r.shown.length;
        await Promise.all(
          learners.map(({ session, personKey }) =>
            r.proofs.asked(
              { verdict: 'proofAsked', session, kinds: ['face'], lesson: r.seeded.lessons[0]!.id },
              personKey,
            ),
          ),
        );
        r.clock.now += 15_000;
        let beats = 0;
        const send = async ({ session }: { session: string }): Promise<string> => {
          for (;;) {
            const check = r.shown.findLast((one) => one.session === session) as unknown as FaceChallenge;
            if (check.form !== 'face') return 'question';
            const body = writeBurst({
              frames: check.shots.map(() => jpeg),
              // Times that the server’s own clock does not contradict.
              atMs: check.shots.map((_, i) => i),
            });
            r.clock.now += 10;
            const { said, text } = await r.call(`frames?session=${session}&check=${check.prompt}`, check.pass, body);
            const outcome = said['outcome'] as string | undefined;
            if (outcome === undefined) throw new Error(text);
            if (outcome !== 'again') return outcome;
          }
        };
        const ended = await Promise.all([
          ...learners.map(send),
          ...learners.map(async ({ session, personKey }) => {
            await r.judge.submit(personKey, beatDraft(session, 2, 10_000, 20_000));
            beats += 1;
            return 'beat';
          }),
        ]);
        // Eyes that see nobody are unsure: after three tries each has a question, and no time is lost.
        expect(ended.filter((one) => one === 'question')).toHaveLength(CLASS);
        expect(beats).toBe(CLASS);
        const { rows } = await r.db.query<{ outcome: string | null; n: number }>(
          'select outcome, count(*)::int as n from face_checks group by outcome',
        );
        const of = Object.fromEntries(rows.map(({ outcome, n }) => [outcome ?? 'open', n]));
        expect((of['unsure'] ?? 0) + (of['busy'] ?? 0)).toBe(3 * CLASS);
        expect(of['open']).toBeUndefined();
        if (waitingMax < CLASS) expect(of['busy']).toBeGreaterThan(0);
        expect(r.shown.length - before).toBe(4 * CLASS);
        // And the question earns what the face would have.
        const [one] = learners;
        const asked = r.shown.findLast(({ session }) => session === one!.session)!;
        if (asked.form === 'face') throw new Error('a question was not asked');
        r.clock.now += 3_000;
        await r.proofs.answer(one!.session, one!.personKey, { prompt: asked.prompt, choice: placeOf(asked, 'b') });
        expect((await r.fates(one!))['credited']).toBeGreaterThanOrEqual(10_000);
      } finally {
        await r.close();
      }
    },
    120_000,
  );

  it('what nobody waits for any more is not looked at', async () => {
    const pool = createFacePool({ engine: { kind: 'faceApi' }, size: 1, start: threadOf(200) });
    try {
      const frame = [jpeg];
      const first = pool.look(frame);
      const late = pool.look(frame, 1);
      const patient = pool.look(frame, 60_000);
      expect((await Promise.all([first, late, patient])).map(({ kind }) => kind)).toEqual(['seen', 'busy', 'seen']);
    } finally {
      await pool.stop();
    }
  });
});
