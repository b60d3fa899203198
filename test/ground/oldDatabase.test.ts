/** A database that the first release left in the middle of its work: it must be taken over whole, and gone on with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { replay } from '../../programs/replay.ts';
import type { Answered, Resumed } from '../../sdk/wire.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { readConfig } from '../../server/config.ts';
import { migrate } from '../../server/db/migrate.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { createLog } from '../../server/log.ts';
import { type Running, start } from '../../server/main.ts';
import { testDir } from '../support/config.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type OldDatabase, pageOf, restoreOldDatabase } from '../support/oldDatabase.ts';
import { evidence, hashRows, leaves, sealedSpans, totals } from '../support/oldRows.ts';
import { connectWire, value } from '../support/wire.ts';

/** As many rows of a later reading as the recording had; what came since stands behind them or is of new spans. */
async function oldPart(old: OldDatabase) {
  const { expected, db } = old;
  const ours = new Set(expected.sealedSpans.rows.map(([person, id]) => `${person}/${id}`));
  const spans = (await sealedSpans(db)).filter(([person, id]) => ours.has(`${person}/${id}`));
  const sealed = (await leaves(db)).slice(0, expected.leaves.rows.length);
  return { spans: hashRows(spans), leaves: hashRows(sealed) };
}

interface Head {
  readonly person: string;
  readonly ordinal: number;
  readonly wakeAt: number | null;
}

async function headsOf({ db }: OldDatabase): Promise<ReadonlyMap<string, Head>> {
  const { rows } = await db.query<Head>('select person_key as person, ordinal, wake_ms as "wakeAt" from heads');
  return new Map(rows.map((head) => [head.person, head]));
}

const audit = async ({ db, ledgerSeed }: OldDatabase) => (await auditLedger(db, ledgerSeed)).problems;
const again = async ({ db }: OldDatabase) =>
  (await replay({ db, sealing: { chainNext, chainStart }, loadPolicy: createPolicies(db).load })).differences;

describe.skipIf(!hasPostgres())('a database of the first release', () => {
  let old: OldDatabase;
  beforeAll(async () => {
    old = await restoreOldDatabase();
  });
  afterAll(() => old?.drop());

  it('is restored as it was left, with no later migration', async () => {
    const { db, expected } = old;
    const { rows } = await db.query<{ name: string }>('select name from migrations order by 1');
    expect(rows.map(({ name }) => name)).toEqual(['001_ground.sql', '002_alert_decisions.sql']);
    expect(await sealedSpans(db)).toEqual(expected.sealedSpans.rows);
    expect(await leaves(db)).toEqual(expected.leaves.rows);
    expect(await totals(db)).toEqual(expected.totals);
    const lines = await evidence(db);
    expect({ sha256: hashRows(lines), events: lines.length }).toEqual(expected.evidence);
  });

  it('shows everything that can be in the middle of its work', () => {
    const { sessions, pending, spans, alerts, checkpoints } = old.expected;
    expect(sessions.some(({ closed }) => closed)).toBe(true);
    expect(sessions.some(({ closed, holdsLease }) => !closed && holdsLease)).toBe(true);
    expect(sessions.some(({ closed, holdsLease }) => !closed && !holdsLease)).toBe(true);
    expect(new Set(sessions.map(({ policy }) => policy))).toEqual(new Set(['standard', 'demo', 'patient']));
    expect(pending.length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(spans)).toEqual(expect.arrayContaining(['credited presence.proven', 'held presence.awaiting']));
    expect(Object.keys(spans).filter((name) => name.startsWith('denied')).length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(alerts).length).toBeGreaterThanOrEqual(10);
    const platforms = (person: string) =>
      new Set(sessions.filter((one) => one.person === person).map(({ platform }) => platform)).size;
    expect(sessions.some(({ person }) => platforms(person) > 1)).toBe(true);
    expect(checkpoints[0]?.size).toBe(old.expected.leaves.rows.length);
  });

  it('holds: the ledger’s audit and the replay of all evidence, before and after the migrations of today', async () => {
    const { leaves, sealedSpans } = old.expected;
    for (const migrated of [false, true]) {
      if (migrated) await migrate(old.db);
      expect(await audit(old)).toEqual([]);
      expect(await again(old)).toEqual([]);
      expect(await oldPart(old)).toEqual({ spans: sealedSpans.sha256, leaves: leaves.sha256 });
    }
  });

  describe('with a server on it', () => {
    let running: Running;
    let overdue: Head[];
    let dir: Awaited<ReturnType<typeof testDir>>;
    beforeAll(async () => {
      dir = await testDir();
      overdue = [...(await headsOf(old)).values()].filter(({ wakeAt }) => wakeAt !== null && wakeAt < Date.now());
      const { SECRET_KEY, LEDGER_KEY } = old.secrets;
      const env = { PORT: '0', HOST: '127.0.0.1', DEMO: '0', DATA_DIR: dir.dir, DATABASE_URL: old.url };
      running = await start(readConfig({ ...env, SECRET_KEY, LEDGER_KEY }), createLog('silent'));
    });
    afterAll(async () => {
      await running?.stop();
      await dir?.remove();
    });

    it('a page that was playing goes on, and its waiting question releases what was held', async () => {
      const { expected } = old;
      const session = expected.sessions.find(({ name }) => name === 'patient: held, a question pending')!;
      const before = expected.totals.find(({ person }) => person === session.person)!;
      const question = expected.pending.find(({ person }) => person === session.person)!;
      const page = pageOf(session);
      const wire = await connectWire(running.url);
      const message = { version: 1, session: page.session, proof: page.proof(wire.id) };
      const resumed = value(await wire.call<Resumed>('resume', message));
      expect(resumed.seq).toBe(session.seq);
      expect(resumed.challenge?.prompt).toBe(question.prompt);
      expect(resumed.totals.heldMs).toBe(before.heldMs);
      page.nonce = resumed.nonce;

      const { offset, position } = session;
      await page.beat(wire, {
        span: [offset, offset + 2_000],
        runs: [[position, position + 1_999, offset, offset + 2_000]],
        player: ['playing', position + 1_999, 100],
        page: [2_000, 2_000, 0],
        frames: [120, 50],
        clocks: [2_000, 20, 20],
      });
      const answer = { prompt: question.prompt, choice: question.rightChoice };
      const answered = value(await wire.call<Answered>('answer', answer));
      expect(answered).toMatchObject({ outcome: 'right', counted: true });
      expect(answered.totals.creditedMs).toBeGreaterThan(before.heldMs);
      expect(answered.totals.heldMs).toBe(0);

      await eventually(
        async () => (await leaves(old.db)).length,
        (count) => expect(count).toBeGreaterThan(expected.leaves.rows.length),
      );
      await wire.close();
    });

    it('what was sealed before is as it was, and all of it holds', async () => {
      // The ticks that fell due meanwhile come first: what was held under a shipped policy may lapse in them.
      await eventually(
        () => headsOf(old),
        (heads) => expect(overdue.filter(({ person, ordinal }) => heads.get(person)?.ordinal === ordinal)).toEqual([]),
        25_000,
      );
      await running.stop();
      expect(await audit(old)).toEqual([]);
      expect(await again(old)).toEqual([]);
      const { leaves, sealedSpans } = old.expected;
      expect(await oldPart(old)).toEqual({ spans: sealedSpans.sha256, leaves: leaves.sha256 });
    });
  });
});
