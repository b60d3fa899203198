/** Reads a media file's index, by what the file is and not by its name. */
import { open } from 'node:fs/promises';
import { indexOf, type MediaIndex } from './mediaIndex.ts';
import { isMp4, mp4Points } from './mp4.ts';
import { sourceOf } from './source.ts';
import { isWebm, webmPoints } from './webm.ts';

/** `null`: of a kind that has none, damaged, or too coarse to conclude anything from. */
export async function readIndex(path: string): Promise<MediaIndex | null> {
  const file = await open(path, 'r');
  try {
    const source = sourceOf(file, (await file.stat()).size);
    const head = await source.read(0, 16);
    if (isWebm(head)) return indexOf(await webmPoints(source));
    if (isMp4(head)) return indexOf(await mp4Points(source));
    return null;
  } finally {
    await file.close();
  }
}
