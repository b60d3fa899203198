import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASS_HOUR_MINUTES, classHoursOf } from '../../server/review/classHours.ts';
import { csv } from '../../server/review/csv.ts';

describe('class hours', () => {
  it.each([
    [0, 0],
    [26_999, 0],
    [27_000, 0.01],
    [CLASS_HOUR_MINUTES * 60_000 - 1, 0.99],
    [CLASS_HOUR_MINUTES * 60_000, 1],
    [8 * CLASS_HOUR_MINUTES * 60_000, 8],
  ])('%d ms are %d', (ms, hours) => {
    expect(classHoursOf(ms)).toBe(hours);
  });

  it('never come to more than was credited', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        expect(Math.round(classHoursOf(ms) * 100) * 27_000).toBeLessThanOrEqual(ms);
      }),
    );
  });
});

describe('csv', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '|calc',
    '\uFF1D1',
    '\uFF20x',
    '\u0000=1',
    '\u00a0=1',
  ])('never lets %j be a formula', (text) => {
    const shown = csv([[text]]).slice(1, -2);
    expect(shown.replace(/^"/, '')).toMatch(/^'/);
  });

  it('starts with a byte order mark, ends lines with CRLF, and quotes', () => {
    expect(csv([['姓名', 'a,b', 'say "x"', 'two\nlines', 1.5, -1]])).toBe(
      '\uFEFF姓名,"a,b","say ""x""","two\nlines",1.5,-1\r\n',
    );
  });

  it('keeps rows and cells apart whatever they hold', () => {
    const parse = (text: string): string[][] => {
      const rows: string[][] = [[]];
      const pattern = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)/gy;
      for (const [, quoted, plain, end] of text.slice(1).matchAll(pattern)) {
        rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
        if (end === '\r\n') rows.push([]);
      }
      return rows.slice(0, -1);
    };
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '=', '学', "'") });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        const back = parse(csv(rows));
        expect(back.map((row) => row.length)).toEqual(rows.map((row) => row.length));
        back.flat().forEach((text, n) => {
          expect(text.endsWith(rows.flat()[n]!)).toBe(true);
        });
      }),
    );
  });
});
