import { describe, expect, it } from 'vitest';
import {
  alertCodes,
  alertKinds,
  catalogue,
  codesOf,
  kindOfCode,
  ruleWords,
  wordsOfCode,
  wordsOfRule,
} from '../../server/alerts/catalogue.ts';

describe('the catalogue', () => {
  it('keeps the names that other people’s tools call, and has the other prohibited acts', () => {
    for (const code of [
      ...['concurrentLogin', 'multiPagePlayback', 'backgroundPlayback', 'courseBrushing', 'idleAttendance'],
      ...['proxyAttendance', 'examBrushing', 'examImpersonation', 'offlineHours', 'dataTampering'],
      ...['learningRecordForgery', 'otherProhibited', 'studentTrafficking', 'illegalSubcontracting'],
      ...['collusiveFraud', 'headcountPadding', 'subsidyFraud', 'subsidyDiversion', 'falseClaim'],
      ...['subcontractingProfit', 'eligibilityForgery'],
    ]) {
      expect(alertCodes).toContain(code);
    }
  });

  it('has every kind, and each code in exactly one', () => {
    for (const kind of alertKinds) expect(codesOf(kind).length, kind).toBeGreaterThan(0);
    expect(alertKinds.flatMap(codesOf).sort()).toEqual([...alertCodes].sort());
    expect(kindOfCode('backgroundPlayback')).toBe('behaviour');
  });

  it('has words in both languages for every code and rule, and no two the same', () => {
    for (const all of [Object.values(catalogue).map(({ words }) => words), Object.values(ruleWords)]) {
      for (const { zh, en } of all) {
        expect(zh).toMatch(/^[\p{Script=Han}“”、]+$/u);
        expect(en).toMatch(/^[A-Z][\x20-\x7e’]+$/);
      }
      expect(new Set(all.map(({ zh }) => zh)).size).toBe(all.length);
      expect(new Set(all.map(({ en }) => en)).size).toBe(all.length);
    }
  });

  it('takes nothing from a prototype: an older row’s unknown code stands for itself', () => {
    expect(wordsOfCode('constructor')).toEqual({ zh: 'constructor', en: 'constructor' });
    expect(wordsOfRule('__proto__')).toEqual({ zh: '__proto__', en: '__proto__' });
    expect(kindOfCode('toString')).toBeNull();
  });
});
