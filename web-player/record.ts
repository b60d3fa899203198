/**
 * The record of hours: every notice with its reason in words, newest first.
 * Guarantees: no denial goes unlisted; notices of one kind and reason that follow each
 * other are one row whose time adds up; denials from before this page opened are named
 * as such rather than left unexplained.
 */
import type { Notice, Totals } from '../sdk/wire.ts';
import { el, need, text } from './dom.ts';
import { drawn, locale, pick, say } from './language.ts';
import { clock, shownFromMs } from './time.ts';
import type { Key } from './words.ts';

export interface Record {
  add(notice: Notice): void;
  totals(totals: Totals): void;
}

interface Row {
  readonly notice: Notice;
  readonly at: Date;
  ms: number;
  count: number;
}

/** What a notice's time is: the time it speaks of, moved to that fate. The others only name what is held meanwhile. */
const timed: ReadonlySet<Notice['kind']> = new Set(['held', 'released', 'denied']);

/** Rows kept on the page; older ones stay in the trainee's record on the server. */
const rowsMax = 60;

const kinds: { readonly [K in Notice['kind']]: Key } = {
  held: 'kindHeld',
  released: 'kindReleased',
  denied: 'kindDenied',
  takenOver: 'kindTakenOver',
  promptMissed: 'kindPromptMissed',
  promptWithdrawn: 'kindPromptWithdrawn',
  closed: 'kindClosed',
};

export function record(root: HTMLElement): Record {
  const list = need('[data-record]', root);
  const empty = need('[data-record-empty]', root);
  const earlier = need('[data-record-earlier]', root);
  const rows: Row[] = [];
  let earlierMs: number | null = null;

  function line(row: Row): HTMLElement {
    const { notice } = row;
    const time = row.at.toLocaleTimeString(locale(), { hour12: false });
    const meta = [time, row.count > 1 ? say('recordTimes', { count: row.count }) : ''].filter(Boolean).join(' · ');
    return el(
      'li',
      { 'data-notice': notice.kind, 'data-reason': notice.reason },
      el('span', { class: 'tag' }, say(kinds[notice.kind])),
      el('span', { class: 'record-words' }, pick(notice.words)),
      el('span', { class: 'record-ms' }, timed.has(notice.kind) && row.ms >= shownFromMs ? clock(row.ms) : ''),
      el('span', { class: 'record-meta' }, meta),
    );
  }

  function draw(): void {
    list.replaceChildren(...rows.map(line));
    empty.hidden = rows.length > 0;
    earlier.hidden = !earlierMs || earlierMs < shownFromMs;
    text(earlier, say('recordEarlier', { time: clock(earlierMs ?? 0) }));
  }

  drawn(draw);
  return {
    add(notice) {
      const last = rows[0];
      if (last?.notice.kind === notice.kind && last.notice.reason === notice.reason) {
        last.ms += notice.ms;
        last.count += 1;
      } else {
        rows.unshift({ notice, at: new Date(), ms: notice.ms, count: 1 });
        rows.length = Math.min(rows.length, rowsMax);
      }
      draw();
    },
    totals(totals) {
      if (earlierMs !== null) return;
      earlierMs = totals.deniedMs; // the first totals speak of the time before this page
      draw();
    },
  };
}
