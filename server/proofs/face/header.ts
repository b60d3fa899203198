/**
 * What a picture's own bytes say of it before anything is decoded. Pure. Guarantees: reads at most the
 * bytes given, never allocates by what they say, and ends on any input.
 */

export interface Header {
  readonly type: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
  /** Its end mark is there: a picture cut short on the way has none. */
  readonly whole: boolean;
}

/** null: neither a JPEG nor a PNG, or its header is broken. */
export function headerOf(bytes: Uint8Array): Header | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHeader(view);
  if (bytes.length >= 33 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a)
    return pngHeader(view);
  return null;
}

/** PNG: the first chunk is IHDR, the last IEND of no length (ISO/IEC 15948). */
function pngHeader(view: DataView): Header | null {
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return null;
  const end = view.byteLength;
  const whole = end >= 45 && view.getUint32(end - 12) === 0 && view.getUint32(end - 8) === 0x49454e44;
  return { type: 'png', width: view.getUint32(16), height: view.getUint32(20), whole };
}

/** JPEG: segments up to the frame header SOF0–SOF15, less DHT, JPG and DAC, which share its numbers (ITU-T T.81 B.1). */
function jpegHeader(view: DataView): Header | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { type: 'jpeg', width, height, whole: endsWithMark(view) };
    }
    // The scan begins (SOS) or the picture ends (EOI) and no size was said.
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + length;
  }
  return null;
}

/** Some cameras add zeros behind the end mark FF D9. */
function endsWithMark(view: DataView): boolean {
  let last = view.byteLength - 1;
  while (last > 2 && view.getUint8(last) === 0) last -= 1;
  return view.getUint8(last) === 0xd9 && view.getUint8(last - 1) === 0xff;
}
