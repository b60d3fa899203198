import jwt from 'jsonwebtoken';
import { describe, expect, it, vi } from 'vitest';
import type { Announced } from '../../server/alerts/alert.ts';
import { viewOf } from '../../server/alerts/view.ts';
import { binder, bounds, prefixesOf, startsWith } from '../../server/auth/scope.ts';
import { type AdmissionDeps, admit } from '../../server/console/admission.ts';
import { fanOutTo } from '../../server/console/fanout.ts';
import { tallyOf } from '../../server/console/tally.ts';
import { AppError } from '../../server/errors.ts';
import { alertOf, log, people, tokens } from './world.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};

describe('bounds', () => {
  it('bind values and never splice them', () => {
    const values: unknown[] = [];
    const hostile = "'; drop table classes; --";
    const sql = bounds({ ...people.nation, region: hostile }, binder(values), 'c');
    expect(sql).toBe('c.region like $1');
    expect(values).toEqual([`${hostile}%`]);
  });

  it('make no wildcard of a prefix', () => {
    expect(startsWith('22%_\\')).toBe('22\\%\\_\\\\%');
  });

  it('show a trainee nothing where the query names no trainee', () => {
    expect(bounds(people.ta1, binder([]), 'a')).toBe('false');
  });

  it('know every prefix of a region', () => {
    expect(prefixesOf('220581')).toEqual(['', '2', '22', '220', '2205', '22058', '220581']);
  });
});

describe('admission', () => {
  const deps: AdmissionDeps = { fromToken: tokens.verify, publicUrl: 'https://study.example/x' };
  const token = tokens.sign(people.jilin, 'jilin');
  const cookie = (origin?: string, name = 'zhenxue') => ({
    auth: {},
    headers: { host: 'here:8080', cookie: `a=b; ${name}=${token}; c`, ...(origin === undefined ? {} : { origin }) },
  });

  it('takes a token, with the time since which alerts are wanted', () => {
    const admitted = admit({ auth: { token, since: 5 }, headers: {} }, deps);
    expect(admitted).toMatchObject({ person: people.jilin, sinceMs: 5 });
    expect(admitted.expiresMs).toBeGreaterThan(Date.now());
  });

  it('takes the cookie from our own pages only', () => {
    expect(admit(cookie('http://here:8080'), { ...deps }).person).toEqual(people.jilin);
    expect(admit(cookie('https://study.example'), deps).person).toEqual(people.jilin);
    for (const origin of [
      undefined,
      'null',
      'https://evil.example',
      'http://here',
      'http://here:81',
      'here:8080',
      '',
    ]) {
      expect(
        codeOf(() => admit(cookie(origin), deps)),
        String(origin),
      ).toBe('unauthenticated');
    }
    expect(codeOf(() => admit(cookie('https://study.example', 'xzhenxue'), deps))).toBe('unauthenticated');
  });

  it.each([undefined, null, 7, {}, [], '', 'x', 'a.b.c', 'x'.repeat(5000)])('refuses the token %j', (bad) => {
    expect(codeOf(() => admit({ auth: { token: bad }, headers: {} }, deps))).toBe('unauthenticated');
  });

  it('refuses platforms and trainees, and tokens that never end', () => {
    const platform = tokens.sign({ kind: 'platform', platformId: 'pa' }, 'pa');
    expect(codeOf(() => admit({ auth: { token: platform }, headers: {} }, deps))).toBe('forbidden');
    expect(codeOf(() => admit({ auth: { token: tokens.sign(people.ta1, 'ta1') }, headers: {} }, deps))).toBe(
      'forbidden',
    );
    const endless = jwt.sign({}, 'key');
    expect(
      codeOf(() => admit({ auth: { token: endless }, headers: {} }, { ...deps, fromToken: () => people.jilin })),
    ).toBe('unauthenticated');
  });

  it.each([Number.NaN, -1, 1.5, 1e300, '5', null, {}, [5]])('reads no time in since=%j', (since) => {
    expect(admit({ auth: { token, since }, headers: {} }, deps).sinceMs).toBeNull();
  });
});

it('a tally sums the regions under a prefix', () => {
  const counts = new Map([
    ['220581', { sessions: 2, alertsOpen: 1 }],
    ['220102', { sessions: 3, alertsOpen: 0 }],
    ['360100', { sessions: 5, alertsOpen: 7 }],
  ]);
  expect(tallyOf(counts, '')).toEqual({ sessions: 10, alertsOpen: 8 });
  expect(tallyOf(counts, '22')).toEqual({ sessions: 5, alertsOpen: 1 });
  expect(tallyOf(counts, '99')).toEqual({ sessions: 0, alertsOpen: 0 });
});

describe('the fan-out', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => ({ suspicion: `s${n}` }));
  const standing = (suspicion: string): Announced => {
    const alert = alertOf(suspicion, 'ta1', 'ca1');
    const shown = viewOf({ ...alert, traineeName: '王**', className: null, platformName: null, status: 'open' });
    return { suspicion, alert: shown, region: alert.region };
  };

  it('announces in order, many by one query', async () => {
    const emitted: string[] = [];
    const read = vi.fn(async (suspicions: readonly string[]) => suspicions.map(standing).toReversed());
    const out = fanOutTo({ standing: read, emit: (a, region) => emitted.push(`${a.id} ${region}`), log });
    for (const alert of many(450)) out.fanOut(alert);
    await out.idle();
    expect(emitted).toEqual(many(450).map((a) => `${a.suspicion} 220581`));
    expect(read.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it('announces once what is raised often while it waits, and again what is raised while it is read', async () => {
    const emitted: string[] = [];
    let reads = 0;
    const out = fanOutTo({
      standing: async (suspicions) => {
        reads += 1;
        if (reads === 1) out.fanOut({ suspicion: 's1' });
        return suspicions.map(standing);
      },
      emit: (a) => emitted.push(a.id),
      log,
    });
    out.fanOut({ suspicion: 's0' });
    for (let n = 0; n < 5; n += 1) out.fanOut({ suspicion: 's1' });
    await out.idle();
    expect([reads, emitted]).toEqual([2, ['s0', 's1', 's1']]);
  });

  it('never throws, waits for the database, and loses only what one screen refuses', async () => {
    const emitted: string[] = [];
    let failures = 3;
    const out = fanOutTo({
      standing: async (suspicions) => {
        if (failures-- > 0) throw new Error('down');
        return suspicions.map(standing);
      },
      emit: (a) => {
        if (a.id === 's1') throw new Error('adapter down');
        emitted.push(a.id);
      },
      log,
      firstPauseMs: 1,
    });
    for (const alert of many(3)) out.fanOut(alert);
    await out.idle();
    expect(emitted).toEqual(['s0', 's2']);
    for (const alert of many(1)) out.fanOut(alert);
    await out.idle();
    expect(emitted).toHaveLength(3);
  });

  it('ends although the database stays away', async () => {
    const out = fanOutTo({
      standing: async () => {
        throw new Error('down');
      },
      emit: () => undefined,
      log,
    });
    for (const alert of many(450)) out.fanOut(alert);
    await out.close();
    await out.idle();
  });

  it('holds a bounded number, whatever comes', async () => {
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let emitted = 0;
    const out = fanOutTo({
      standing: async (suspicions) => {
        await gate;
        return suspicions.map(standing);
      },
      emit: () => {
        emitted += 1;
      },
      log,
    });
    for (const alert of many(12_000)) out.fanOut(alert);
    letGo?.();
    await out.idle();
    expect(emitted).toBeGreaterThanOrEqual(10_000);
    expect(emitted).toBeLessThan(11_000);
  });
});
