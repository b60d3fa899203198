import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeated } from '../../server/repeated.ts';

describe('work that is repeated', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs once at a time, and a moment that finds it running is left out', async () => {
    const ends: (() => void)[] = [];
    const work = repeated(
      () => new Promise<void>((end) => ends.push(end)),
      10,
      () => undefined,
    );
    work.start();
    await vi.advanceTimersByTimeAsync(35);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(ends).toHaveLength(2);
    const stopped = work.stop();
    ends[1]?.();
    await stopped;
  });

  it('goes on after a run that failed, and says so', async () => {
    const said: unknown[] = [];
    const work = repeated(
      () => Promise.reject(new Error('away')),
      10,
      (error) => said.push(error),
    );
    work.start();
    await vi.advanceTimersByTimeAsync(20);
    expect(said).toEqual([new Error('away'), new Error('away')]);
    await work.stop();
    await vi.advanceTimersByTimeAsync(50);
    expect(said).toHaveLength(2);
  });

  it('is stopped only when the run that is going on has ended', async () => {
    let end = (): void => undefined;
    let over = false;
    const work = repeated(
      () => new Promise<void>((resolve) => (end = resolve)),
      10,
      () => undefined,
    );
    work.start();
    await vi.advanceTimersByTimeAsync(10);
    const stopped = work.stop().then(() => (over = true));
    await vi.advanceTimersByTimeAsync(50);
    expect(over).toBe(false);
    end();
    await stopped;
    expect(over).toBe(true);
  });
});
