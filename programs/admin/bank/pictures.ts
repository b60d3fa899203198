/**
 * The pictures that items of a bank name, from a folder or a ZIP archive beside it. Guarantees: a name
 * leads nowhere but to a file right in there; what is taken is a picture (`readPicture`); an archive is
 * unpacked no further than its pictures may be large.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Item } from '../../../server/classes/item.ts';
import { type BankPicture, PICTURE_BYTES_MAX, readPicture } from '../../../server/classes/picture.ts';
import { refuse } from '../../../server/refused.ts';

/** The bytes of a picture by its name; `null`: there is none of that name. */
export type Pictures = (name: string) => Buffer | null;

export const noPictures: Pictures = () => null;

/** In the place of one that is not read: `readPicture` says why. */
const TOO_LARGE = Buffer.alloc(PICTURE_BYTES_MAX + 1);
const ARCHIVE_BYTES_MAX = 100 * 1024 * 1024;
/** A file's name alone, which no system takes for a way elsewhere. */
const NAME = /^(?!\.)[^/\\:\p{Cc}]{1,128}$/u;

/** Throws `Refused` when there is nothing there. */
export function openPictures(path: string): Pictures {
  if (!existsSync(path)) return refuse(`没有 ${path}`, 'there is no such folder or archive of pictures');
  return statSync(path).isDirectory() ? inFolder(path) : inArchive(path);
}

function inFolder(folder: string): Pictures {
  return (name) => {
    if (!NAME.test(name)) return null;
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile()) return null;
    return stat.size > PICTURE_BYTES_MAX ? TOO_LARGE : readFileSync(join(folder, name));
  };
}

function inArchive(path: string): Pictures {
  if (statSync(path).size > ARCHIVE_BYTES_MAX) refuse('图片压缩包超过 100 MB', 'the archive is larger than 100 MB');
  const bytes = readFileSync(path);
  return (name) => {
    if (!NAME.test(name)) return null;
    try {
      let tooLarge = false;
      const found = unzipSync(bytes, {
        // What an archive says of a file's size is a claim: the unpacker writes no more than that.
        filter: (file) => {
          if (file.name !== name) return false;
          tooLarge = file.originalSize > PICTURE_BYTES_MAX;
          return !tooLarge;
        },
      });
      if (tooLarge) return TOO_LARGE;
      return found[name] === undefined ? null : Buffer.from(found[name]);
    } catch {
      return refuse('图片压缩包不可读', 'the archive of pictures cannot be read');
    }
  };
}

export type Pictured =
  | { readonly item: Item; readonly picture: BankPicture | null }
  | { readonly zh: string; readonly en: string };

/** An item as the bank keeps it: its picture by its hash. */
export function pictured(item: Item, pictures: Pictures): Pictured {
  if (item.form !== 'point') return { item, picture: null };
  const bytes = pictures(item.picture);
  if (bytes === null)
    return {
      zh: '没有这张图片（用 --pictures 给出文件夹或 .zip）',
      en: 'there is no such picture; name its folder or .zip with --pictures',
    };
  const read = readPicture(bytes);
  return 'sha256' in read ? { item: { ...item, picture: read.sha256 }, picture: read } : read;
}
