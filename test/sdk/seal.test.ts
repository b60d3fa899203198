import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { beaconTexts } from '../../sdk/beacon.ts';
import { createSeal } from '../../sdk/seal.ts';
import { BEACON_BYTES_MAX, beaconSchema } from '../../sdk/wire.ts';

const reference = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

describe('seal', () => {
  it('chains each MAC over the one before, from the session id', () => {
    const key = randomBytes(32);
    const seal = createSeal('session-0001', key.toString('base64url'));
    const first = reference(key, 'session-0001|{"seq":1}');
    expect(seal.next('{"seq":1}')).toBe(first);
    expect(seal.next('{"seq":2}')).toBe(reference(key, `${first}|{"seq":2}`));
  });

  it('gives the same MAC as a fixed vector', () => {
    const key = Buffer.alloc(32, 7).toString('base64url');
    const seal = createSeal('s-vector-1', key);
    expect(seal.next('{}')).toBe('oRf_1y14i6JjYkdtlMl9EcO6E8ejptLz4jIdt0QuPv8');
  });

  it('proves the key for one socket', () => {
    const key = randomBytes(32);
    const seal = createSeal('session-0001', key.toString('base64url'));
    expect(seal.proof('socket-a')).toBe(reference(key, 'resume|session-0001|socket-a'));
    expect(seal.proof('socket-a')).not.toBe(seal.proof('socket-b'));
  });
});

describe('beacon texts', () => {
  it('are split below the server’s limit, in order, and every one is valid', () => {
    const beats = Array.from({ length: 400 }, (_, n) => ({
      body: JSON.stringify({ seq: n + 1, filler: '"'.repeat(200) }),
      mac: 'm'.repeat(43),
      queued: true,
    }));
    const texts = beaconTexts('session-0001', beats);
    expect(texts.length).toBeGreaterThan(1);
    const parsed = texts.map((text) => beaconSchema.parse(JSON.parse(text)));
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BEACON_BYTES_MAX);
    expect(parsed.flatMap((beacon) => beacon.beats)).toEqual(beats);
  });
});
