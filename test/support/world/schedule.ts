/**
 * True time, in ms from the world's beginning, and what is to happen at which moment.
 * Guarantees: what is due at the same moment happens in the order it was planned.
 */
export interface Schedule {
  now(): number;
  /** Plans `then`; a moment that has passed means: as soon as possible. */
  after(ms: number, then: () => void): void;
  /** The moment of what comes next; Infinity: nothing is planned. */
  nextAt(): number;
  /** Moves time forward, and does what is due at exactly that moment or before. */
  moveTo(at: number): void;
}

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
}

const earlier = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export function createSchedule(): Schedule {
  /** Sorted, the next one last: a person's world never plans more than a few dozen things. */
  const planned: Planned[] = [];
  let time = 0;
  let orders = 0;

  return {
    now: () => time,
    after(ms, then) {
      const one = { at: time + Math.max(0, ms), order: orders++, then };
      let place = planned.length;
      while (place > 0 && earlier(planned[place - 1] as Planned, one)) place--;
      planned.splice(place, 0, one);
    },
    nextAt: () => planned.at(-1)?.at ?? Number.POSITIVE_INFINITY,
    moveTo(at) {
      time = Math.max(time, at);
      for (let next = planned.at(-1); next !== undefined && next.at <= time; next = planned.at(-1)) {
        planned.pop();
        next.then();
      }
    },
  };
}
