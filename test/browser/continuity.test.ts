/** Nothing acknowledged is lost and nothing is paid twice: a killed server, a lost line, a closed page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLine } from '../../server/judge/line.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { claimed, heard, slack } from '../support/hours.ts';
import { openLine } from '../support/line.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { answerPrompt, attend } from '../support/trainee.ts';

/** Whether a stored beat says that it waited for a connection. */
function queued(line: string): boolean {
  const event = readLine(line) as { readonly kind: string; readonly queued?: boolean };
  return event.kind === 'beat' && event.queued === true;
}

describe.skipIf(!hasPostgres())('continuity', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 90_000);
  afterAll(() => stack?.stop());

  async function beatsOf(trainee: number): Promise<number[]> {
    const { rows } = await stack.database.db.query(
      `select e.seq from events e join sessions s on s.id = e.session_id where s.trainee_id = $1 and e.seq is not null order by e.ordinal`,
      [stack.demo.trainees[trainee]!.id],
    );
    return rows.map((row: { seq: number }) => row.seq);
  }
  it('the server killed mid-lesson and started again: no acknowledged second lost, none doubled', {
    timeout: 180_000,
  }, async () => {
    const browser = await chromium();
    try {
      const one = await attend(browser, stack.playerUrl(0));
      await one.play();
      await one.watch(20);
      const before = await stack.hours(0);
      await stack.kill();
      await one.state('disconnected');
      await one.watch(5);
      await stack.start();
      await one.state('watching');
      const after = await stack.hours(0);
      expect(claimed(after)).toBeGreaterThanOrEqual(claimed(before));
      await one.watch(15);
      await one.pause();
      const { hours, truth } = await heard(stack, one, 0);
      expect(Math.abs(hours.heldSeconds - truth)).toBeLessThan(slack(truth));
      const seqs = await beatsOf(0);
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
      // What was held before the server died waits for the next answer, and is credited by it.
      await one.play();
      await answerPrompt(one.page, stack.database);
      await eventually(
        async () => (await stack.hours(0)).creditedSeconds,
        (value) => expect(value).toBeGreaterThan(truth - slack(truth)),
        20_000,
      );
      expect((await stack.hours(0)).deniedSeconds).toBeLessThan(1);
      expect(await stack.alerts(0)).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it.concurrent('the line cut for 30 s and mended: labelled, bounded, held', { timeout: 180_000 }, async () => {
    const browser = await chromium();
    const line = await openLine(stack.url);
    try {
      const one = await attend(browser, line.through(stack.playerUrl(1)));
      // Everything is in the browser before the line goes: only the heartbeat misses it.
      await one.play();
      await one.watch(10);
      await eventually(
        () =>
          one.page.evaluate(() => {
            const { buffered, duration } = document.querySelector('video')!;
            return buffered.length > 0 && buffered.end(buffered.length - 1) >= Math.min(duration, 60);
          }),
        (value) => expect(value).toBe(true),
        20_000,
      );
      line.cut();
      await one.state('disconnected');
      await one.watch(30);
      line.mend();
      await one.state('watching');
      await one.watch(3);
      const { hours, truth } = await heard(stack, one, 1);
      const waited = hours.spans.filter(({ reason }) => reason === 'disconnected.awaiting');
      expect(waited.every(({ fate }) => fate === 'held')).toBe(true);
      expect(waited.reduce((sum, { seconds }) => sum + seconds, 0)).toBeGreaterThan(20);
      expect(Math.abs(hours.heldSeconds - truth)).toBeLessThan(slack(truth));
      expect(await stack.alerts(1)).toEqual([]);
      const { rows } = await stack.database.db.query(
        'select e.line from events e join sessions s on s.id = e.session_id where s.trainee_id = $1 and e.seq is not null',
        [stack.demo.trainees[1]!.id],
      );
      expect(rows.filter((row: { line: string }) => queued(row.line)).length).toBeGreaterThan(0);
    } finally {
      await browser.close();
      line.close();
    }
  });

  it.concurrent('a closed page loses nothing it played, and its session is closed', { timeout: 120_000 }, async () => {
    const browser = await chromium();
    try {
      const one = await attend(browser, stack.playerUrl(2));
      await one.play();
      await one.watch(6);
      const truth = await one.truth();
      const played = await one.position();
      expect(truth).toBeLessThan(played + 1);
      await one.page.goto('about:blank');
      await eventually(
        async () => claimed(await stack.hours(2)),
        (value) => expect(value).toBeGreaterThan(played - 1),
        15_000,
      );
      await eventually(
        async () => {
          const { rows } = await stack.database.db.query('select closed_ms from sessions where trainee_id = $1', [
            stack.demo.trainees[2]!.id,
          ]);
          return rows.every((row: { closed_ms: number | null }) => row.closed_ms !== null);
        },
        (value) => expect(value).toBe(true),
      );
      expect(await stack.alerts(2)).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
