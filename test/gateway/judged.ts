/** Gateways with the real judge: several may stand on one database, as processes of one or two releases do. */
import { newest } from '../../detector/index.ts';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { creditLeaf, pseudonym } from '../../ledger/leaf.ts';
import type { Totals } from '../../sdk/wire.ts';
import { door } from '../../server/alerts/raise.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import type { Db } from '../../server/db/pool.ts';
import { fail } from '../../server/errors.ts';
import type { Judge, NoticeVerdict } from '../../server/judge/contract.ts';
import { createJudge, type RunningJudge } from '../../server/judge/judge.ts';
import { insertPending, saltsFor } from '../../server/ledger/store.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { testDb } from '../support/db.ts';
import { type Served, seed, serveGateway } from './harness.ts';

export interface Judged extends Served {
  readonly judge: RunningJudge;
  readonly notices: { readonly notice: NoticeVerdict; readonly totals: Totals }[];
}

/** One class with two lessons, on the shipped policy. */
export async function judgedDb(): Promise<Awaited<ReturnType<typeof testDb>>> {
  const test = await testDb();
  await seed(test.db);
  const policies = createPolicies(test.db);
  await policies.ship();
  const { rows } = await test.db.query<{ hash: string }>(
    `select hash from policies where body::jsonb ->> 'name' = 'standard' limit 1`,
  );
  await test.db.query('update classes set policy_hash = $1', [policies.current(rows[0]!.hash)]);
  await test.db.query(`insert into class_lessons (class_id, lesson_id, position) values ('ca', 'l2', 2)`);
  return test;
}

/**
 * @param version of the detector, in force and the newest that this process knows; default: today's
 * @param between stands between the gateway and the judge
 */
export async function judgedGateway(
  db: Db,
  now: () => number,
  { version = newest, between = (judge: Judge): Judge => judge } = {},
): Promise<Judged> {
  const notices: Judged['notices'] = [];
  const policies = createPolicies(db, () => version);
  const judge = createJudge({
    ...{ db, now, log: createLog('silent'), metrics: createMetrics() },
    ...{ inForce: () => version, newest: version, loadPolicyBody: policies.body },
    sealing: {
      ...{ chainStart, chainNext, creditLeaf, pseudonym },
      saltFor: async (key) => (await saltsFor(db, [key])).get(key) ?? fail('internal'),
    },
    inserts: { alerts: door, leaves: insertPending },
    outlets: {
      alert: () => undefined,
      notice: (notice, totals) => {
        notices.push({ notice, totals });
        served.gateway.notice(notice, totals);
      },
      proofAsked: () => undefined,
      session: () => undefined,
      leaves: () => undefined,
    },
  });
  const served = await serveGateway(
    db,
    createLog('silent'),
    {},
    {
      ...{
        judge: between(judge),
        now,
        loadPolicy: policies.load,
        currentPolicy: async ({ policyHash }) => policies.current(policyHash),
      },
      presence: { announced: async () => undefined, pending: async () => null, answer: () => fail('promptUnknown') },
    },
  );
  return {
    ...served,
    judge,
    notices,
    async close() {
      await served.close();
      await judge.drain();
    },
  };
}
