/** A trainee's days, deed by deed: everything that opens, grows or ends a span, done well or badly. */
import type { Desk } from './desk.ts';
import { hiddenTab, minute } from './outcome.ts';
import type { Player, PlayerOptions } from './page.ts';

/** What one does in a lesson, well or badly: everything that opens, grows or ends a span. */
export const deeds = {
  attend: (one, page, n) => one.attend(page, n * 20_000),
  ignore: (one, page, n) => one.attend(page, n * 40_000, { answers: () => null }),
  guess: (one, page, n) => one.attend(page, n * 40_000, { answers: (nth) => nth % 3 === 0 }),
  hide: (_one, page, n) => page.play(n * 1_000, { every: 7_000, patch: hiddenTab(7_000, 'hidden') }),
  lie: (_one, page, n) => page.play(n * 3_000, { patch: hiddenTab(10_000, 'visible') }),
  rush: (_one, page, n) => page.play(n * 5_000, { rate: 2 }),
  seek: (_one, page, n) => page.seek(n * 90_000),
  pause: (one, page, n) => {
    page.pause();
    one.pass(n * minute);
  },
  wait: (one, _page, n) => one.pass(n * 50_000),
  round: (_one, page, n) => page.beat({ runs: [[0, n * 1_000, 0, 1_000]] }),
  queue: (_one, page, n) => page.play(n * 10_000, { queued: true }),
} as const satisfies Record<string, (one: Desk, page: Player, n: number) => void>;
export type Deed = keyof typeof deeds;

export interface Command {
  readonly what: Deed;
  readonly n: number;
  readonly moves: string | null;
}

export function live(one: Desk, open: (options?: PlayerOptions) => Player, commands: readonly Command[]): void {
  let page = open({ session: 's0' });
  for (const [i, { what, n, moves }] of commands.entries()) {
    if (moves === 'week') one.pass(8 * 24 * 60 * minute);
    if (moves === 'reload') page.close();
    if (moves !== null) {
      const device = moves === 'other device' ? `device-${i}` : 'device-1';
      page = open({ session: `s${i + 1}`, lesson: n % 3 === 0 ? 'l2' : 'l1', device });
    }
    deeds[what](one, page, n);
  }
  one.settle();
}
