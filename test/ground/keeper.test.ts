import { describe, expect, it, vi } from 'vitest';
import { createKeeper, TRIES_MAX, TRIES_WITHIN_MS } from '../../server/db/keeper.ts';

/** A keeper in a time of the test's own; resting is what lets it pass. */
function kept(relaunch: () => Promise<void>) {
  const clock = { now: 0 };
  const rests: number[] = [];
  const lost = vi.fn<(error: Error) => void>();
  const log = { warn: vi.fn(), info: vi.fn() };
  const keeper = createKeeper({
    relaunch,
    lost,
    log,
    now: () => clock.now,
    rest: async (ms) => {
      rests.push(ms);
      clock.now += ms;
    },
  });
  return { keeper, clock, rests, lost, log };
}

describe('what keeps the database running', () => {
  it('starts it again at once, as often as it goes now and then', async () => {
    const relaunch = vi.fn(async () => undefined);
    const { keeper, clock, rests, lost } = kept(relaunch);
    for (let times = 1; times <= 3 * TRIES_MAX; times += 1) {
      keeper.gone();
      await vi.waitFor(() => expect(relaunch).toHaveBeenCalledTimes(times));
      clock.now += TRIES_WITHIN_MS / 4;
    }
    expect(rests).toEqual([]);
    expect(lost).not.toHaveBeenCalled();
  });

  it('tries at growing distances, then says once that it is lost, and why', async () => {
    const relaunch = vi.fn(() => Promise.reject(new Error('No space left on device')));
    const { keeper, rests, lost } = kept(relaunch);
    keeper.gone();
    keeper.gone();
    await vi.waitFor(() => expect(lost).toHaveBeenCalledTimes(1));
    expect(relaunch).toHaveBeenCalledTimes(TRIES_MAX);
    expect(rests).toEqual([...rests].sort((a, b) => a - b));
    expect(lost.mock.calls[0]?.[0].message).toContain('No space left on device');
    keeper.gone();
    await keeper.release();
    expect(relaunch).toHaveBeenCalledTimes(TRIES_MAX);
  });

  it('gives up what comes back only to go again', async () => {
    const relaunch = vi.fn(async () => undefined);
    const { keeper, lost } = kept(relaunch);
    for (let times = 1; times <= TRIES_MAX; times += 1) {
      keeper.gone();
      await vi.waitFor(() => expect(relaunch).toHaveBeenCalledTimes(times));
      await Promise.resolve();
    }
    keeper.gone();
    await vi.waitFor(() => expect(lost).toHaveBeenCalledTimes(1));
  });

  it('begins nothing once released, and is over when that resolves', async () => {
    let finish: () => void = () => undefined;
    const relaunch = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const { keeper, lost } = kept(relaunch);
    keeper.gone();
    await vi.waitFor(() => expect(relaunch).toHaveBeenCalledTimes(1));
    let over = false;
    const released = keeper.release().then(() => (over = true));
    await Promise.resolve();
    expect(over).toBe(false);
    finish();
    await released;
    keeper.gone();
    expect(relaunch).toHaveBeenCalledTimes(1);
    expect(lost).not.toHaveBeenCalled();
  });
});
