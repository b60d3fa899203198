import { vi } from 'vitest';

/** Waits for a state: reads until `check` no longer throws. Works in concurrent tests, where `expect.poll` does not. */
export async function eventually<T>(
  read: () => T | Promise<T>,
  check: (value: T) => unknown,
  timeout = 10_000,
): Promise<void> {
  await vi.waitFor(async () => check(await read()), { timeout, interval: 100 });
}
