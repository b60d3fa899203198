/** The engine that the configuration names. Another kind is added here and in `EngineChoice`. */
import type { EngineChoice, FaceEngine } from '../engine.ts';
import { createFaceApi } from './faceApi.ts';
import { createHttpEngine } from './http.ts';

export function createEngine(choice: EngineChoice): Promise<FaceEngine> {
  switch (choice.kind) {
    case 'faceApi':
      return createFaceApi();
    case 'http':
      return Promise.resolve(createHttpEngine(choice));
    default:
      return choice satisfies never;
  }
}
