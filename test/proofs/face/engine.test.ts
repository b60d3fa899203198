/** The engines and their threads: real weights, a worker killed under its job, a vendor that misbehaves. */
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../../server/proofs/face/decode.ts';
import { distance } from '../../../server/proofs/face/engine.ts';
import { createHttpEngine } from '../../../server/proofs/face/engines/http.ts';
import { hashDistance } from '../../../server/proofs/face/observe.ts';
import { createFacePool, type FacePool, type FacePoolOptions } from '../../../server/proofs/face/pool.ts';

const home = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));

/** Somebody of a group, as a phone would have her: `width` is her face's in the picture, which becomes 200 px. */
async function crop(x: number, y: number, width: number, quality = 75): Promise<Buffer> {
  const canvas = createCanvas(480, 640);
  const scale = 200 / width;
  const picture = await loadImage(join(home, 'demo', 'sample6.jpg'));
  const [left, top] = [x - 140 / scale, y - 180 / scale];
  canvas.getContext('2d').drawImage(picture, left, top, 480 / scale, 640 / scale, 0, 0, 480, 640);
  return canvas.toBuffer('image/jpeg', quality);
}

const pools: FacePool[] = [];
const poolOf = (options: Partial<FacePoolOptions>): FacePool => {
  const pool = createFacePool({ engine: { kind: 'faceApi' }, size: 1, jobMs: 60_000, ...options });
  pools.push(pool);
  return pool;
};
afterAll(() => Promise.all(pools.map((pool) => pool.stop())));
const thread = (): Worker =>
  new Worker(new URL('../../../server/proofs/face/thread.mjs', import.meta.url), {
    execArgv: [],
    workerData: { kind: 'faceApi' },
  });

describe('the engine in its thread', () => {
  const started: Worker[] = [];
  const pool = poolOf({
    start: () => {
      started.push(thread());
      return started.at(-1) as Worker;
    },
  });
  let one: Buffer;
  let two: Buffer;
  let nobody: Buffer;
  beforeAll(async () => {
    [one, two] = await Promise.all([crop(1487, 263, 212), crop(681, 321, 160)]);
    nobody = createCanvas(480, 640).toBuffer('image/png');
  });

  it('finds the face of each frame with pose, landmarks and descriptor, and tells two people apart', async () => {
    const looked = await pool.look([one, await crop(1480, 258, 220, 60), two, nobody]);
    if (looked.kind !== 'seen') throw new Error(looked.kind);
    expect(looked.model).toMatch(/^face-api/);
    expect(looked.frames.map(({ faces }) => faces.length)).toEqual([1, 1, 1, 0]);
    const [first, again, other] = looked.frames.flatMap(({ faces }) => faces);
    if (first === undefined || again === undefined || other === undefined) throw new Error('faces are missing');
    expect(first.landmarks).toHaveLength(68);
    expect(first.descriptor).toHaveLength(128);
    expect(Math.abs(first.pose.yaw)).toBeLessThan(40);
    expect(first.eyesOpen).toBeGreaterThan(0.15);
    expect(first.sharpness).toBeGreaterThan(10);
    expect(distance(first.descriptor, again.descriptor)).toBeLessThan(0.45);
    expect(distance(first.descriptor, other.descriptor)).toBeGreaterThan(0.5);
    expect(hashDistance(first.hash, other.hash)).toBeGreaterThan(hashDistance(first.hash, again.hash));
  }, 60_000);

  it('refuses a check before any thread has it, and goes on', async () => {
    expect(await pool.look([one, one.subarray(0, one.length - 500)])).toEqual({
      kind: 'refused',
      refusal: 'cutShort',
      frame: null,
    });
    expect(await pool.look([])).toEqual({ kind: 'refused', refusal: 'noFrames', frame: null });
    expect((await pool.look([nobody])).kind).toBe('seen');
  }, 60_000);

  it('killed in the middle of a check loses that check as to be asked again, and the next one is looked at', async () => {
    const under = pool.look([one, two, one, two]);
    const next = pool.look([nobody]);
    const working = started.at(-1) as Worker;
    await new Promise((resolve) => setImmediate(resolve));
    void working.terminate();
    expect(await under).toEqual({ kind: 'engineDied' });
    expect((await next).kind).toBe('seen');
    expect(started.at(-1)).not.toBe(working);
  }, 60_000);
});

describe('the queue before the threads', () => {
  class Fake extends EventEmitter {
    readonly works: boolean;
    constructor(works: boolean) {
      super();
      this.works = works;
    }
    postMessage({ id }: { id: number }): void {
      if (this.works)
        setImmediate(() => this.emit('message', { id, result: { kind: 'seen', model: 'm', frames: [] } }));
    }
    ref(): void {}
    unref(): void {}
    terminate(): Promise<number> {
      return Promise.resolve(0);
    }
  }
  const frame = createCanvas(120, 120).toBuffer('image/jpeg');

  it('says busy at once when it is full, and loses none of those it took', async () => {
    const pool = poolOf({ size: 2, waitingMax: 3, start: () => new Fake(true) as unknown as Worker });
    const looked = await Promise.all(Array.from({ length: 9 }, () => pool.look([frame])));
    expect(looked.map(({ kind }) => kind)).toEqual([...Array(5).fill('seen'), ...Array(4).fill('busy')]);
    expect(pool.waiting()).toBe(0);
  });

  it('gives up a thread that hangs, and says so without a word about whom', async () => {
    const said: string[] = [];
    const pool = poolOf({
      jobMs: 20,
      log: (line) => said.push(line),
      start: () => new Fake(false) as unknown as Worker,
    });
    expect(await pool.look([frame])).toEqual({ kind: 'engineDied' });
    expect(said).toEqual(['faces: late: not done within 20 ms']);
  });
});

describe('a vendor’s engine', () => {
  let server: Server;
  let answer: () => { status?: number; body: string };
  let heard: { authorization: string | undefined; type: string | undefined; bytes: number } | null = null;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        heard = {
          authorization: request.headers.authorization,
          type: request.headers['content-type'],
          bytes: Buffer.concat(parts).length,
        };
        const { status = 200, body } = answer();
        response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:9/' } : {}).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const face = (width: number) => ({
    box: { x: 1, y: 2, width, height: 40 },
    score: 0.9,
    landmarks: Array.from({ length: 68 }, (_, i) => ({ x: i, y: i })),
    descriptor: Array.from({ length: 128 }, () => 0.1),
  });
  const find = async () => {
    const { port } = server.address() as AddressInfo;
    const engine = createHttpEngine({
      kind: 'http',
      url: `http://127.0.0.1:${port}/faces`,
      key: 'k',
      model: 'vendor/1',
    });
    return engine.find(await decode(createCanvas(120, 120).toBuffer('image/png')), { thorough: false });
  };

  it('is asked with the frame alone, and answers the largest face first', async () => {
    answer = () => ({ body: JSON.stringify({ faces: [face(20), face(60)] }) });
    expect((await find()).map(({ box }) => box.width)).toEqual([60, 20]);
    expect(heard).toMatchObject({ authorization: 'Bearer k', type: 'image/png' });
  });

  it.each<[string, { status?: number; body: string }]>([
    ['an error', { status: 500, body: '' }],
    ['another place to go', { status: 302, body: '' }],
    ['no JSON', { body: 'busy' }],
    ['half a face', { body: JSON.stringify({ faces: [{ ...face(20), descriptor: [1] }] }) }],
    ['far too much', { body: ' '.repeat(300 * 1024) }],
  ])('that answers %s counts as none', async (_name, given) => {
    answer = () => given;
    await expect(find()).rejects.toThrow();
  });
});
