/** A thread that looks at faces: the frames of one check in, what they show or why they are refused out. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Message } from '../threads.ts';
import { decode, FrameError } from './decode.ts';
import type { EngineChoice, FaceEngine } from './engine.ts';
import { createEngine } from './engines/create.ts';
import { type FrameSeen, observe } from './observe.ts';
import type { Work, WorkDone } from './pool.ts';

/** The thorough way takes three times a frame's work: a check of dark frames may not hold up ten others. */
const THOROUGH_MAX = 2;

let engine: Promise<FaceEngine> | null = null;

async function look({ frames }: Work): Promise<WorkDone> {
  engine ??= createEngine(workerData as EngineChoice);
  const eye = await engine;
  const seen: FrameSeen[] = [];
  let thorough = 0;
  for (const [frame, bytes] of frames.entries()) {
    try {
      const pixels = await decode(bytes);
      let found = await observe(eye, pixels, false);
      if (found.faces.length === 0 && thorough < THOROUGH_MAX) {
        thorough += 1;
        found = await observe(eye, pixels, true);
      }
      seen.push(found);
    } catch (error) {
      if (error instanceof FrameError) return { kind: 'refused', refusal: error.refusal, frame };
      throw error;
    }
  }
  return { kind: 'seen', model: eye.model, frames: seen };
}

// One at a time: the pool hands over the next job only after the answer to the last.
parentPort?.on('message', ({ id, job }: Message<Work>) => {
  look(job).then(
    (result) => parentPort?.postMessage({ id, result } satisfies Answer<WorkDone>),
    (error: unknown) => {
      // An engine that could not be made is made anew by the next job.
      engine?.catch(() => {
        engine = null;
      });
      const failure = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ id, failure } satisfies Answer<WorkDone>);
    },
  );
});
