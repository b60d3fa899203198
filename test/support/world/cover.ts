/** Which stretches of a lesson were seen. Written apart from the detector's: the measure must not share its mistakes. */
export interface Cover {
  /** How much of the stretch is new. */
  fresh(from: number, to: number): number;
  add(from: number, to: number): void;
  total(): number;
}

export function createCover(): Cover {
  let parts: { from: number; to: number }[] = [];
  return {
    fresh(from, to) {
      let left = Math.max(0, to - from);
      for (const part of parts) left -= Math.max(0, Math.min(to, part.to) - Math.max(from, part.from));
      return Math.max(0, left);
    },
    add(from, to) {
      if (to <= from) return;
      const touching = parts.filter((part) => part.from <= to && part.to >= from);
      const joined = {
        from: Math.min(from, ...touching.map((part) => part.from)),
        to: Math.max(to, ...touching.map((part) => part.to)),
      };
      parts = [...parts.filter((part) => !touching.includes(part)), joined];
    },
    total: () => parts.reduce((sum, { from, to }) => sum + to - from, 0),
  };
}
