/**
 * That the attacks in a real browser run, are attacks, and become a page. What they earn is measured, not
 * tested: it stands in bench/detection.md.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guess, knownOf, stocks } from '../../bench/detection/browser/accomplice.ts';
import { leakage, type Result, report } from '../../bench/detection/browser/report.ts';
import { chosen, runAttacks } from '../../bench/detection/browser/run.ts';
import { techniques } from '../../bench/detection/browser/techniques/index.ts';
import { replacePart } from '../../bench/detection/page.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { createRandom } from '../support/world/random.ts';

const hasChromium = await chromium().then(
  (browser) => browser.close().then(() => true),
  (error: Error) => {
    const words = `no Chromium that starts: attacks in a browser are not tried (${error.message.split('\n')[0]})`;
    const { CI } = process.env;
    if (CI === 'true') throw new Error(words);
    console.warn(`\n*** ${words} ***\n`);
    return false;
  },
);

describe.skipIf(!hasChromium || !hasPostgres())('attackers in a real browser', () => {
  let database: TestDb;
  let results: readonly Result[];
  let browser = '';
  beforeAll(async () => {
    database = await testDb();
    const only = 'hidden tab; under an overlay; unattended page';
    const options = { minutes: 0.4, only, answers: 'all', pages: 3, seed: 1, progress: () => undefined };
    ({ results, browser } = await runAttacks({ ...options, databaseUrl: database.url }));
  }, 240_000);
  afterAll(() => database?.drop());

  const of = (name: string): Result => results.find(({ technique }) => technique.name === name)!;

  it('each of them showed that it is an attack, played, and was heard by the server', () => {
    expect(results.map(({ technique, failed }) => [technique.name, failed])).toEqual([
      ['hidden tab', null],
      ['under an overlay', null],
      ['unattended page', null],
    ]);
    for (const { evidence, wallMs } of results) {
      expect(wallMs).toBeGreaterThan(15_000);
      expect(evidence.beats).toBeGreaterThan(0);
    }
  });

  it('a tab that is hidden and says so earns nothing', () => {
    expect(leakage(of('hidden tab'))).toBe(0);
  });

  it('who plays in front is asked, and the accomplice knows the answers', () => {
    const { questions } = of('unattended page').evidence;
    expect(Object.values(questions).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect(questions).not.toHaveProperty('wrong');
  });

  it('writes its own part of the page, and leaves the others', () => {
    const part = report(results, { version: 3, command: 'x', browser, minutes: 0.4, seconds: 60 });
    expect(part).toContain('| hidden tab | all |');
    const wire = '# Attackers on the wire · detector version 2\n\nkept';
    const page = replacePart(replacePart(`${wire}\n`, part), part);
    expect(page.match(/^# /gm)).toHaveLength(2);
    expect(page).toContain(wire);
  });
});

describe('what an attacker in a browser knows', () => {
  const bank = Array.from({ length: 24 }, (_, n) => `q${n}`);

  it('is the same share of the bank for the same seed', () => {
    expect(knownOf(bank, 0.25, 7)).toEqual(knownOf(bank, 0.25, 7));
    expect(knownOf(bank, 0.25, 7)).not.toEqual(knownOf(bank, 0.25, 8));
    expect(stocks.map(({ share }) => knownOf(bank, share, 7).size)).toEqual([0, 0, 6, 24]);
  });

  it('beyond it guesses: every answer that the card takes is possible', () => {
    const random = createRandom(3);
    const guesses = (form: 'radio' | 'checkbox' | 'order') =>
      new Set(Array.from({ length: 400 }, () => JSON.stringify(guess({ form, places: 3 }, random)))).size;
    expect([guesses('radio'), guesses('checkbox'), guesses('order')]).toEqual([3, 7, 6]);
  });
});

describe('the techniques', () => {
  it('are chosen by a whole name, or by words in it', () => {
    expect(chosen('hidden tab').map(({ name }) => name)).toEqual(['hidden tab']);
    expect(chosen('focus emulation; 1 px').map(({ name }) => name)).toEqual([
      'focus emulation',
      '1 px video',
      'player in a 1 px frame',
    ]);
    expect(chosen(undefined)).toBe(techniques);
  });

  it('have names of their own, and only stocks of answers that there are', () => {
    expect(new Set(techniques.map(({ name }) => name)).size).toBe(techniques.length);
    const known = new Set(stocks.map(({ name }) => name));
    for (const technique of techniques) for (const name of technique.stocks ?? []) expect(known.has(name)).toBe(true);
  });
});
