/**
 * Events a second that replay examines, with and without MACs, on a fresh embedded Postgres:
 * `node --import tsx test/judge/replaySpeed.ts [persons] [beats each]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPolicy } from '../../detector/index.ts';
import { replay } from '../../programs/replay.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { connect, transaction } from '../../server/db/pool.ts';
import { freezeView } from '../../server/ledger/store.ts';
import { seedCatalogue } from '../support/catalogue.ts';
import { answered, asked, judgeOn, newSession } from '../support/judge.ts';
import { keys, pageOf } from '../support/story.ts';

const [persons, beats] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 1_000)] as const;
/** A question in eight minutes of ten-second beats. */
const QUESTION_BEATS = 48;

const dir = await mkdtemp(join(tmpdir(), 'zhenxue-speed-'));
const embedded = await startEmbedded(dir, { durable: false });
const db = connect(embedded.url, { max: 4 });
try {
  await migrate(db);
  const catalogue = await seedCatalogue(db, { trainees: persons, policy: standardPolicy });
  const clock = { now: 1_800_000_000_000 };
  const { judge } = judgeOn(db, clock);
  const pages = catalogue.trainees.map(({ personKey }, i) => ({ personKey, id: `s${i}`, beat: pageOf(`s${i}`) }));
  await Promise.all(
    pages.map(({ id }, i) => judge.open({ ...newSession(catalogue, id, i), lessonMs: beats * 10_000 })),
  );
  for (let n = 1; n <= beats; n += 1) {
    clock.now += 10_000;
    await Promise.all(pages.map(({ personKey, beat }) => judge.submit(personKey, beat())));
    if (n % QUESTION_BEATS !== 0) continue;
    await Promise.all(pages.map(({ personKey, id }) => judge.submit(personKey, asked(id, `${id}-${n}`))));
    await Promise.all(pages.map(({ personKey, id }) => judge.submit(personKey, answered(id, `${id}-${n}`))));
  }
  await judge.drain();
  for (const mac of [false, true, false, true]) {
    await transaction(db, async (q) => {
      await freezeView(q);
      const [started, cpu] = [performance.now(), process.cpuUsage()];
      const found = await replay({ db: q, loadPolicyBody: createPolicies(q).body, keys: mac ? keys : null });
      const seconds = (performance.now() - started) / 1000;
      const used = process.cpuUsage(cpu);
      const { events, spans, leaves, differing } = found;
      console.log(
        `${mac ? 'with MACs' : 'without'}: ${events} events, ${spans} spans, ${leaves} leaves, ${differing} differ; ${seconds.toFixed(2)} s (${((used.user + used.system) / 1e6).toFixed(2)} s of CPU here), ${Math.round(events / seconds)} events/s, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
      );
    });
  }
} finally {
  await db.end();
  await embedded.stop();
  await rm(dir, { recursive: true, force: true });
}
