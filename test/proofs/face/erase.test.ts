/** Erasure that holds in backups too, and keys that change: what can still be read, and what cannot by anybody. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditLedger } from '../../../server/ledger/audit.ts';
import { sealBatch } from '../../../server/ledger/batch.ts';
import { resealAll, resealSome } from '../../../server/proofs/face/reseal/reseal.ts';
import { packTemplate, type SealKeys, seal } from '../../../server/proofs/face/seal.ts';
import { createFaceStore } from '../../../server/proofs/face/store.ts';
import { createVault } from '../../../server/proofs/face/vault.ts';
import { seed, signer } from '../../ledger/fixture.ts';
import { hasPostgres } from '../../support/db.ts';
import { descriptorOf, hashOf } from './people.ts';
import { acted, type Room, room } from './room.ts';

const first = { id: '2026-11', key: Buffer.alloc(32, 9) };
const next = { id: '2027-01', key: Buffer.alloc(32, 3) };

describe.skipIf(!hasPostgres())('faces of a person', () => {
  let r: Room;
  let mine: Awaited<ReturnType<Room['enrolled']>>;
  let traineeId: string;
  beforeEach(async () => {
    r = await room({ keepDays: 30 });
    mine = await r.enrolled();
    traineeId = r.seeded.trainees[mine.trainee]!.id;
    for (const who of [0, 5]) {
      const check = await r.askFace(mine);
      await r.send(mine.session, check, acted(check, who));
    }
    expect(await r.outcomes(mine)).toEqual(['pass', 'mismatch']);
  });
  afterEach(() => r?.close());

  const tables = ['face_templates', 'face_probes', 'face_frames'] as const;
  const opening = async (keys: SealKeys, personKey: string) => {
    const opener = await createVault(keys, createFaceStore(r.db), Date.now).toOpen([personKey]);
    const { rows } = await r.db.query<{ what: 'template' | 'probe' | 'frame'; sealed: Buffer }>(
      `select 'template' as what, sealed from face_templates union all select 'probe', sealed from face_probes
       union all select 'frame', sealed from face_frames`,
    );
    return rows.map(({ what, sealed }) => opener.open(what, personKey, sealed) !== null);
  };
  async function erase(who: string, id = traineeId) {
    r.principal.is = { kind: 'platform', platformId: who };
    return r.app.inject({ method: 'DELETE', url: `/v1/face/trainees/${id}` });
  }

  it('are erased by their own platform alone', async () => {
    expect((await erase('platform-other')).statusCode).toBe(404);
    expect((await erase(r.seeded.platformId, 'no-such-trainee')).statusCode).toBe(404);
    r.principal.is = { kind: 'person', personId: 'p', username: 'p', role: 'reviewer', region: '' };
    expect((await r.app.inject({ method: 'DELETE', url: `/v1/face/trainees/${traineeId}` })).statusCode).toBe(403);
    expect(await r.count('face_templates')).toBeGreaterThan(0);
  });

  it('are gone from every table, what waits becomes a question, and the ledger and the hours stay as they were', async () => {
    await sealBatch(r.db, signer);
    const before = [await r.fates(mine), (await auditLedger(r.db, seed)).problems];
    await r.askFace(mine);
    const other = await r.enrolled({ person: 7 });
    expect((await erase(r.seeded.platformId)).json()).toEqual({ erased: true });
    expect(r.shown.at(-1)!.form).toBe('single');
    for (const table of [...tables, 'face_keys']) {
      const of =
        table === 'face_probes' || table === 'face_frames'
          ? 'check_id in (select id from face_checks where person_key = $1)'
          : 'person_key = $1';
      const { rows } = await r.db.query(`select 1 from ${table} where ${of}`, [mine.personKey]);
      expect([table, rows.length]).toEqual([table, 0]);
    }
    const consent = await r.db.query('select ended_by from face_consents where person_key = $1', [mine.personKey]);
    expect(consent.rows).toEqual([{ ended_by: 'erased' }]);
    expect((await r.outcomes(mine)).slice(0, 2)).toEqual(['pass', 'mismatch']);
    expect([await r.fates(mine), (await auditLedger(r.db, seed)).problems]).toEqual(before);
    expect(before[1]).toEqual([]);
    // Nobody else's.
    expect(await opening([first], other.personKey).catch(() => 'mixed')).not.toContain(false);
    expect((await r.ask(mine))?.form).toBe('single');
  });

  it('cannot be read from a backup without the person’s key, not even with the operator’s', async () => {
    for (const table of tables) await r.db.query(`create table backup_${table} as select * from ${table}`);
    await erase(r.seeded.platformId);
    for (const table of tables) await r.db.query(`insert into ${table} select * from backup_${table}`);
    const restored = await opening([next, first], mine.personKey);
    expect(restored.length).toBeGreaterThan(8);
    expect(new Set(restored)).toEqual(new Set([false]));
    // Nor after the same person consents anew, with a new key.
    const again = await r.enrolled({ trainee: mine.trainee });
    const check = await r.askFace(again);
    expect((await r.send(again.session, check, acted(check))).said).toMatchObject({ outcome: 'taken' });
    expect((await opening([first], mine.personKey)).filter((is) => !is).length).toBe(restored.length);
  });

  it('are not stored when they were erased while eyes looked', async () => {
    const check = await r.askFace(mine);
    let looked: (of: ReturnType<typeof acted>) => void = () => undefined;
    const looks = r.eyes.looks;
    const sent = r.send(
      mine.session,
      check,
      new Promise((resolve) => {
        looked = resolve;
      }),
    );
    await expect.poll(() => r.eyes.looks).toBe(looks + 1);
    await erase(r.seeded.platformId);
    looked(acted(check));
    expect(await sent).toMatchObject({ code: 'promptUnknown' });
    expect([await r.count('face_probes'), await r.count('face_keys')]).toEqual([0, 0]);
  });

  it('are sealed by the newest key after a change, in batches, and then the older one is needed no more', async () => {
    const others = [await r.enrolled({ person: 7 }), await r.enrolled({ person: 8 })];
    // As it was done before each person had a key.
    await r.db.query(
      `insert into face_templates (id, person_key, sealed, key_id, model, made_ms) values ('old', $1, $2, $3, 'm', $4)`,
      [
        mine.personKey,
        seal([first], 'template', mine.personKey, packTemplate({ descriptor: descriptorOf(0), hash: hashOf(1) })),
        first.id,
        r.clock.now,
      ],
    );
    const keys: SealKeys = [next, first];
    const deps = { db: r.db, keys, now: Date.now };
    expect(await resealSome(deps, 2)).toEqual({ sealed: 3, lost: 0 });
    // Two at once, and each does its own.
    const both = await Promise.all([resealAll(deps), resealAll(deps)]);
    expect(both.map(({ sealed }) => sealed).reduce((sum, one) => sum + one)).toBe(1);
    expect(await resealSome(deps)).toEqual({ sealed: 0, lost: 0 });
    const { rows } = await r.db.query('select distinct key_id from face_keys');
    expect(rows).toEqual([{ key_id: next.id }]);
    for (const { personKey } of [mine, ...others]) {
      const own = await createVault([next], createFaceStore(r.db), Date.now).toOpen([personKey]);
      const sealed = await r.db.query<{ sealed: Buffer }>('select sealed from face_templates where person_key = $1', [
        personKey,
      ]);
      expect(sealed.rows.every((row) => own.openFace('template', personKey, row.sealed) !== null)).toBe(true);
    }
  });

  it('whose key is lost hold up nobody else’s, and are counted', async () => {
    await r.enrolled({ person: 7 });
    const third = { id: '2028', key: Buffer.alloc(32, 4) };
    await r.db.query(`update face_keys set key_id = 'gone' where person_key = $1`, [mine.personKey]);
    const keys: SealKeys = [third, first];
    const deps = { db: r.db, keys, now: Date.now };
    expect(await resealAll(deps)).toEqual({ sealed: 1, lost: 1 });
  });
});
