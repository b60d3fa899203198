/** An untouched player that plays in real time: what its page would tell of the time that really passed. */
import type { Beat } from '../../sdk/wire.ts';

export interface Playing {
  /** Where the last claim's span ended, and where the player stands, in ms. */
  offset: number;
  position: number;
  /** Tells of the time since the last claim. `rate` of play × 1; 0: paused. */
  claim(seq: number, how?: { readonly rate?: number }): Partial<Beat>;
}

/** @param at what the page's clock shows now, ms: 0 where it has just opened */
export function startPlaying(at = 0): Playing {
  const began = performance.now() - at;
  let drift = 0;
  const self: Playing = {
    offset: 0,
    position: 0,
    claim(seq, { rate = 1 } = {}) {
      const from = self.offset;
      const to = Math.round(performance.now() - began);
      const ms = to - from;
      // A real player's residual is a few milliseconds and does not add up.
      const next = ((seq * 7919) % 7) - 3;
      const end = self.position + Math.max(0, Math.round(ms * rate) + next - drift);
      const runs: Beat['runs'] = rate === 0 || ms === 0 ? [] : [[self.position, end, from, to]];
      if (runs.length > 0) {
        self.position = end;
        drift = next;
      }
      self.offset = to;
      const ticks = Math.round(ms / 100);
      return {
        span: [from, to],
        runs,
        player: [rate === 0 ? 'paused' : 'playing', self.position, Math.round((rate === 0 ? 1 : rate) * 100)],
        page: [ms, ms, 0],
        frames: [Math.round(ms / 17), Math.round(ms / 40)],
        clocks: [ms, ticks, ticks],
      };
    },
  };
  return self;
}
