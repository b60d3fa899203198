/** Which TensorFlow is taken, by stand-ins for the packages. */
import { expect, it } from 'vitest';
import { type Loader, loadBackend } from '../../../server/proofs/face/engines/backend.ts';

function packages(installed: Readonly<Record<string, unknown>>): { load: Loader; loaded: string[] } {
  const loaded: string[] = [];
  const resolve = (name: string): string => {
    if (Object.keys(installed).some((one) => name === one || name === `${one}/package.json`))
      return `/somewhere/${name}`;
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
  const load = (name: string): unknown => {
    resolve(name);
    loaded.push(name);
    return installed[name];
  };
  return { load: Object.assign(load, { resolve }), loaded };
}

const tensorflow = { setBackend: async () => true, ready: async () => undefined };
const wasm = { setWasmPaths: () => undefined, setThreadsCount: () => undefined };
const shipped = {
  '@tensorflow/tfjs': tensorflow,
  '@tensorflow/tfjs-backend-wasm': wasm,
  '@vladmandic/face-api/dist/face-api.node-wasm.js': { is: 'on WebAssembly' },
  '@vladmandic/face-api/dist/face-api.node.js': { is: 'native' },
};

it('WebAssembly, where nothing else is installed', async () => {
  const { load, loaded } = packages(shipped);
  expect(await loadBackend(load)).toEqual({ kind: 'wasm', api: { is: 'on WebAssembly' } });
  expect(loaded).not.toContain('@tensorflow/tfjs-node');
});

it('tfjs-node, where it is installed, and nothing of the other', async () => {
  const { load, loaded } = packages({ ...shipped, '@tensorflow/tfjs-node': tensorflow });
  expect(await loadBackend(load)).toEqual({ kind: 'native', api: { is: 'native' } });
  expect(loaded).toEqual(['@tensorflow/tfjs-node', '@vladmandic/face-api/dist/face-api.node.js']);
});

it('one that is installed and broken is not passed over in silence', async () => {
  const broken = { ready: () => Promise.reject(new Error('libtensorflow.so: wrong architecture')) };
  const { load } = packages({ ...shipped, '@tensorflow/tfjs-node': broken });
  await expect(loadBackend(load)).rejects.toThrow('wrong architecture');
});
