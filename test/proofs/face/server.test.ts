/** Faces on a running server: who is told of them on the wire, and what another origin's page may send. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../../detector/index.ts';
import type { Opened } from '../../../sdk/wire.ts';
import type { Demo } from '../../../server/demo/seed.ts';
import { createLog } from '../../../server/log.ts';
import { type Running, start } from '../../../server/main.ts';
import { NOTICE } from '../../../server/proofs/face/notice.ts';
import { testConfig, testDir } from '../../support/config.ts';
import { hasPostgres, type TestDb, testDb } from '../../support/db.ts';
import { connectWire, value } from '../../support/wire.ts';
import { policy } from './room.ts';

describe.skipIf(!hasPostgres())('a server that looks at faces', () => {
  let t: TestDb;
  let running: Running;
  let demo: Demo;
  let removeDir: () => Promise<void>;

  beforeAll(async () => {
    t = await testDb();
    const { dir, remove } = await testDir();
    removeDir = remove;
    const config = testConfig(dir, { DATABASE_URL: t.url, DEMO: '1', FACE_ENGINE: 'faceApi' });
    running = await start(config, createLog('silent'));
    demo = running.demo!;
  });
  afterAll(async () => {
    await running?.stop();
    await t?.drop();
    await removeDir?.();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(running.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  async function openWith(forms: readonly string[] | undefined, trainee: number): Promise<Opened> {
    const launch = new URL(demo.trainees[trainee]!.playerUrls[demo.lessons[0]!.id]!).searchParams.get('launch');
    const { ticket } = (await (await post('/v1/player/launch', { launch })).json()) as { ticket: string };
    const wire = await connectWire(running.url);
    const message = { version: 1, ticket, device: 'device-0001', ...(forms === undefined ? {} : { forms }) };
    return value(await wire.call<Opened>('open', message));
  }

  async function judgedUnder(policy: Policy): Promise<void> {
    const body = JSON.stringify(policy);
    const hash = createHash('sha256').update(body).digest('hex');
    await t.db.query('insert into policies (hash, body) values ($1, $2)', [hash, body]);
    await t.db.query('update classes set policy_hash = $1', [hash]);
  }

  it('shows them in the demo, to whoever wants to try', async () => {
    expect(await openWith(['single', 'face'], 4)).toMatchObject({ face: { consent: false, enrolled: false } });
  });

  it('tells no page of faces where a class’s policy has none', async () => {
    const { face: _, ...proofs } = policy.proofs;
    await judgedUnder({ ...policy, name: 'questions alone', proofs });
    expect(await openWith(['single', 'face'], 0)).not.toHaveProperty('face');
  });

  it('tells the pages that can show a check, and no older one; consent then goes by the pass', async () => {
    await judgedUnder(policy);

    expect(await openWith(undefined, 1)).not.toHaveProperty('face');
    expect(await openWith(['single', 'image'], 2)).not.toHaveProperty('face');
    const { session, face } = await openWith(['single', 'face'], 3);
    expect(face).toMatchObject({ notice: NOTICE, consent: false, enrolled: false });

    const headers = { authorization: `Bearer ${face!.pass}`, origin: 'https://platform.example' };
    const given = await post('/v1/face/consent', { session, notice: NOTICE }, headers);
    expect([given.status, given.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(await given.json()).toMatchObject({ consent: true, enrolled: false });
  });

  it('lets another origin’s page ask whether it may send frames', async () => {
    const asked = await fetch(`${running.url}/v1/face/frames`, {
      method: 'OPTIONS',
      headers: { origin: 'https://platform.example', 'access-control-request-method': 'POST' },
    });
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization, content-type',
    ]);
  });

  it('shows the routes in the API docs', async () => {
    const { paths } = (await (await fetch(`${running.url}/docs/json`)).json()) as { paths: object };
    expect(Object.keys(paths).filter((path) => path.startsWith('/v1/face/'))).toHaveLength(10);
  });
});
