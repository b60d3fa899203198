import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../server/auth/principal.ts';
import { createSupervisorStore } from '../../server/proofs/supervisor/store.ts';
import { createSupervisor, type Supervisor } from '../../server/proofs/supervisor/supervisor.ts';
import { hasPostgres } from '../support/db.ts';
import { type World, world } from './world.ts';

const person = (role: 'monitor' | 'reviewer', region: string) =>
  ({ kind: 'person', personId: 'p-7', username: 'li', role, region }) as const;

describe.skipIf(!hasPostgres())('a supervisor’s word', () => {
  let w: World;
  let supervisor: Supervisor;
  beforeAll(async () => {
    w = await world();
    supervisor = createSupervisor({ store: createSupervisorStore(w.db), judge: w.judge });
  });
  afterAll(() => w?.close());

  it.each<[string, Principal, string]>([
    ['a reviewer', person('reviewer', '22'), 'forbidden'],
    ['a platform', { kind: 'platform', platformId: 'platform-pa' }, 'forbidden'],
    ['the trainee', { kind: 'trainee', traineeId: 'trainee-pa-0', platformId: 'platform-pa' }, 'forbidden'],
    ['a monitor of another region', person('monitor', '36'), 'notFound'],
    ['a monitor whose region is a wildcard', person('monitor', '%'), 'notFound'],
  ])('is not taken from %s', async (_who, principal, code) => {
    const learner = await w.learn();
    await expect(supervisor.give(principal, learner.traineeId, 'passed')).rejects.toMatchObject({ code });
    expect(await w.fates(learner)).toEqual({ held: 10_000 });
  });

  it('is not taken about nobody', async () => {
    await expect(supervisor.give(person('monitor', ''), 'no-such-trainee', 'passed')).rejects.toMatchObject({
      code: 'notFound',
    });
  });

  it('releases held time though nobody was asked, and the evidence says whose word it is', async () => {
    const learner = await w.learn();
    expect(await w.fates(learner)).toEqual({ held: 10_000 });
    const { proved } = await supervisor.give(person('monitor', '2205'), learner.traineeId, 'passed');
    expect([proved, await w.fates(learner)]).toEqual([true, { credited: 10_000 }]);
    const { rows } = await w.db.query(
      `select session_id, line from events where person_key = $1 and line like '%proofGiven%'`,
      [learner.personKey],
    );
    expect(rows).toMatchObject([{ session_id: null, line: expect.stringContaining('"id":"p-7.') }]);
  });

  it('that the trainee is not there releases nothing', async () => {
    const learner = await w.learn();
    const { proved } = await supervisor.give(person('monitor', ''), learner.traineeId, 'failed');
    expect([proved, await w.fates(learner)]).toEqual([false, { held: 10_000 }]);
  });
});
