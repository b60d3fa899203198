/**
 * A vendor's engine over HTTP: `POST url` with the frame as PNG and `Authorization: Bearer key`; it answers
 * `{ faces: [{ box, score, landmarks, descriptor }] }` as engine.ts describes them. Where a vendor speaks
 * otherwise, a small relay beside it translates. Guarantees: what it answers is checked; an answer that is
 * late, too large, or none is an error, so the check is asked again and nobody is judged by it.
 */
import { createCanvas, ImageData } from '@napi-rs/canvas';
import { z } from 'zod';
import type { EngineChoice, FaceEngine } from '../engine.ts';

const TIMEOUT_MS = 5000;
/** Eight faces of 68 points and 128 numbers are 40 KB. */
const ANSWER_BYTES_MAX = 256 * 1024;

const point = z.object({ x: z.number(), y: z.number() });
const answer = z.object({
  faces: z
    .array(
      z.object({
        box: point.extend({ width: z.number().positive(), height: z.number().positive() }),
        score: z.number().min(0).max(1),
        landmarks: z.array(point).length(68),
        descriptor: z.array(z.number()).length(128),
      }),
    )
    .max(8),
});

export function createHttpEngine({ url, key, model }: Extract<EngineChoice, { kind: 'http' }>): FaceEngine {
  return {
    model,
    async find({ width, height, data }) {
      const canvas = createCanvas(width, height);
      canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'image/png', authorization: `Bearer ${key}` },
        body: new Uint8Array(canvas.toBuffer('image/png')),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`the face engine answered ${response.status}`);
      const { faces } = answer.parse(JSON.parse(await bounded(response)));
      return faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
    },
  };
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > ANSWER_BYTES_MAX) {
      await reader?.cancel();
      throw new Error('the face engine answered too much');
    }
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString('utf8');
}
