/** Bytes of a file by place, as the readers of its index need them. */
import type { FileHandle } from 'node:fs/promises';

export interface Source {
  readonly size: number;
  /** Fewer where the file ends. */
  read(at: number, length: number): Promise<Buffer>;
}

export function sourceOf(file: FileHandle, size: number): Source {
  return {
    size,
    async read(at, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      return buffer.subarray(0, bytesRead);
    },
  };
}
