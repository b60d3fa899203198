/** From bytes to the time that they play: on the demo's WebM, on an MP4 made here, and on what is neither. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GAP_MS_MAX, indexOf, type MediaIndex, type Point, timesOf } from '../../server/delivery/index/mediaIndex.ts';
import { readIndex } from '../../server/delivery/index/read.ts';
import { cellMsOf } from '../../server/delivery/teller.ts';
import { type Chunk, mp4 } from '../support/mp4.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-index-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function indexOfBytes(bytes: Uint8Array): Promise<MediaIndex | null> {
  const path = join(dir, `${Math.random()}`);
  await writeFile(path, bytes);
  return readIndex(path);
}
const clip = new URL('../../web-player/media/fire-extinguisher.webm', import.meta.url).pathname;

describe('a WebM file', () => {
  it('is read by its clusters, to its end', async () => {
    const index = await readIndex(clip);
    expect(index?.points.length).toBe(51);
    expect(index?.points[0]).toEqual([1586, 0]);
    expect(index?.points.at(-1)).toEqual([2_994_557, 200_002]);
  });

  it('that is cut short, or whose clusters have no size, tells what it can, or nothing', async () => {
    const bytes = await readFile(clip);
    const half = await indexOfBytes(bytes.subarray(0, 1_500_000));
    expect(half === null || (half.points.at(-1)?.[0] ?? 0) <= 1_500_000).toBe(true);
    const live = Buffer.from(bytes);
    // The first cluster's size, as a live recording leaves it.
    Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).copy(live, 1586 + 4);
    expect(await indexOfBytes(live)).toBeNull();
  });
});

describe('an MP4 file', () => {
  /** A chunk a second, of as many bytes as its number says, sound between them. */
  const chunks: Chunk[] = Array.from({ length: 60 }, (_, i) => ({ bytes: 1000 + 37 * ((i * 13) % 50), ms: 1000 }));

  it.each(['first', 'last'] as const)('is read by the chunks of its video, its tables %s', async (tables) => {
    const { bytes, videoAt } = mp4(chunks, { tables });
    const index = await indexOfBytes(bytes);
    expect(index?.points.slice(0, -1)).toEqual(videoAt.map((at, i) => [at, i * 1000]));
    expect(index?.points.at(-1)).toEqual([bytes.length, 60_000]);
  });

  it('with 64-bit places is read too', async () => {
    const { bytes, videoAt } = mp4(chunks, { tables: 'first', wide: true });
    expect((await indexOfBytes(bytes))?.points[7]).toEqual([videoAt[7], 7000]);
  });
});

describe('nothing is concluded from', () => {
  it.each([
    ['an empty file', new Uint8Array()],
    ['text', Buffer.from('#EXTM3U\n#EXT-X-VERSION:3')],
    ['a beginning without a rest', Buffer.from([0x1a, 0x45, 0xdf, 0xa3])],
    ['an MP4 without tables', Buffer.from('\0\0\0\x10ftypisom\0\0\0\0', 'latin1')],
  ])('%s', async (_what, bytes) => {
    expect(await indexOfBytes(bytes)).toBeNull();
  });

  it('points that are too far apart', () => {
    expect(
      indexOf([
        [0, 0],
        [10, GAP_MS_MAX + 1],
      ]),
    ).toBeNull();
    expect(
      indexOf([
        [0, 0],
        [10, GAP_MS_MAX],
      ]),
    ).not.toBeNull();
  });

  it('whatever bytes: no reader throws or runs for ever', async () => {
    const heads = [
      Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff]),
      Buffer.from('\0\0\0\x08ftyp\0\0\0\0moov', 'latin1'),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, rest) => {
        await indexOfBytes(Buffer.concat([head, rest]));
      }),
      { numRuns: 200 },
    );
  });
});

/** A file in which each stretch of media has a density of its own, as variable bit rates have. */
const files = fc
  .array(fc.record({ bytes: fc.integer({ min: 1, max: 200_000 }), ms: fc.integer({ min: 1, max: GAP_MS_MAX }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((pieces) => {
    const points: Point[] = [[500, 0]];
    for (const { bytes, ms } of pieces) {
      const [byte, at] = points.at(-1)!;
      points.push([byte + bytes, at + ms]);
    }
    return points;
  });

it('never claims more than was sent and one gap at each end, and never less', () => {
  fc.assert(
    fc.property(
      files,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (points, a, b) => {
        const index = indexOf(points)!;
        const end = points.at(-1)![0];
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((share) => Math.floor(share * end)) as [number, number];
        const claimed = timesOf(index, from, to);
        // What may lie in the bytes at most and at least, whatever the density between two points.
        const most = [
          points.findLast(([byte]) => byte <= from)?.[1] ?? 0,
          points.find(([byte]) => byte >= to)?.[1] ?? 0,
        ] as const;
        if (claimed === null) return;
        expect(claimed[0]).toBeGreaterThanOrEqual(most[0]);
        expect(claimed[1]).toBeLessThanOrEqual(most[1]);
        const least = [
          points.find(([byte]) => byte >= from)![1],
          points.findLast(([byte]) => byte <= to)?.[1] ?? 0,
        ] as const;
        if (least[1] > least[0]) {
          expect(claimed[0]).toBeLessThanOrEqual(least[0]);
          expect(claimed[1]).toBeGreaterThanOrEqual(least[1]);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

it('an hour of play is some sixty events, a short lesson as many at most', () => {
  for (const [minutes, most] of [
    [1, 6],
    [3, 18],
    [10, 60],
    [45, 60],
    [60, 60],
    [120, 120],
  ] as const) {
    const lessonMs = minutes * 60_000;
    expect(Math.ceil(lessonMs / cellMsOf(lessonMs))).toBeLessThanOrEqual(most);
  }
});
