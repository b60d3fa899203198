/** From a delivery to a fate, by the real judge on the real database; and the same again from the evidence. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveredBy } from '../../detector/index.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { type TestDb, testDb } from '../support/db.ts';
import { beatDraft, judgeOn, newSession, refolded } from '../support/judge.ts';

let t: TestDb;
let catalogue: Catalogue;
beforeAll(async () => {
  t = await testDb();
  catalogue = await seedCatalogue(t.db);
});
afterAll(() => t.drop());

const REASON = 'courseBrushing.undelivered';

/** Three minutes of claimed play, a beat each 10 s, of a session whose first `deliveredMs` are delivered. */
async function claim(trainee: number, id: string, delivery: DeliveredBy | null, deliveredMs: number) {
  const clock = { now: 1_800_000_000_000 };
  const { judge, alerts, notices } = judgeOn(t.db, clock);
  const session = newSession(catalogue, id, trainee);
  const { personKey } = session;
  await judge.open({ ...session, ...(delivery === null ? {} : { delivery }) });
  if (deliveredMs > 0) await judge.submit(personKey, { kind: 'delivered', session: id, media: [[0, deliveredMs]] });
  for (let seq = 1; seq <= 18; seq += 1) {
    clock.now += 10_000;
    await judge.submit(personKey, beatDraft(id, seq, (seq - 1) * 10_000, seq * 10_000));
  }
  await judge.drain();
  const { rows } = await t.db.query<{ reason: string; ms: number }>(
    'select reason, sum(ms)::int as ms from spans where session_id = $1 group by reason',
    [id],
  );
  const reasons = Object.fromEntries(rows.map(({ reason, ms }) => [reason, ms]));
  const { folded } = await refolded(t.db, personKey);
  const said = notices.filter(({ reason }) => reason === REASON).length;
  return { denied: reasons[REASON] ?? 0, rules: alerts.map(({ rule }) => rule), said, folded };
}

it('runs that were invented are denied, told at once, and raise an alert within the lesson', async () => {
  const { denied, rules, said } = await claim(0, 'invented', 'server', 0);
  expect(denied).toBeGreaterThan(80_000);
  expect(rules).toContain('undelivered');
  expect(said).toBeGreaterThan(0);
  const { rows } = await t.db.query<{ facts: Record<string, unknown> }>(
    `select facts from alerts where rule = 'undelivered'`,
  );
  expect(rows[0]?.facts).toMatchObject({ deliveredBy: 'server' });
});

it('what was delivered is paid', async () => {
  const { denied, rules } = await claim(1, 'delivered', 'server', 200_000);
  expect([denied, rules.includes('undelivered')]).toEqual([0, false]);
});

it('a session whose media nobody tells of is judged as ever', async () => {
  const { denied, rules } = await claim(2, 'unmarked', null, 0);
  expect([denied, rules.includes('undelivered')]).toEqual([0, false]);
});

it('what was delivered is found again from the evidence', async () => {
  const { folded } = await refolded(t.db, catalogue.trainees[1]!.personKey);
  expect(JSON.stringify(folded.state)).toContain('"delivered":[{"lesson":"one-a"');
});
