/**
 * The index of an MP4 file (ISO/IEC 14496-12): where the chunks of its video track lie, or of its sound if
 * it has no video, and when each begins. A fragmented file has none.
 */
import type { Point } from './mediaIndex.ts';
import type { Source } from './source.ts';

/** The tables of a day of video are some 30 MB. */
const MOOV_BYTES_MAX = 64 * 1024 * 1024;
const BOXES_MAX = 10_000;
const CHUNKS_MAX = 1_000_000;

interface Box {
  readonly type: string;
  readonly content: Buffer;
}

export function isMp4(head: Buffer): boolean {
  return head.length >= 8 && head.toString('latin1', 4, 8) === 'ftyp';
}

export async function mp4Points(source: Source): Promise<readonly Point[]> {
  const moov = await findMoov(source);
  if (moov === null) return [];
  const tracks = boxesIn(moov).filter(({ type }) => type === 'trak');
  const kind = (track: Box): string => find(track.content, 'mdia', 'hdlr')?.toString('latin1', 8, 12) ?? '';
  const track = tracks.find((one) => kind(one) === 'vide') ?? tracks.find((one) => kind(one) === 'soun');
  return track === undefined ? [] : pointsOf(track.content, source.size);
}

async function findMoov(source: Source): Promise<Buffer | null> {
  let at = 0;
  for (let seen = 0; at < source.size && seen < BOXES_MAX; seen += 1) {
    const head = await source.read(at, 16);
    if (head.length < 8) return null;
    const { size, header } = sizeOf(head, source.size - at);
    if (size < header) return null;
    if (head.toString('latin1', 4, 8) === 'moov') {
      return size > MOOV_BYTES_MAX ? null : source.read(at + header, size - header);
    }
    at += size;
  }
  return null;
}

/** A box's size, its header included. 1: it follows in 64 bits; 0: to the end. */
function sizeOf(head: Buffer, left: number): { readonly size: number; readonly header: number } {
  const told = head.readUInt32BE(0);
  if (told === 0) return { size: left, header: 8 };
  if (told === 1 && head.length >= 16) return { size: Number(head.readBigUInt64BE(8)), header: 16 };
  return { size: told, header: 8 };
}

function boxesIn(bytes: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && boxes.length < BOXES_MAX; ) {
    const { size, header } = sizeOf(bytes.subarray(at), bytes.length - at);
    if (size < header) break;
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + header, at + size) });
    at += size;
  }
  return boxes;
}

function find(bytes: Buffer, ...path: readonly string[]): Buffer | null {
  let here: Buffer | undefined = bytes;
  for (const type of path) {
    here = boxesIn(here).find((box) => box.type === type)?.content;
    if (here === undefined) return null;
  }
  return here;
}

function pointsOf(track: Buffer, fileBytes: number): readonly Point[] {
  const header = find(track, 'mdia', 'mdhd');
  const table = find(track, 'mdia', 'minf', 'stbl');
  if (header === null || header.length < 24 || table === null) return [];
  const ticksPerSecond = header.readUInt32BE(header[0] === 1 ? 20 : 12);
  const offsets = offsetsIn(table);
  const perChunk = rowsOf(find(table, 'stsc'), 3);
  const durations = rowsOf(find(table, 'stts'), 2);
  if (ticksPerSecond === 0 || offsets.length === 0) return [];

  const points: Point[] = [];
  let ticks = 0;
  let row = 0;
  let [left = 0, each = 0] = durations[0] ?? [];
  let group = 0;
  for (const [chunk, offset] of offsets.entries()) {
    points.push([offset, Math.round((1000 * ticks) / ticksPerSecond)]);
    while ((perChunk[group + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= chunk + 1) group += 1;
    for (let samples = perChunk[group]?.[1] ?? 0; samples > 0; ) {
      if (left === 0) {
        row += 1;
        const next = durations[row];
        if (next === undefined) break;
        [left = 0, each = 0] = next;
        continue;
      }
      const taken = Math.min(samples, left);
      ticks += taken * each;
      left -= taken;
      samples -= taken;
    }
  }
  return [...points, [fileBytes, Math.round((1000 * ticks) / ticksPerSecond)]];
}

function offsetsIn(table: Buffer): readonly number[] {
  const short = rowsOf(find(table, 'stco'), 1);
  if (short.length > 0) return short.map(([offset = 0]) => offset);
  return rowsOf(find(table, 'co64'), 2).map(([high = 0, low = 0]) => high * 2 ** 32 + low);
}

/** The rows of a table of 32-bit numbers: version and flags, a count, the rows. */
function rowsOf(table: Buffer | null, width: number): readonly (readonly number[])[] {
  if (table === null || table.length < 8) return [];
  const count = Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / (4 * width)), CHUNKS_MAX);
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (_, column) => table.readUInt32BE(8 + 4 * (row * width + column))),
  );
}
