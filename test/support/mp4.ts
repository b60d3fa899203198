/** A small MP4 file: a video track in chunks, with sound between them. Its content is nothing a player could show. */

export interface Chunk {
  readonly bytes: number;
  readonly ms: number;
}

interface Options {
  /** Where the tables stand. */
  readonly tables: 'first' | 'last';
  /** Places in 64 bits. */
  readonly wide?: boolean;
}

const SOUND_BYTES = 300;
const TICKS_PER_SECOND = 12_800;
const SAMPLES = 25;

const u32 = (...numbers: number[]): Buffer => {
  const out = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) out.writeUInt32BE(number, 4 * i);
  return out;
};
const box = (type: string, ...content: Buffer[]): Buffer => {
  const all = Buffer.concat(content);
  return Buffer.concat([u32(all.length + 8), Buffer.from(type, 'latin1'), all]);
};
const table = (type: string, rows: readonly number[][]): Buffer => box(type, u32(0, rows.length), u32(...rows.flat()));

function track(kind: 'vide' | 'soun', places: readonly number[], ticksEach: number, wide: boolean): Buffer {
  const stbl = box(
    'stbl',
    table('stts', [[places.length * SAMPLES, ticksEach]]),
    table('stsc', [[1, SAMPLES, 1]]),
    wide
      ? table(
          'co64',
          places.map((at) => [0, at]),
        )
      : table(
          'stco',
          places.map((at) => [at]),
        ),
  );
  const hdlr = box('hdlr', u32(0, 0), Buffer.from(kind, 'latin1'), Buffer.alloc(12));
  const mdhd = box('mdhd', u32(0, 0, 0, TICKS_PER_SECOND, 0, 0));
  return box('trak', box('mdia', mdhd, hdlr, box('minf', stbl)));
}

/** `videoAt`: where each chunk of the video lies. */
export function mp4(chunks: readonly Chunk[], { tables, wide = false }: Options) {
  const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0', 'latin1'));
  const ticksEach = ((chunks[0]?.ms ?? 0) * TICKS_PER_SECOND) / 1000 / SAMPLES;
  const moovAt = (mediaAt: number) => {
    const videoAt: number[] = [];
    const soundAt: number[] = [];
    let at = mediaAt;
    for (const { bytes } of chunks) {
      videoAt.push(at);
      soundAt.push(at + bytes);
      at += bytes + SOUND_BYTES;
    }
    const moov = box('moov', track('soun', soundAt, ticksEach, wide), track('vide', videoAt, ticksEach, wide));
    return { moov, videoAt };
  };
  const mdat = box('mdat', Buffer.alloc(chunks.reduce((sum, { bytes }) => sum + bytes + SOUND_BYTES, 0)));
  const before = ftyp.length + (tables === 'first' ? moovAt(0).moov.length : 0);
  const { moov, videoAt } = moovAt(before + 8);
  return { bytes: Buffer.concat(tables === 'first' ? [ftyp, moov, mdat] : [ftyp, mdat, moov]), videoAt };
}
