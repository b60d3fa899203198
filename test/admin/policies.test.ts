/** A policy on its way from the command line into a session that opens. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import type { Opened } from '../../sdk/wire.ts';
import { createLog } from '../../server/log.ts';
import { start } from '../../server/main.ts';
import { hasPostgres } from '../support/db.ts';
import { connectWire, value } from '../support/wire.ts';
import { classOf, shown, type World, world } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let w: World;
const file = (name: string, text: string): string => {
  const path = join(w.dir, name);
  writeFileSync(path, text);
  return path;
};
/** Adds an account; returns what it acts with. */
async function account(username: string, role: string, ...bound: string[]): Promise<string[]> {
  const said = await w.run('person', 'add', '--username', username, '--role', role, ...bound);
  const password = shown(said, '密码 password');
  return ['--by', username, '--password-file', file(`${username}.txt`, `${password}\n`)];
}
const policyFile = (over: object = {}) =>
  file('policy.json', JSON.stringify({ ...standardPolicy, name: 'strict', version: 1, ...over }));
const propose = (acting: readonly string[], ...more: string[]) =>
  w.run('policy', 'propose', '--file', policyFile(), '--from', '2026-01-01T00:00:00+08:00', ...more, ...acting);
const idIn = (said: string): string => shown(said, 'id');

describe.skipIf(!hasPostgres())('policy commands', () => {
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w.close());

  it('two people publish, and a session opens under it; one that is open keeps its own', async () => {
    const apiKey = shown(await w.run('platform', 'add', '--id', 'p1', '--name', '平台'), 'API key');
    await w.run('import', '--file', file('class.json', JSON.stringify(classOf('p1'))));
    const [one, two] = [
      await account('甲', 'reviewer', '--region', '22'),
      await account('乙', 'reviewer', '--region', '22'),
    ];
    const policyOf = async (traineeId: string) => {
      // A process of its own each time: nothing it remembers stands in the way.
      const running = await start(w.config, createLog('silent'));
      try {
        const asked = await fetch(`${running.url}/v1/tickets`, {
          method: 'POST',
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ traineeId, classId: 'class-x', lessonId: 'lesson-x' }),
        });
        const { ticket } = (await asked.json()) as { ticket: string };
        const wire = await connectWire(running.url);
        const { session } = value(await wire.call<Opened>('open', { version: 1, ticket, device: 'device-0001' }));
        await wire.close();
        return session;
      } finally {
        await running.stop();
      }
    };
    const nameOf = async (session: string) =>
      (
        await w.t.db.query<{ name: string }>(
          `select p.body::jsonb ->> 'name' as name from sessions s join policies p on p.hash = s.policy_hash where s.id = $1`,
          [session],
        )
      ).rows[0]!.name;

    const before = await policyOf('trainee-x-1');
    const id = idIn(await propose(one, '--region', '2205', '--platform', 'p1'));
    expect(await w.run('policy', 'publish', '--id', id, ...two)).toContain('published by 乙');
    const after = await policyOf('trainee-x-1');
    expect([await nameOf(before), await nameOf(after)]).toEqual(['standard', 'strict']);

    expect(await w.run('policy', 'revoke', '--id', id, ...one)).toContain('revoked by 甲');
    expect(await nameOf(await policyOf('trainee-x-2'))).toBe('standard');
    expect(await w.run('policy', 'list')).toContain(`${id} revoked`);
    expect(await w.run('policy', 'show', '--id', id)).toContain('"name": "strict"');
  });

  it('refuses one person for both, a wrong password, a role or region without the right', async () => {
    const one = await account('one', 'reviewer', '--region', '22');
    const monitor = await account('monitor', 'monitor', '--region', '22');
    const far = await account('far', 'reviewer', '--region', '36');
    const id = idIn(await propose(one, '--region', '22'));
    const publish = (acting: readonly string[]) => w.run('policy', 'publish', '--id', id, ...acting);
    await expect(publish(one)).rejects.toThrow(/cannot publish it/);
    await expect(publish(monitor)).rejects.toThrow(/no right/);
    await expect(publish(far)).rejects.toThrow(/Not found/);
    const wrong = file('wrong.txt', 'wrong');
    await expect(publish(['--by', 'far', '--password-file', wrong])).rejects.toThrow(/wrong username or password/);
    await expect(publish(['--by', 'nobody', '--password-file', wrong])).rejects.toThrow(/wrong username or password/);
    await expect(propose(one, '--region', 'all')).rejects.toThrow(/no right/);
    await expect(propose(monitor, '--region', '22')).rejects.toThrow(/no right/);
    await expect(w.run('policy', 'show', '--id', 'nothing')).rejects.toThrow(/Not found/);
    expect((await w.run('policy', 'list')).split('\n')).toHaveLength(1);
  });

  it('lists trips of the breaker; a reviewer ends one, once', async () => {
    expect(await w.run('policy', 'trips')).toContain('none');
    await w.run('platform', 'add', '--id', 'p1', '--name', '平台');
    const one = await account('one', 'reviewer', '--region', '22');
    const monitor = await account('monitor', 'monitor', '--region', '22');
    const facts = { people: 45, creditedHours: 20, rate: 2.25, baseline: 0.2, baselineHours: 100 };
    await w.t.db.query(`insert into policy_trips values ('trip-1', 'p1', 'hidden', $1, $2, $3)`, [
      ...[Date.now(), Date.now() + 3_600_000, JSON.stringify(facts)],
    ]);
    expect(await w.run('policy', 'trips')).toMatch(/^trip-1 platform p1 rule hidden since .* baseline 0\.200/);
    const end = (acting: readonly string[]) => w.run('policy', 'end-trip', '--id', 'trip-1', ...acting);
    await expect(end(monitor)).rejects.toThrow(/no right/);
    expect(await end(one)).toContain('trip-1');
    await expect(end(one)).rejects.toThrow(/status does not allow/);
    expect(await w.run('policy', 'trips')).toContain('ended by one');
  });

  it('refuses what is no policy by its place, and what no command line may say', async () => {
    const one = await account('one', 'reviewer', '--region', '22');
    const proposing = (over: object) =>
      w.run(
        ...['policy', 'propose', '--file', policyFile(over), '--region', '22'],
        ...['--from', '2026-01-01T00:00:00+08:00', ...one],
      );
    await expect(proposing({ rules: { tooGood: {} } })).rejects.toThrow(/rules\.tooGood/);
    await expect(proposing({ schema: 5 })).rejects.toThrow(/schema：/);
    await expect(propose(one, '--region', '2')).rejects.toThrow(/--region/);
    await expect(propose(one)).rejects.toThrow(/--region/);
    await expect(propose(one, '--region', '22', '--shadow', 'perhaps')).rejects.toThrow(/--shadow/);
    expect(await w.run('policy', 'list')).toContain('none');
  });
});
