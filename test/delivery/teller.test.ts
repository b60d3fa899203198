/** What leaves is told before: once, whole, and again when it could not be stored. */
import { describe, expect, it, vi } from 'vitest';
import { createTeller, type Recipient, type Stretch } from '../../server/delivery/teller.ts';
import { AppError } from '../../server/errors.ts';
import { createLog } from '../../server/log.ts';

const hour: Recipient = { session: 'a-session', personKey: 'p', lessonId: 'l', lessonMs: 3_600_000 };

function stage(deliver: (to: Recipient, media: readonly Stretch[]) => Promise<unknown>, waitMs = 2_000) {
  const told: (readonly [string, Stretch])[] = [];
  const counted = { told: 0, untold: 0 };
  const teller = createTeller({
    deliver: async (to, media) => {
      await deliver(to, media);
      for (const one of media) told.push([to.session, one]);
    },
    metrics: { told: () => (counted.told += 1), untold: () => (counted.untold += 1) },
    log: createLog('silent'),
    waitMs,
  });
  return { teller, told, counted };
}

describe('a stretch that is about to leave', () => {
  it('is told in whole cells, and only then may leave', async () => {
    let commit: () => void = () => undefined;
    const { teller, told } = stage(() => new Promise<void>((resolve) => (commit = resolve)));
    let left = false;
    const leaving = teller.before(hour, [61_000, 61_001]).then(() => (left = true));
    await Promise.resolve();
    expect([told.length, left]).toEqual([0, false]);
    commit();
    await leaving;
    expect(told).toEqual([['a-session', [60_000, 120_000]]]);
  });

  it('is told once, however often and by how many at once it is asked for', async () => {
    const { teller, told } = stage(async () => undefined);
    await Promise.all(Array.from({ length: 20 }, () => teller.before(hour, [0, 100_000])));
    await teller.before(hour, [30_000, 59_000]);
    expect(told.map(([, media]) => media)).toEqual([
      [0, 60_000],
      [60_000, 120_000],
    ]);
    await teller.before({ ...hour, session: 'another-one' }, [0, 1]);
    expect(told.length).toBe(3);
  });

  it('ends with the lesson', async () => {
    const { teller, told } = stage(async () => undefined);
    await teller.before({ ...hour, lessonMs: 90_500 }, [85_000, 120_000]);
    expect(told.map(([, media]) => media)).toEqual([
      [80_000, 90_000],
      [90_000, 90_500],
    ]);
    await teller.before({ ...hour, lessonMs: 90_500 }, [95_000, 120_000]);
    expect(told.length).toBe(2);
  });
});

describe('while nothing can be stored', () => {
  it('media is not refused, and what left is told with its next byte', async () => {
    let away = true;
    const { teller, told } = stage(async () => {
      if (away) throw new AppError('commitFailed');
    });
    await teller.before(hour, [0, 1]);
    expect(told).toEqual([]);
    away = false;
    await teller.before(hour, [1, 2]);
    expect(told.length).toBe(1);
    teller.stop();
  });

  it('or behind the scenes', async () => {
    let tries = 0;
    const { teller, told } = stage(async () => {
      tries += 1;
      if (tries === 1) throw new AppError('unavailable');
    });
    await teller.before(hour, [0, 1]);
    await vi.waitFor(() => expect(told.length).toBe(1), { timeout: 10_000 });
    teller.stop();
  });

  it('media waits a little for a judge that does not answer, and no longer', async () => {
    const { teller } = stage(() => new Promise(() => undefined), 20);
    await teller.before(hour, [0, 1]);
  });

  it.each(['newerRelease', 'draining'] as const)('here, because of %s, nothing leaves here', async (code) => {
    const { teller } = stage(async () => {
      throw new AppError(code);
    });
    await expect(teller.before(hour, [0, 1])).rejects.toMatchObject({ code });
  });
});
