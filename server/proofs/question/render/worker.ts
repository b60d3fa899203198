/** A thread that draws: one sheet in, one image or the reason why there is none out. */
import { parentPort } from 'node:worker_threads';
import { draw } from './draw.ts';
import { createFonts, type Fonts } from './fonts.ts';
import type { Done, Job } from './renderer.ts';

let fonts: Fonts | null = null;

parentPort?.on('message', ({ id, job: sheet }: Job) => {
  const done = ((): Done => {
    try {
      fonts ??= createFonts();
      return { id, result: draw(sheet, fonts) };
    } catch (error) {
      return { id, failure: error instanceof Error ? error.message : String(error) };
    }
  })();
  parentPort?.postMessage(done);
});
