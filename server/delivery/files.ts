/**
 * The media directory. Guarantees: only a file that a lesson is filed with is found, under the directory and
 * not hidden; its index is read once for each content; a file that is missing or unreadable is none, never
 * an error.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaIndex } from './index/mediaIndex.ts';
import { readIndex } from './index/read.ts';

/** As `npm run admin` lets it in: each part begins with a letter or a digit. */
const FILE = /^([A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** An index of an hour is some 100 KB. */
const INDEXES_MAX = 500;

export interface MediaFile {
  readonly size: number;
  /** `null`: its bytes tell no time. */
  readonly index: MediaIndex | null;
}

export interface MediaFiles {
  readonly root: string;
  find(file: string): Promise<MediaFile | null>;
}

export function createMediaFiles(root: string): MediaFiles {
  const indexes = new Map<string, Promise<MediaIndex | null>>();

  function indexOnce(path: string, version: string): Promise<MediaIndex | null> {
    const key = `${path}|${version}`;
    let reading = indexes.get(key);
    if (reading === undefined) {
      if (indexes.size >= INDEXES_MAX) indexes.clear();
      reading = readIndex(path).catch(() => null);
      indexes.set(key, reading);
    }
    return reading;
  }

  return {
    root,
    async find(file) {
      if (!FILE.test(file)) return null;
      const path = join(root, file);
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile() || found.size === 0) return null;
      return { size: found.size, index: await indexOnce(path, `${found.size}|${found.mtimeMs}`) };
    },
  };
}
