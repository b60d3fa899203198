/**
 * The index of a WebM file (Matroska, RFC 9559): its clusters, each of which names its time. Only headers
 * are read: some 32 bytes a cluster. A live recording whose clusters have no size has no index.
 */
import type { Point } from './mediaIndex.ts';
import type { Source } from './source.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;

/** A header and the elements before a cluster's timestamp. */
const HEAD_BYTES = 64;
/** 24 h at a cluster a second. */
const CLUSTERS_MAX = 100_000;
const ELEMENTS_MAX = 200_000;
const INFO_BYTES_MAX = 65_536;

interface Element {
  readonly id: number;
  /** Where its content begins. */
  readonly at: number;
  /** `null`: unknown, to the end of what it lies in. */
  readonly size: number | null;
}

export function isWebm(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32BE(0) === EBML;
}

/** Empty: it has no clusters, or none whose size is told. */
export async function webmPoints(source: Source): Promise<readonly Point[]> {
  const points: Point[] = [];
  let ticksPerMs = 1;
  let durationTicks = 0;
  let end = 0;
  let at = 0;
  for (let seen = 0; at < source.size && seen < ELEMENTS_MAX && points.length < CLUSTERS_MAX; seen += 1) {
    const head = await source.read(at, HEAD_BYTES);
    const element = elementIn(head, 0);
    if (element === null) break;
    const content = at + element.at;
    if (element.id === SEGMENT) {
      at = content;
      continue;
    }
    if (element.size === null) return [];
    if (element.id === INFO) {
      const info = await source.read(content, Math.min(element.size, INFO_BYTES_MAX));
      ticksPerMs = 1_000_000 / (numberIn(info, TIMESTAMP_SCALE) ?? 1_000_000);
      durationTicks = floatIn(info, DURATION) ?? 0;
    }
    if (element.id === CLUSTER) {
      const ticks = numberIn(head.subarray(element.at), TIMESTAMP);
      if (ticks === null) return [];
      points.push([at, Math.round(ticks / ticksPerMs)]);
      end = content + element.size;
    }
    at = content + element.size;
  }
  const last = points.at(-1);
  if (last === undefined) return [];
  // Without a duration the last cluster is as long as the longest.
  const longest = Math.max(1, ...points.map(([, ms], i) => ms - (points[i - 1]?.[1] ?? 0)));
  const told = Math.round(durationTicks / ticksPerMs);
  return [...points, [Math.min(end, source.size), told > last[1] ? told : last[1] + longest]];
}

/** The element whose header stands at `from`; `null`: none stands there. */
function elementIn(bytes: Buffer, from: number): Element | null {
  const id = vint(bytes, from, 4);
  if (id === null) return null;
  const size = vint(bytes, from + id.length, 8);
  if (size === null) return null;
  const marker = 2 ** (7 * size.length);
  const told = size.value - marker;
  return { id: id.value, at: from + id.length + size.length, size: told === marker - 1 ? null : told };
}

/** A number of variable length, its length marker included. */
function vint(bytes: Buffer, at: number, most: number): { readonly value: number; readonly length: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const length = Math.clz32(first) - 23;
  if (length > most || at + length > bytes.length) return null;
  let value = first;
  for (let i = 1; i < length; i += 1) value = value * 256 + (bytes[at + i] ?? 0);
  return { value, length };
}

/** The content of the first child with this id. */
function childIn(bytes: Buffer, id: number): Buffer | null {
  for (let at = 0; at < bytes.length; ) {
    const child = elementIn(bytes, at);
    if (child === null || child.size === null) return null;
    if (child.id === id) return bytes.subarray(child.at, child.at + child.size);
    at = child.at + child.size;
  }
  return null;
}

function numberIn(bytes: Buffer, id: number): number | null {
  const found = childIn(bytes, id);
  return found === null || found.length < 1 || found.length > 6 ? null : found.readUIntBE(0, found.length);
}

function floatIn(bytes: Buffer, id: number): number | null {
  const found = childIn(bytes, id);
  if (found?.length === 4) return found.readFloatBE(0);
  return found?.length === 8 ? found.readDoubleBE(0) : null;
}
