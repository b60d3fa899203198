/** The demo's media is delivered to the session that plays it: in a real browser nothing of that is noticed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { attend } from '../support/trainee.ts';

const REASON = 'courseBrushing.undelivered';

describe.skipIf(!hasPostgres())('a lesson whose media the server delivers', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 90_000);
  afterAll(() => stack?.stop());

  const linesOf = async (trainee: number) => {
    const { rows } = await stack.database.db.query<{ session: string; line: string }>(
      `select e.session_id as session, e.line from events e join sessions s on s.id = e.session_id
        where s.trainee_id = $1 order by e.ordinal`,
      [stack.demo.trainees[trainee]!.id],
    );
    return rows.map(({ line, session }) => ({
      session,
      ...(JSON.parse(line) as { kind: string; media?: number[][] }),
    }));
  };

  it('plays from its session’s own address, after a seek and when it is opened again too; each is on record, and all of it is paid', {
    timeout: 180_000,
  }, async () => {
    const browser = await chromium();
    try {
      const one = await attend(browser, stack.playerUrl(0));
      const source = () => one.page.evaluate(() => document.querySelector('video')!.currentSrc);
      await one.play();
      await one.watch(8);
      expect(await source()).toContain('/v1/media/fire-extinguisher?session=');
      await one.page.evaluate(() => {
        document.querySelector('video')!.currentTime = 120;
      });
      await one.watch(8);
      const first = await source();
      await one.page.close();
      const again = await attend(browser, stack.playerUrl(0));
      await again.play();
      await again.watch(8);
      const second = await again.page.evaluate(() => document.querySelector('video')!.currentSrc);
      expect(second).toContain('/v1/media/');
      expect(second).not.toBe(first);
      await again.page.close();
    } finally {
      await browser.close();
    }
    await eventually(
      async () => (await linesOf(0)).filter(({ kind }) => kind === 'closed').length,
      (closed) => expect(closed).toBe(2),
      30_000,
    );
    const lines = await linesOf(0);
    const delivered = lines.filter(({ kind }) => kind === 'delivered');
    expect(new Set(delivered.map(({ session }) => session)).size).toBe(2);
    // Two sessions of a lesson of 21 stretches.
    expect(delivered.length).toBeLessThanOrEqual(42);
    const hours = await stack.hours(0);
    expect(hours.spans.filter(({ reason }) => reason === REASON)).toEqual([]);
    expect(hours.creditedSeconds + hours.heldSeconds).toBeGreaterThan(14);
    expect(await stack.alerts(0)).toEqual([]);
  });
});
