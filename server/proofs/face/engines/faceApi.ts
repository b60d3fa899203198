/**
 * @vladmandic/face-api, on WebAssembly unless something faster is installed (see backend.ts). Weights and WebAssembly
 * come from the packages on disk; nothing is fetched. Heavy (about 200 MB with its weights): loaded in a worker thread only.
 *
 * On one core a frame takes 45 ms to find faces with the tiny detector at 320 px, 12 ms for landmarks and
 * 30 ms for a descriptor. The SSD detector takes 300 ms and finds faces in the dark and from the side that
 * the tiny one misses: it is the thorough way.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as FaceApi from '@vladmandic/face-api/dist/face-api.node-wasm.js';
import type { Pixels } from '../decode.ts';
import type { Face, FaceEngine } from '../engine.ts';
import { loadBackend } from './backend.ts';

/** Below it, hands and curtains are faces; face-api's own default is 0.5, and side views score less. */
const SCORE_MIN = 0.4;
const FACES_MAX = 8;
/** A multiple of 32; at 224 a face that fills a fifth of the picture is missed. */
const TINY_INPUT_PX = 320;

export async function createFaceApi(): Promise<FaceEngine> {
  const require = createRequire(import.meta.url);
  const { api } = await loadBackend(require);
  const weights = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  const { tinyFaceDetector, ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = api.nets;
  for (const net of [tinyFaceDetector, ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) {
    await net.loadFromDisk(weights);
  }
  const tiny = new api.TinyFaceDetectorOptions({ inputSize: TINY_INPUT_PX, scoreThreshold: SCORE_MIN });
  const ssd = new api.SsdMobilenetv1Options({ minConfidence: SCORE_MIN, maxResults: FACES_MAX });

  async function seen(pixels: Pixels, way: typeof tiny | typeof ssd): Promise<readonly Face[]> {
    const tensor = api.tf.tensor3d(rgb(pixels), [pixels.height, pixels.width, 3], 'int32');
    try {
      const found = await api
        .detectAllFaces(tensor as unknown as FaceApi.TNetInput, way)
        .withFaceLandmarks()
        .withFaceDescriptors();
      return found
        .map(({ detection: { box, score }, landmarks, descriptor }) => ({
          box: { x: box.x, y: box.y, width: box.width, height: box.height },
          score,
          landmarks: landmarks.positions.map(({ x, y }) => ({ x, y })),
          descriptor: Array.from(descriptor),
        }))
        .toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height)
        .slice(0, FACES_MAX);
    } finally {
      tensor.dispose();
    }
  }

  return {
    model: 'face-api/resnet34@1.7',
    find: (pixels, { thorough }) => seen(pixels, thorough ? ssd : tiny),
  };
}

function rgb({ data, width, height }: Pixels): Int32Array {
  const out = new Int32Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    out[to++] = data[from] ?? 0;
    out[to++] = data[from + 1] ?? 0;
    out[to++] = data[from + 2] ?? 0;
  }
  return out;
}
