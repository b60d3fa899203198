/** A thread in the place of the one that looks: takes a while, and sees nobody. */
import { parentPort, workerData } from 'node:worker_threads';

parentPort.on('message', ({ id, job }) => {
  setTimeout(() => {
    const frames = job.frames.map(() => ({ width: 480, height: 640, faces: [] }));
    parentPort.postMessage({ id, result: { kind: 'seen', model: 'made-up@1', frames } });
  }, workerData.lookMs);
});
