/**
 * Tickets for the SDK. Guarantees: each call gives a ticket that was not given before,
 * and never one so old that it may have expired while the trainee read the page.
 */
import type { LaunchResult } from './launch.ts';

/** Well under the shortest life a platform gives its tickets. */
const freshMs = 30_000;

export function tickets(
  first: string,
  launch: () => Promise<LaunchResult<{ readonly ticket: string }>>,
): () => Promise<string> {
  let unspent: string | null = first;
  const mintedAt = performance.now();
  return async () => {
    const fresh = unspent !== null && performance.now() - mintedAt < freshMs ? unspent : null;
    unspent = null;
    if (fresh) return fresh;
    const result = await launch();
    if (result.ok) return result.value.ticket;
    // The SDK tries again after an error, and gives up where there is no ticket to be had.
    if (result.failure === 'unreachable') throw new Error(result.code ?? result.failure);
    return '';
  };
}
