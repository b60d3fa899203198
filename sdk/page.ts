/**
 * Whether the page is seen: visible and focused milliseconds, and the browser's own
 * visibility record beside them.
 *
 * Guarantees: what is reported comes from prototype getters at each look, never from an
 * event; a cheat that swallows `visibilitychange` only proves itself by that (`swallowed`).
 */
import { entries, listen, now, Observer, read, recordable } from './natives.ts';
import type { Cause } from './wire.ts';

export interface PageWatch {
  look(at: number): Cause | null;
  visible(): boolean;
  /** The browser's record says hidden. `false` where there is no record. */
  recordedHidden(): boolean;
  /** Visibility changed, and the event that always comes with it did not reach us. */
  swallowed(at: number): boolean;
  /** `[visible, focused, recorded as hidden (−1: no record)]` ms since the last take. */
  take(at: number): readonly [number, number, number];
  stop(): void;
}

/** The event and the change come in one task; a whole second leaves room for a busy page. */
const EVENT_LATE_MS = 1000;
const RECORD = 'visibility-state';

/** The list of records ends about there. */
const LISTED = 50;

/** Follows the browser's visibility record: how long it says the page was hidden. */
function followRecord(): { hidden(): boolean; take(at: number): number; stop(): void } | null {
  if (!recordable.includes(RECORD)) return null;
  let hidden = false;
  let notedAt = -1;
  let from = 0;
  let total = 0;

  function note(records: readonly PerformanceEntry[]): void {
    for (const { startTime, name } of records) {
      // Listed and observed are the same records, told twice.
      if (startTime <= notedAt) continue;
      notedAt = startTime;
      const at = Math.max(startTime, from);
      if (hidden) total += at - from;
      from = at;
      hidden = name === 'hidden';
    }
  }
  // The list cannot be made to leave something out, and falls silent after 50; an observer goes on.
  let observer: PerformanceObserver | null = null;
  try {
    observer = new Observer((batch) => note(batch.getEntries()));
    observer.observe({ type: RECORD });
  } catch {
    // Replaced by something that is none.
  }
  function catchUp(): void {
    const list = entries(RECORD);
    if (list.length < LISTED) note(list);
    else note(observer?.takeRecords() ?? []);
  }
  catchUp();
  // Each page's record begins with how it was opened: without that it was taken away.
  if (notedAt < 0) return null;
  from = now();
  total = 0;

  return {
    hidden() {
      catchUp();
      return hidden;
    },
    take(at) {
      catchUp();
      if (hidden) total += Math.max(0, at - from);
      from = Math.max(from, at);
      const ms = total;
      total = 0;
      return ms;
    },
    stop: () => observer?.disconnect(),
  };
}

export function watchPage(poke: () => void): PageWatch {
  const record = followRecord();
  let hidden = read.hidden(document);
  let focused = read.focused(document);
  let lookedAt: number | null = null;
  let visibleMs = 0;
  let focusedMs = 0;
  let eventAt = Number.NEGATIVE_INFINITY;
  let changedAt: number | null = null;

  const offs = [
    listen(document, ['visibilitychange'], () => {
      eventAt = now();
      poke();
    }),
    listen(window, ['focus', 'blur'], poke),
  ];

  return {
    look(at) {
      const elapsed = lookedAt === null ? 0 : at - lookedAt;
      lookedAt = at;
      if (!hidden) visibleMs += elapsed;
      if (focused) focusedMs += elapsed;
      const [wasHidden, wasFocused] = [hidden, focused];
      hidden = read.hidden(document);
      focused = read.focused(document);
      if (hidden !== wasHidden) {
        changedAt = at;
        return hidden ? 'hidden' : 'visible';
      }
      if (focused === wasFocused) return null;
      return focused ? 'focused' : 'blurred';
    },
    visible: () => !hidden,
    recordedHidden: () => record?.hidden() ?? false,
    swallowed(at) {
      if (changedAt === null || at - changedAt < EVENT_LATE_MS) return false;
      const late = Math.abs(eventAt - changedAt) > EVENT_LATE_MS;
      changedAt = null;
      return late;
    },
    take(at) {
      const taken = [visibleMs, focusedMs, record ? record.take(at) : -1] as const;
      visibleMs = 0;
      focusedMs = 0;
      return taken;
    },
    stop() {
      for (const off of offs) off();
      record?.stop();
    },
  };
}
