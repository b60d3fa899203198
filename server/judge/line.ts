/**
 * Event lines: the exact JSON text that is stored, chained and folded again. A beat's body
 * is embedded byte for byte, so its MAC can be checked from the evidence years later.
 *
 * @example {"kind":"beat","at":1767225600000,"session":"s1","queued":false,"mac":"…","beat":{"seq":1,…}}
 */
import type { AnyEvent } from '../../detector/index.ts';

/** The stored text of an event; `sealed` carries a beat's own bytes and MAC. */
export function writeLine(
  event: AnyEvent,
  sealed: { readonly queued: boolean; readonly body: string; readonly mac: string } | null,
): string {
  if (sealed === null) return JSON.stringify(event);
  const { at, session } = event;
  const head = JSON.stringify({ kind: 'beat', at, session, queued: sealed.queued, mac: sealed.mac });
  return `${head.slice(0, -1)},"beat":${sealed.body}}`;
}

/** Lines come from our own table; what the writer wrote, the fold believes. */
export function readLine(line: string): AnyEvent {
  return JSON.parse(line) as AnyEvent;
}
