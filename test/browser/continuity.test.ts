/** Nothing acknowledged is lost and nothing is paid twice: a killed server, a lost line, a closed page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLine } from '../../server/judge/line.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type Hours, type Stack, startStack } from '../support/stack.ts';
import { attend, type Trainee } from '../support/trainee.ts';

const total = (hours: Hours) => hours.creditedSeconds + hours.heldSeconds + hours.deniedSeconds;

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
  const settled = (one: Trainee, trainee: number) =>
    eventually(
      async () => Math.abs(total(await stack.hours(trainee)) - (await one.truth())),
      (value) => expect(value).toBeLessThan(1),
      30_000,
    );

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
      expect(total(after)).toBeGreaterThanOrEqual(total(before));
      await one.watch(15);
      await one.pause();
      await settled(one, 0);
      const hours = await stack.hours(0);
      const truth = await one.truth();
      expect(Math.abs(hours.heldSeconds - truth)).toBeLessThan(1);
      const seqs = await beatsOf(0);
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
      expect(await stack.alerts(0)).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('30 s offline: labelled, bounded, held', { timeout: 180_000 }, async () => {
    const browser = await chromium();
    try {
      const one = await attend(browser, stack.playerUrl(1));
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
      await one.page.setOfflineMode(true);
      await stack.kill();
      await one.state('disconnected');
      await one.watch(30);
      await stack.start();
      await one.page.setOfflineMode(false);
      await one.state('watching');
      await one.watch(3);
      await one.pause();
      await settled(one, 1);
      const hours = await stack.hours(1);
      const offline = hours.spans.filter(({ reason }) => reason === 'offline.awaiting');
      expect(offline.every(({ fate }) => fate === 'held')).toBe(true);
      expect(offline.reduce((sum, { seconds }) => sum + seconds, 0)).toBeGreaterThan(25);
      expect(Math.abs(hours.heldSeconds - (await one.truth()))).toBeLessThan(1);
      expect(await stack.alerts(1)).toEqual([]);
      const { rows } = await stack.database.db.query(
        'select e.line from events e join sessions s on s.id = e.session_id where s.trainee_id = $1 and e.seq is not null',
        [stack.demo.trainees[1]!.id],
      );
      const labelled = rows
        .map((row: { line: string }) => readLine(row.line))
        .filter((e) => e.kind === 'beat' && e.queued);
      expect(labelled.length).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
  });

  it('a closed page loses nothing it played, and its session is closed', { timeout: 120_000 }, async () => {
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
        async () => total(await stack.hours(2)),
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
