/**
 * The time that is left. Pure. Guarantees: it follows the server's word alone, carried on by a clock that nobody
 * sets; each reply corrects it.
 */
export interface Countdown {
  /** @param sentAt, heardAt on the clock of this page, ms */
  correct(remainingMs: number, sentAt: number, heardAt: number): void;
  /** null: the server has not said yet. Never below 0. */
  left(at: number): number | null;
}

export function createCountdown(): Countdown {
  let endsAt: number | null = null;
  return {
    correct(remainingMs, sentAt, heardAt) {
      // It was so much somewhere between asking and hearing: half way, as clocks are set over a network (NTP).
      endsAt = (sentAt + heardAt) / 2 + remainingMs;
    },
    left: (at) => (endsAt === null ? null : Math.max(0, endsAt - at)),
  };
}

/** @example clockWords(3_725_000) // '1:02:05' */
export function clockWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const tail = rest.map((part) => String(part).padStart(2, '0')).join(':');
  return hours > 0 ? `${hours}:${tail}` : tail;
}
