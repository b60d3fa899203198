/**
 * Leaves a second that the sequencer seals, on a fresh embedded Postgres with fsync on:
 * `node --import tsx test/ledger/speed.ts [leaves]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { connect } from '../../server/db/pool.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { credit, ground, seed, signer } from './fixture.ts';

const count = Number(process.argv[2] ?? 50_000);
const dir = await mkdtemp(join(tmpdir(), 'zhenxue-speed-'));
const embedded = await startEmbedded(dir);
const db = connect(embedded.url, { max: 2 });
try {
  await migrate(db);
  await ground(db);
  for (let made = 0; made < count; made += 5000) await credit(db, `p${made}`, Math.min(5000, count - made));
  const rate = async (what: string, work: () => Promise<unknown>) => {
    const from = performance.now();
    await work();
    const seconds = (performance.now() - from) / 1000;
    console.log(`${what}: ${count} leaves in ${seconds.toFixed(2)} s, ${Math.round(count / seconds)} leaves/s`);
  };
  await rate('sealed', async () => {
    for (let kind = ''; kind !== 'idle'; ) kind = (await sealBatch(db, signer)).kind;
  });
  await rate('audited', async () => {
    const { problems } = await auditLedger(db, seed);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
} finally {
  await db.end();
  await embedded.stop();
  await rm(dir, { recursive: true, force: true });
}
