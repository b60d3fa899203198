/** One face, many names: who is told of, and who is not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { raise, suspect } from '../../../server/alerts/raise.ts';
import { judgeFaces } from '../../../server/patterns/rules/oneFace.ts';
import { runPatterns } from '../../../server/patterns/run.ts';
import { compareEnrolled } from '../../../server/proofs/face/likeness/likeness.ts';
import { hasPostgres } from '../../support/db.ts';
import { type Room, room } from './room.ts';

describe.skipIf(!hasPostgres())('one face under many names', () => {
  let r: Room;
  beforeEach(async () => {
    r = await room();
  });
  afterEach(() => r?.close());

  const keys = [{ id: '2026-11', key: Buffer.alloc(32, 9) }] as const;
  const compare = (most?: number) => compareEnrolled({ db: r.db, keys, now: () => r.clock.now }, most);
  const raised = async () => {
    await runPatterns({
      ...{ db: r.db, now: () => r.clock.now },
      raise: async (q, found) => {
        await raise(q, found.map(suspect));
        return () => undefined;
      },
    });
    const { rows } = await r.db.query(
      `select person_key as who, platform_id as told, facts from alerts where rule = 'oneFace' order by person_key`,
    );
    return rows;
  };

  it('is told of for both, to people only; strangers, and one person who enrols again, are not', async () => {
    const mine = await r.enrolled({ person: 3 });
    await r.enrolled({ person: 4 });
    expect(await compare()).toBe(2);
    const again = await r.enrolled({ person: 3 });
    await r.enrolled({ trainee: mine.trainee, person: 3 });
    // In several runs, and each enrolment once.
    expect([await compare(1), await compare(), await compare()]).toEqual([1, 1, 0]);
    const found = await raised();
    expect(found.map(({ who, told }) => [who, told])).toEqual([
      [mine.personKey, null],
      [again.personKey, null],
    ]);
    expect(found[0].facts).toMatchObject({ people: 2, distanceMax: 0.36 });
    expect(JSON.stringify(found[0].facts)).not.toContain(again.personKey);
    // Nothing follows by itself: both are asked as before.
    expect((await r.ask(mine))?.form).toBe('face');
  });

  it('of people of different platforms is nobody’s matter here', async () => {
    const mine = await r.enrolled({ person: 3 });
    const other = await r.enrolled({ person: 3 });
    await r.db.query(`insert into platforms (id, name, api_key_hash) values ('elsewhere', 'x', 'y')`);
    await r.db.query(`update trainees set platform_id = 'elsewhere' where person_key = $1`, [other.personKey]);
    await compare();
    expect([await raised(), await r.count('face_likenesses')]).toEqual([[], 0]);
    expect(mine.personKey).not.toBe(other.personKey);
  });

  it('is forgotten with either person’s erasure', async () => {
    const mine = await r.enrolled({ person: 3 });
    await r.enrolled({ person: 3 });
    await compare();
    expect(await r.count('face_likenesses')).toBeGreaterThan(0);
    await r.face.erase(mine.personKey, 'erased');
    expect(await r.count('face_likenesses')).toBe(0);
  });
});

it('a distance beyond the threshold raises nothing, whoever stored it', () => {
  const where = { personKey: 'p', traineeId: 't', classId: 'c', platformId: 'x', region: '22' };
  const alike = { personKey: 'p', people: 1, compared: 10, foundAt: 1 };
  expect(judgeFaces({ alike: [{ ...alike, distance: 0.361 }], people: [where] })).toEqual([]);
  expect(judgeFaces({ alike: [{ ...alike, distance: 0.2 }], people: [where] })).toMatchObject([
    { traineeId: 't', platformId: null },
  ]);
});
