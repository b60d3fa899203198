/** Faces on the command line: whose are erased, and what a changed key comes to. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { admin } from '../../programs/admin/cli.ts';
import { createFaceStore } from '../../server/proofs/face/store.ts';
import { createVault } from '../../server/proofs/face/vault.ts';
import { classOf, type World, world } from './world.ts';

const older = { id: '2026', key: Buffer.alloc(32, 1) };
const newer = { id: '2027', key: Buffer.alloc(32, 2) };
let w: World;
let people: readonly { readonly id: string; readonly key: string }[];

beforeAll(async () => {
  w = await world();
  await w.run('platform', 'add', '--id', 'p1', '--name', 'p1');
  await w.run('platform', 'add', '--id', 'p2', '--name', 'p2');
  const path = join(mkdtempSync(join(w.dir, 'faces-')), 'class.json');
  writeFileSync(path, JSON.stringify(classOf('p1', 'x')));
  await w.run('import', '--file', path);
  const { rows } = await w.t.db.query('select id, person_key as key from trainees order by id');
  people = rows;
  const store = createFaceStore(w.t.db);
  for (const { key } of people) {
    await store.giveConsent(key, 'a-session', '1', 1);
    const seal = (await createVault([older], store, () => 1).toSeal(key))!;
    const face = { descriptor: [1, 2], hash: 'ab' };
    expect(await store.enrol(key, [{ id: key, model: 'm', ...seal.sealFace('template', face) }], 1)).toBe(true);
  }
});
afterAll(() => w?.close());

const left = async () => (await w.t.db.query('select 1 from face_templates')).rowCount;

it('sealing anew needs the keys, and says how many it was', async () => {
  await expect(w.run('faces', 'reseal')).rejects.toThrow(/FACE_ENGINE/);
  const face = { engine: { kind: 'faceApi' }, keys: [newer, older], keepDays: 0 } as const;
  const reseal = () => admin(['faces', 'reseal'], () => ({ ...w.config, face }));
  expect((await reseal()).join()).toMatch(`sealed anew：${people.length}`);
  expect((await reseal()).join()).toMatch('sealed anew：0');
  const { rows } = await w.t.db.query('select distinct key_id from face_keys');
  expect(rows).toEqual([{ key_id: newer.id }]);
});

it('erasure is of a platform’s own trainee, whole, and of nobody else', async () => {
  const [first] = people;
  await expect(w.run('faces', 'erase', '--platform', 'p2', '--trainee', first!.id)).rejects.toThrow(/no such trainee/);
  expect(await left()).toBe(people.length);
  await w.run('faces', 'erase', '--platform', 'p1', '--trainee', first!.id);
  expect(await left()).toBe(people.length - 1);
  const { rows } = await w.t.db.query(
    `select (select count(*)::int from face_keys where person_key = $1) as keys, ended_by as how
       from face_consents where person_key = $1`,
    [first!.key],
  );
  expect(rows).toEqual([{ keys: 0, how: 'erased' }]);
});
