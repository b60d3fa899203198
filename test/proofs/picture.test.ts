/** Pictures of a bank: what is no picture is not kept, whatever its name says. */
import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PICTURE_BYTES_MAX, readPicture } from '../../server/classes/picture.ts';

const canvas = createCanvas(320, 200);
canvas.getContext('2d').fillRect(10, 10, 100, 100);
const png = canvas.toBuffer('image/png');
const jpeg = canvas.toBuffer('image/jpeg');
const says = (bytes: Buffer) => {
  const read = readPicture(bytes);
  return 'en' in read ? read.en : `${read.type} ${read.width}×${read.height}`;
};

describe('a picture', () => {
  it('is known by what it is', () => {
    expect([says(png), says(jpeg)]).toEqual(['image/png 320×200', 'image/jpeg 320×200']);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a script that says PNG', Buffer.concat([png.subarray(0, 8), Buffer.from('<script>alert(1)</script>')])],
    ['a page', Buffer.from('<!doctype html><svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['a PNG that was cut short', png.subarray(0, png.length - 5)],
    ['a PNG with something behind it', Buffer.concat([png, Buffer.from('PK\u0003\u0004')])],
    [
      'a PNG whose first chunk claims 4 GB',
      Buffer.concat([png.subarray(0, 8), Buffer.alloc(4, 0xff), png.subarray(12)]),
    ],
    ['a JPEG that was cut short', jpeg.subarray(0, jpeg.length - 2)],
    ['a JPEG without a frame', Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9])],
    ['a JPEG whose segment goes back', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9])],
    ['a GIF', Buffer.from('GIF89a\u0001\u0000\u0001\u0000')],
  ])('is not %s', (_name, bytes) => {
    expect(says(bytes)).toBe('this is no whole PNG or JPEG picture');
  });

  it('is neither too small to be hit, nor too large to be shown or sent', () => {
    expect(says(createCanvas(99, 200).toBuffer('image/png'))).toMatch(/100 to 2000/);
    expect(says(createCanvas(2001, 200).toBuffer('image/png'))).toMatch(/100 to 2000/);
    expect(says(Buffer.concat([png, Buffer.alloc(PICTURE_BYTES_MAX)]))).toMatch(/200 KB/);
  });

  it('never makes the reader fail, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(png, jpeg), fc.nat(60), (noise, real, at) => {
        const bytes = Buffer.from(real);
        bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), at);
        expect(typeof says(bytes)).toBe('string');
        expect(typeof says(Buffer.concat([real.subarray(0, at), noise]))).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
