/**
 * An address of its own for each attacker: a relay on this machine whose connections to the server come from
 * another loopback address. Otherwise all of them would seem to sit behind one router.
 */
import { type Line, openLine } from '../../../test/support/line.ts';

/** @param n each its own /24 */
export function openAddress(serverUrl: string, n: number): Promise<Line> {
  // All of 127/8 is this machine on Linux; elsewhere only 127.0.0.1 is, and everybody shares it.
  return openLine(serverUrl, process.platform === 'linux' ? `127.${1 + (n >> 8)}.${n & 255}.7` : undefined);
}
