/**
 * What the element plays: an address, a blob or media source, a stream that something on the page makes,
 * or nothing; how long it says that is; and how often it was replaced by something else.
 *
 * Guarantees: the element is read through the getters handed in, and no address leaves the page.
 */
import type { Beat, SourceKind } from './wire.ts';

/** Pristine getters of the core (`natives.ts`). */
export interface Reads {
  currentSrc(element: HTMLMediaElement): string;
  srcObject(element: HTMLMediaElement): object | null;
  /** Seconds. */
  duration(element: HTMLMediaElement): number;
  /** Of a `MediaStream`; throws on everything else. */
  active(stream: object): boolean;
}

export interface SourceWatch {
  look(): void;
  /** As of the last look, changes since the last take. */
  take(): NonNullable<Beat['source']>;
}

/** The wire's bounds. */
const LONGEST_MS = 31 * 86_400_000;
const MOST_CHANGES = 1000;

export function watchSource(element: HTMLMediaElement, read: Reads): SourceWatch {
  /** What was played last: the object, or the address. A moment without any is no change. */
  let last: unknown = null;
  let kind: SourceKind = 'none';
  let changes = 0;

  function isStream(made: object): boolean {
    try {
      read.active(made);
      return true;
    } catch {
      return false;
    }
  }

  return {
    look() {
      const made = read.srcObject(element);
      const address = read.currentSrc(element);
      const plays = made || address;
      if (!plays) kind = 'none';
      else if (made) kind = isStream(made) ? 'stream' : 'blob';
      else kind = address.startsWith('blob:') ? 'blob' : 'file';
      if (plays && last && plays !== last) changes++;
      last = plays || last;
    },
    take() {
      const ms = Math.round(read.duration(element) * 1000);
      // Not known yet, or a stream without an end.
      const durationMs = ms >= 0 && ms <= LONGEST_MS ? ms : -1;
      const taken: [SourceKind, number, number] = [kind, durationMs, Math.min(MOST_CHANGES, changes)];
      changes = 0;
      return taken;
    },
  };
}
