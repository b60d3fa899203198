/** Enrolment: which frames become templates, and what a person is told whose frames do not. Templates at rest. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance } from '../../../server/proofs/face/engine.ts';
import { enrol, defaultEnrolPolicy as policy } from '../../../server/proofs/face/enrol.ts';
import {
  open,
  packTemplate,
  SealError,
  type SealKeys,
  seal,
  sealedWith,
  unpackTemplate,
} from '../../../server/proofs/face/seal.ts';
import { descriptorOf, faceOf, frameWith, hashOf, type Look } from './people.ts';

const burst = (change: Look = {}) =>
  Array.from({ length: 7 }, (_, i) =>
    frameWith(faceOf({ yaw: 2 * i - 6, descriptor: descriptorOf(0, 0.2, i), hash: hashOf(i), ...change })),
  );

describe('an enrolment', () => {
  it('keeps several templates, unlike each other, of frames that pass every gate', () => {
    const result = enrol(policy, burst());
    if (result.kind !== 'enrolled') throw new Error(result.kind);
    expect(result.templates).toHaveLength(policy.templatesMax);
    expect(new Set(result.frames).size).toBe(policy.templatesMax);
    for (const [i, a] of result.templates.entries()) {
      for (const b of result.templates.slice(0, i)) expect(distance(a.descriptor, b.descriptor)).toBeGreaterThan(0.1);
    }
  });

  it.each<[string, string, Look]>([
    ['too far off', 'comeCloser', { size: 3 }],
    ['blurred', 'holdStill', { sharpness: 3 }],
    ['dark', 'moreLight', { light: 20 }],
    ['in glaring light', 'lessLight', { light: 250 }],
    ['turned away', 'lookStraight', { yaw: 40 }],
    ['one picture only', 'moveALittle', { descriptor: descriptorOf(0), hash: hashOf(1) }],
  ])('is asked again when it is %s, with what to change', (_name, advice, change) => {
    expect(enrol(policy, burst(change))).toMatchObject({ kind: 'again', advice: expect.arrayContaining([advice]) });
  });

  it('is of one person, alone', () => {
    const one = burst();
    const swapped = burst().map((frame, i) =>
      i < 4 ? frame : frameWith(faceOf({ descriptor: descriptorOf(2, 0.1, i), hash: hashOf(i) })),
    );
    const beside = one.map(({ faces }) => frameWith(...faces, faceOf()));
    expect(enrol(policy, swapped)).toEqual({ kind: 'again', advice: ['notOnePerson'] });
    expect(enrol(policy, beside)).toEqual({ kind: 'again', advice: ['severalFaces'] });
    expect(
      enrol(
        policy,
        one.map(() => frameWith()),
      ),
    ).toEqual({ kind: 'again', advice: ['noFace'] });
    expect(enrol(policy, one.slice(0, 2))).toEqual({ kind: 'again', advice: [] });
  });
});

describe('a sealed template', () => {
  const key = (id: string) => ({ id, key: randomBytes(32) });
  const [march, april] = [key('2026-03'), key('2026-04')];
  const why = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return error instanceof SealError ? error.why : String(error);
    }
    return 'opened';
  };

  it('opens for its person and purpose, byte for byte, and for no other', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.string(), (plain, person, other) => {
        const sealed = seal([march], 'template', person, plain);
        expect(open([march], 'template', person, sealed)).toEqual(Buffer.from(plain));
        expect(why(() => open([march], 'frame', person, sealed))).toBe('broken');
        if (other !== person) expect(why(() => open([march], 'template', other, sealed))).toBe('broken');
      }),
    );
  });

  it('opens after its key has been followed by another, and never again when the key is destroyed', () => {
    const old = seal([march], 'template', 'p', Buffer.from('x'));
    const rotated: SealKeys = [april, march];
    expect(open(rotated, 'template', 'p', old).toString()).toBe('x');
    expect(sealedWith(seal(rotated, 'template', 'p', Buffer.from('x')))).toBe('2026-04');
    expect(why(() => open([april], 'template', 'p', old))).toBe('unknownKey');
  });

  it('is broken by any change of any byte, and two seals of one template are unlike', () => {
    const sealed = seal([march], 'template', 'p', Buffer.from('descriptor'));
    for (let i = 0; i < sealed.length; i++) {
      const bent = Buffer.from(sealed);
      bent[i] = (bent[i] ?? 0) ^ 1;
      expect(why(() => open([march], 'template', 'p', bent))).not.toBe('opened');
    }
    for (let i = 0; i < sealed.length; i++) {
      expect(why(() => open([march], 'template', 'p', sealed.subarray(0, i)))).not.toBe('opened');
    }
    expect(seal([march], 'template', 'p', Buffer.from('descriptor'))).not.toEqual(sealed);
  });

  it('packs to half a kilobyte and back', () => {
    const template = { descriptor: Array.from(Float32Array.from(descriptorOf(0, 0.3))), hash: hashOf(3) };
    expect(packTemplate(template).length).toBe(2 + 512 + 64);
    expect(unpackTemplate(packTemplate(template))).toEqual(template);
  });
});
