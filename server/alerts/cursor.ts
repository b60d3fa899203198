/** Keyset cursors: where a page ended. Opaque to callers, parsed strictly: anything else is refused. */
import { fail } from '../errors.ts';

export interface Place {
  readonly atMs: number;
  readonly id: string;
}

export function writeCursor(place: Place): string {
  return Buffer.from(`${place.atMs}.${place.id}`, 'utf8').toString('base64url');
}

/** Throws `badRequest` for what `writeCursor` did not write. */
export function readCursor(text: string): Place {
  const match = /^(\d{1,15})\.(\P{Cc}{1,128})$/u.exec(Buffer.from(text, 'base64url').toString('utf8'));
  const [, at, id] = match ?? [];
  if (at === undefined || id === undefined) return fail('badRequest', { field: 'cursor' });
  const place = { atMs: Number(at), id };
  return writeCursor(place) === text ? place : fail('badRequest', { field: 'cursor' });
}
