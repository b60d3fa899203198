import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, createIdentity, maskCitizenId, readCitizenId } from '../../server/classes/identity.ts';
import { demoTrainees } from '../../server/demo/people.ts';

const REAL = ['11010519491231002X', '440524188001010014'] as const;

const birth = fc.date({ min: new Date('1900-01-01'), max: new Date('2010-12-31'), noInvalidDate: true });
const citizenIds = fc
  .tuple(fc.constantFrom('110105', '220581', '440524', '659001'), birth, fc.integer({ min: 0, max: 999 }))
  .map(([region, date, sequence]) => {
    const digits = `${region}${date.toISOString().slice(0, 10).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
    return digits + checkDigit(digits);
  });

describe('a citizen ID', () => {
  it('is accepted with the published example’s check digit', () => {
    expect(readCitizenId(REAL[0])).toBe(REAL[0]);
    // Its check digit is right; its birth, in 1880, is nobody's who trains now.
    expect(checkDigit(REAL[1].slice(0, 17))).toBe('4');
    expect(readCitizenId(REAL[1])).toBeNull();
  });

  it('is accepted as people type it', () => {
    expect(readCitizenId(' 11010519491231002x\t')).toBe(REAL[0]);
    expect(readCitizenId('11010519491231002X')).toBe(REAL[0]);
  });

  it.each([
    ['the old 15 digits', '110105491231002'],
    ['a wrong check digit', '110105194912310021'],
    ['a day that never was', withCheck('11010519490230002')],
    ['a birth in the future', withCheck('11010520991231002')],
    ['a province that is none', withCheck('99010519491231002')],
    ['X in the middle', '1101051949X231002X'],
    ['empty', ''],
    ['blanks inside', '110105 19491231 002X'],
  ])('is refused when it is %s', (_what, text) => {
    expect(readCitizenId(text)).toBeNull();
  });

  it('is accepted whenever its check digit is right', () => {
    fc.assert(fc.property(citizenIds, (id) => readCitizenId(id) === id));
  });

  it('is refused when any one digit is wrong', () => {
    fc.assert(
      fc.property(citizenIds, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (id, at, by) => {
        const wrong = id.slice(0, at) + String((Number(id[at]) + by) % 10) + id.slice(at + 1);
        return readCitizenId(wrong) === null;
      }),
    );
  });

  it('is refused when two neighbours are swapped', () => {
    fc.assert(
      fc.property(citizenIds, fc.integer({ min: 0, max: 15 }), (id, at) => {
        const swapped = id.slice(0, at) + id[at + 1] + id[at] + id.slice(at + 2);
        return swapped === id || readCitizenId(swapped) === null;
      }),
    );
  });

  it('is shown masked', () => {
    expect(maskCitizenId(REAL[0])).toBe('110105********002X');
  });

  it('is well formed for every invented trainee, each another person', () => {
    expect(demoTrainees.length).toBeGreaterThanOrEqual(12);
    for (const { citizenId } of demoTrainees) expect(readCitizenId(citizenId)).toBe(citizenId);
    expect(new Set(demoTrainees.map((t) => t.citizenId)).size).toBe(demoTrainees.length);
  });
});

describe('an identity', () => {
  const identity = createIdentity(Buffer.alloc(32, 1));

  it('gives one person one key, and another installation another', () => {
    expect(identity.personKey(REAL[0])).toBe(createIdentity(Buffer.alloc(32, 1)).personKey(REAL[0]));
    expect(identity.personKey(REAL[0])).toHaveLength(43);
    expect(createIdentity(Buffer.alloc(32, 2)).personKey(REAL[0])).not.toBe(identity.personKey(REAL[0]));
  });

  it('seals and unseals any text, never twice to the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const one = identity.seal(text, 'name');
        return identity.unseal(one, 'name') === text && !one.equals(identity.seal(text, 'name'));
      }),
      { numRuns: 50 },
    );
  });

  it('does not unseal what was changed, moved to another column, or sealed with another key', () => {
    const sealed = identity.seal('李晓梅', 'name');
    for (let i = 0; i < sealed.length; i += 1) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => identity.unseal(changed, 'name')).toThrow();
    }
    expect(() => identity.unseal(sealed, 'citizenId')).toThrow();
    expect(() => createIdentity(Buffer.alloc(32, 2)).unseal(sealed, 'name')).toThrow();
    expect(() => identity.unseal(Buffer.alloc(0), 'name')).toThrow();
  });
});

function withCheck(digits: string): string {
  return digits + checkDigit(digits);
}
