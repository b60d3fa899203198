/** A database that the first release left in the middle of its work: it must be taken over whole. Going on with it is upgrade.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../programs/replay.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createKeys } from '../../server/gateway/keys.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { hasPostgres } from '../support/db.ts';
import { type OldDatabase, restoreOldDatabase } from '../support/oldDatabase.ts';
import { evidence, hashRows, leaves, sealedSpans, totals } from '../support/oldRows.ts';

/** As many rows of a later reading as the recording had; what came since stands behind them or is of new spans. */
async function oldPart(old: OldDatabase) {
  const { expected, db } = old;
  const ours = new Set(expected.sealedSpans.rows.map(([person, id]) => `${person}/${id}`));
  const spans = (await sealedSpans(db)).filter(([person, id]) => ours.has(`${person}/${id}`));
  const sealed = (await leaves(db)).slice(0, expected.leaves.rows.length);
  return { spans: hashRows(spans), leaves: hashRows(sealed) };
}

const audit = async ({ db, ledgerSeed }: OldDatabase) => (await auditLedger(db, ledgerSeed)).problems;
const again = async ({ db, master }: OldDatabase) =>
  (await replay({ db, loadPolicyBody: createPolicies(db).body, keys: createKeys(master) })).differences;

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

  it('holds after the migrations of today: the ledger’s audit and the replay of all evidence, MACs too', async () => {
    const { leaves, sealedSpans } = old.expected;
    await migrate(old.db);
    expect(await audit(old)).toEqual([]);
    expect(await again(old)).toEqual([]);
    expect(await oldPart(old)).toEqual({ spans: sealedSpans.sha256, leaves: leaves.sha256 });
  });
});
