/** Parts of the SDK's face checks that need no browser: what it sends is what the server reads, and its words. */
import { describe, expect, it } from 'vitest';
import { enrolmentPlan } from '../../sdk/faceBurst.ts';
import { frameBytes } from '../../sdk/faceCalls.ts';
import { actionSigns, actionWords, filled, littleWords, say } from '../../sdk/faceWords.ts';
import { FRAMES_MAX } from '../../server/proofs/face/decode.ts';
import { defaultEnrolPolicy } from '../../server/proofs/face/enrol.ts';
import { readBurst } from '../../server/proofs/face/frames.ts';

describe('the face part', () => {
  it('sends frames as the server reads them, times rounded', () => {
    const frames = [
      { atMs: 1000.4, jpeg: Uint8Array.of(1, 2, 3) },
      { atMs: 70_000, jpeg: new Uint8Array(300).fill(7) },
    ];
    expect(readBurst(Buffer.from(frameBytes(frames)))).toEqual({
      atMs: [1000, 70_000],
      frames: frames.map(({ jpeg }) => Buffer.from(jpeg)),
    });
  });

  it('films enough for an enrolment, each frame in its step, and no more than is taken', () => {
    const { steps, shots, lengthMs } = enrolmentPlan;
    expect(shots.length).toBeGreaterThan(defaultEnrolPolicy.templatesMax);
    expect(shots.length).toBeLessThanOrEqual(FRAMES_MAX);
    for (const { fromMs, toMs } of steps)
      expect(shots.filter(({ atMs }) => fromMs < atMs && atMs < toMs).length).toBeGreaterThan(0);
    expect(Math.max(...shots.map(({ atMs }) => atMs))).toBeLessThan(lengthMs);
  });

  it('says everything in both languages, with the same places to fill in', () => {
    const all = [...Object.values(say), ...Object.values(actionWords), ...Object.values(littleWords)];
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name);
    for (const { zh, en } of all) {
      expect(zh).toMatch(/[一-鿿]/);
      expect(en).not.toMatch(/[一-鿿]/);
      expect(places(zh)).toEqual(places(en));
    }
    expect(filled(say.left, 'seconds', 12)).toEqual({ zh: '剩余 12 秒', en: '12 s left' });
    // Each action can be told from the others without its colour or its words.
    expect(new Set(Object.values(actionSigns)).size).toBe(Object.keys(actionWords).length);
  });
});
