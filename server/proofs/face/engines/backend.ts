/**
 * Which TensorFlow face-api runs on: `@tensorflow/tfjs-node` where the operator installed it (native, several times
 * as fast), else WebAssembly, which comes with this server. Guarantees: the same weights, so that descriptors stay
 * comparable; one that is installed and does not load is told by its failure, not passed over.
 */
import { dirname, join } from 'node:path';
import type * as FaceApi from '@vladmandic/face-api/dist/face-api.node-wasm.js';

export type Api = typeof FaceApi;

/** Node's `require`, as far as it is needed. */
export interface Loader {
  (name: string): unknown;
  resolve(name: string): string;
}

interface Tensorflow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
}
interface Wasm {
  setWasmPaths(prefix: string): void;
  setThreadsCount(count: number): void;
}

const NATIVE = '@tensorflow/tfjs-node';

export async function loadBackend(load: Loader): Promise<{ readonly kind: 'native' | 'wasm'; readonly api: Api }> {
  if (has(load, NATIVE)) {
    await (load(NATIVE) as Tensorflow).ready();
    return { kind: 'native', api: load('@vladmandic/face-api/dist/face-api.node.js') as Api };
  }
  const tensorflow = load('@tensorflow/tfjs') as Tensorflow;
  const wasm = load('@tensorflow/tfjs-backend-wasm') as Wasm;
  const api = load('@vladmandic/face-api/dist/face-api.node-wasm.js') as Api;
  const home = dirname(load.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  wasm.setWasmPaths(`${join(home, 'dist')}/`);
  // The pool has as many workers as it may use cores; threads inside one would take from the others.
  wasm.setThreadsCount(1);
  await tensorflow.setBackend('wasm');
  await tensorflow.ready();
  return { kind: 'wasm', api };
}

function has(load: Loader, name: string): boolean {
  try {
    load.resolve(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}
