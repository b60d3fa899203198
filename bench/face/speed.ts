/** How fast checks are looked at, how much a worker weighs, and what the event loop feels of it. */
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createFacePool, type FacePool } from '../../server/proofs/face/pool.ts';

export interface Speed {
  readonly perSecondPerCore: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly checks: number;
  readonly workerMb: number;
  readonly full: Full;
}

export interface Full {
  readonly workers: number;
  readonly asked: number;
  readonly done: number;
  readonly busy: number;
  readonly loopP99Ms: number;
  readonly lastMs: number;
}

const CHECKS = 20;
/** How many may wait, and how many are asked at once: more than that. */
const WAITING = 30;
const ASKED = 40;
const MB = 2 ** 20;

export async function measureSpeed(frames: readonly Buffer[]): Promise<Speed> {
  const engine = { kind: 'faceApi' } as const;
  const before = process.memoryUsage().rss;
  const one = createFacePool({ engine, size: 1 });
  await one.look(frames);
  await one.look(frames);
  const times: number[] = [];
  for (let i = 0; i < CHECKS; i++) times.push(await timed(one, frames));
  const workerMb = (process.memoryUsage().rss - before) / MB;
  await one.stop();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(CHECKS - 1, Math.floor(share * CHECKS))] ?? Number.NaN;
  const total = times.reduce((sum, value) => sum + value, 0);

  const workers = availableParallelism();
  const all = createFacePool({ engine, size: workers, waitingMax: WAITING });
  await Promise.all(Array.from({ length: workers }, () => all.look(frames)));
  const full = await fullQueue(all, frames, workers);
  await all.stop();
  return { perSecondPerCore: (1000 * CHECKS) / total, p50Ms: at(0.5), p99Ms: at(0.99), checks: CHECKS, workerMb, full };
}

/** All asked at once, until it says busy; the event loop is watched until the last is done. */
async function fullQueue(pool: FacePool, frames: readonly Buffer[], workers: number): Promise<Full> {
  const asked = ASKED;
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const begun = performance.now();
  loop.enable();
  const looked = await Promise.all(Array.from({ length: asked }, () => pool.look(frames)));
  loop.disable();
  const count = (kind: string): number => looked.filter((one) => one.kind === kind).length;
  const lastMs = performance.now() - begun;
  return { workers, asked, done: count('seen'), busy: count('busy'), loopP99Ms: loop.percentile(99) / 1e6, lastMs };
}

async function timed(pool: FacePool, frames: readonly Buffer[]): Promise<number> {
  const begun = performance.now();
  const looked = await pool.look(frames);
  if (looked.kind !== 'seen') throw new Error(looked.kind);
  return performance.now() - begun;
}
