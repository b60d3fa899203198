/**
 * The demo's lessons and their questions, from the list that was made together with the
 * videos. Without that list two lessons of the same names are used, so that the server still starts.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { itemSchema } from '../classes/item.ts';
import { type BankPicture, readPicture } from '../classes/picture.ts';

const lessonSchema = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  titleEn: z.string().min(1),
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  durationMs: z.number().int().positive(),
  questions: z.array(
    itemSchema.refine((item) => item.form !== 'single' || item.choices.some(({ id }) => id === item.answer), {
      message: 'the answer must be one of the choices',
    }),
  ),
});
export type DemoLesson = z.infer<typeof lessonSchema>;

export const lessonsFile = fileURLToPath(new URL('../../web-player/media/lessons.json', import.meta.url));

const placeholders: readonly DemoLesson[] = [
  {
    id: 'lesson-1',
    title: '安全用电',
    titleEn: 'Electrical safety',
    file: 'lesson-1.mp4',
    durationMs: 120_000,
    questions: [],
  },
  {
    id: 'lesson-2',
    title: '消防常识',
    titleEn: 'Fire safety',
    file: 'lesson-2.mp4',
    durationMs: 120_000,
    questions: [],
  },
];

/** A picture that a question of the list names; it lies beside the list. Throws when it is none. */
export function readDemoPicture(name: string): BankPicture {
  const read = readPicture(readFileSync(join(dirname(lessonsFile), name)));
  if ('sha256' in read) return read;
  throw new Error(`${name}: ${read.en}`);
}

/** Throws when the list exists but is wrong. */
export function readDemoLessons(path: string = lessonsFile): readonly DemoLesson[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return placeholders;
    throw error;
  }
  return z.array(lessonSchema).min(2).parse(JSON.parse(text));
}
