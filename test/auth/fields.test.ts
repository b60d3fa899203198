import { describe, expect, it } from 'vitest';
import { idField } from '../../server/auth/fields.ts';

describe('an id', () => {
  it.each(['constructor', '__proto__', 'toString'])('is not %s: no state could be kept under it', (id) => {
    expect(idField.safeParse(id).success).toBe(false);
  });
  it('is any other name', () => expect(idField.safeParse('安全-1').success).toBe(true));
});
