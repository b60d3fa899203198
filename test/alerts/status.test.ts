import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../server/alerts/cursor.ts';
import { alertStatuses, decisions, decisionsFrom, nextStatus } from '../../server/alerts/status.ts';
import { maskName } from '../../server/auth/mask.ts';
import { AppError } from '../../server/errors.ts';

describe('the way of an alert', () => {
  it('has exactly these steps', () => {
    const steps = alertStatuses.flatMap((from) =>
      decisions.flatMap((decision) => {
        const to = nextStatus(from, decision);
        return to === null ? [] : [`${from} -${decision}-> ${to}`];
      }),
    );
    expect(steps.toSorted()).toEqual([
      'lead -confirmed-> determined',
      'lead -dismissed-> dismissed',
      'open -dismissed-> dismissed',
      'open -lead-> lead',
    ]);
  });

  it('ends in a determination or a dismissal', () => {
    expect(decisionsFrom('determined')).toEqual([]);
    expect(decisionsFrom('dismissed')).toEqual([]);
  });
});

describe('cursors', () => {
  it.each([[{ atMs: 0, id: 'a' }], [{ atMs: 1_772_000_000_000, id: '警.1.2' }]])(
    'come back as written: %j',
    (place) => {
      expect(readCursor(writeCursor(place))).toEqual(place);
    },
  );

  it.each([
    '',
    '!!!!',
    'AAAA',
    Buffer.from('1e9.a').toString('base64url'),
    Buffer.from('-1.a').toString('base64url'),
    Buffer.from('1.').toString('base64url'),
    Buffer.from('1.\u0000').toString('base64url'),
    Buffer.from(`${'9'.repeat(16)}.a`).toString('base64url'),
    `${writeCursor({ atMs: 1, id: 'a' })}=`,
  ])('refuse %j', (text) => {
    expect(() => readCursor(text)).toThrowError(AppError);
  });
});

describe('names as shown', () => {
  it.each([
    ['王小明', '王**'],
    ['王明', '王*'],
    ['王', '王*'],
    ['', '*'],
    ['  ', '*'],
    ['𠮷田太郎', '𠮷***'],
    ['Maximilian', 'M****'],
  ])('%j → %j', (name, shown) => {
    expect(maskName(name)).toBe(shown);
  });
});
