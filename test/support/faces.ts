/**
 * People before a page's camera, made from stills that a package ships (bench/face/simulate.ts). A browser's own
 * fake camera plays a file in a loop and sees nothing of the page: that is how somebody cheats. Who is honest looks
 * at the page: a puppet in the place of the camera shows what the dialog asks for, in the light that it shines.
 */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { enrolment, perform } from '../../bench/face/perform.ts';
import { type Person, peopleIn } from '../../bench/face/simulate.ts';
import type { Opened } from '../../sdk/wire.ts';
import type { Challenge } from '../../server/proofs/face/challenge.ts';
import { createFaceApi } from '../../server/proofs/face/engines/faceApi.ts';
import { FRAMES_TYPE, writeBurst } from '../../server/proofs/face/frames.ts';
import { NOTICE } from '../../server/proofs/face/notice.ts';
import { eventually } from './eventually.ts';
import type { Stack } from './stack.ts';
import { connectWire, value } from './wire.ts';

/** Two people whom the engine tells apart. */
export async function twoPeople(): Promise<readonly [Person, Person]> {
  const demo = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
  const engine = await createFaceApi();
  const found: Person[] = [];
  for (const file of ['sample6.jpg', 'sample1.jpg', 'sample2.jpg', 'sample3.jpg'])
    if (found.length < 2) found.push(...(await peopleIn(engine, join(demo, file), file)));
  const [person, other] = found;
  if (person === undefined || other === undefined) throw new Error('the pictures show too few people');
  return [person, other];
}

/** Consents and enrols by HTTP, through a session of its own. */
export async function enrolled(stack: Stack, trainee: number, pictures: readonly Buffer[]): Promise<void> {
  const launch = new URL(stack.playerUrl(trainee)).searchParams.get('launch');
  const asJson = { 'content-type': 'application/json' };
  const post = async <T>(path: string, body: string | Buffer, headers: Record<string, string>): Promise<T> => {
    const reply = await fetch(stack.url + path, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
    return (await reply.json()) as T;
  };
  const { ticket } = await post<{ ticket: string }>('/v1/player/launch', JSON.stringify({ launch }), asJson);
  const wire = await connectWire(stack.url);
  const opened = await wire.call<Opened>('open', { version: 1, ticket, device: 'device-0001', forms: ['face'] });
  const { session, face } = value(opened);
  const bearer = { authorization: `Bearer ${face?.pass}` };
  await post('/v1/face/consent', JSON.stringify({ session, notice: NOTICE }), { ...bearer, ...asJson });
  const body = writeBurst({ frames: pictures, atMs: pictures.map((_, i) => i * 400) });
  const type = { ...bearer, 'content-type': FRAMES_TYPE };
  // Eyes that have just been opened, on a busy machine, say that they are busy.
  await eventually(
    () => post<{ enrolled: boolean }>(`/v1/face/enrolment?session=${session}`, body, type),
    (said) => expect(said.enrolled).toBe(true),
    120_000,
  );
  await wire.close();
}

/** What a camera that shows one picture after another gives, at 30 a second. */
export async function writeClip(path: string, pictures: readonly Buffer[], eachMs = 33): Promise<void> {
  const times = Math.max(1, Math.round(eachMs / 33));
  await writeFile(path, Buffer.concat(pictures.flatMap((picture) => Array.from({ length: times }, () => picture))));
}

/** Which check waits for a trainee, in a lesson or a sitting; null: none. */
export async function openCheck(
  { database: { db }, demo }: Stack,
  trainee: number,
): Promise<{ readonly id: string; readonly challenge: Challenge } | null> {
  const { rows } = await db.query<{ id: string; challenge: Challenge }>(
    `select c.id, c.challenge from face_checks c join trainees t using (person_key)
      where t.id = $1 and c.outcome is null order by c.issued_ms desc limit 1`,
    [demo.trainees[trainee]!.id],
  );
  return rows[0] ?? null;
}

/** What became of a trainee's checks, in their order. */
export async function outcomes(
  { database: { db }, demo }: Stack,
  trainee: number,
): Promise<readonly (string | null)[]> {
  const { rows } = await db.query<{ outcome: string | null }>(
    `select c.outcome from face_checks c join trainees t using (person_key)
      where t.id = $1 order by c.issued_ms`,
    [demo.trainees[trainee]!.id],
  );
  return rows.map(({ outcome }) => outcome);
}

/** Pictures by what the page asks for and the colour it shows: `front red`. Without a colour: any. */
export type Repertoire = Readonly<Record<string, readonly Buffer[]>>;

/** All that a check asks for, done by this person. */
export async function repertoireOf(person: Person, challenge: Challenge, random: () => number): Promise<Repertoire> {
  const world = { person, other: person, enrolled: Buffer.alloc(0), random };
  const shots = await perform('honest', world, challenge);
  const all: Record<string, Buffer[]> = {};
  for (const [i, { atMs, colour }] of challenge.shots.entries()) {
    const step = challenge.steps.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    const key = `${step?.action} ${colour}`;
    all[key] = [...(all[key] ?? []), ...(shots[i] ? [shots[i].bytes] : [])];
  }
  return all;
}

export function enrolmentOf(person: Person, random: () => number): Repertoire {
  const pictures = enrolment(person, random);
  // Poses as `enrolment` makes them: three ahead, two to each side.
  return { front: pictures.slice(0, 3), turnRight: pictures.slice(3, 5), turnLeft: pictures.slice(5, 7) };
}

declare global {
  interface Window {
    puppet: {
      /** Tracks that a page was given. */
      readonly tracks: MediaStreamTrack[];
      learn(repertoire: Readonly<Record<string, readonly string[]>>): Promise<void>;
    };
  }
}

/** Runs before any script of a page: notes what the camera gives. */
export function watchCamera(): void {
  const tracks: MediaStreamTrack[] = [];
  window.puppet = { tracks, learn: () => Promise.resolve() };
  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Runs before any script of a page: takes the camera's place, looks at the dialog, and does what it says. */
export function puppetCamera(): void {
  const tracks: MediaStreamTrack[] = [];
  const actions: Record<string, string> = {
    '●': 'front',
    '←': 'turnLeft',
    '→': 'turnRight',
    '↓': 'nod',
    O: 'openMouth',
  };
  const colours: Record<string, string> = {
    ...{ 'rgb(255, 0, 0)': 'red', 'rgb(0, 255, 0)': 'green', 'rgb(0, 0, 255)': 'blue' },
    ...{ 'rgb(255, 255, 255)': 'white', 'rgb(0, 0, 0)': 'black' },
  };
  let repertoire: Record<string, HTMLImageElement[]> = {};
  let shown: HTMLImageElement[] = [];
  window.puppet = {
    tracks,
    async learn(given) {
      const learnt: Record<string, HTMLImageElement[]> = {};
      for (const [key, pictures] of Object.entries(given)) {
        learnt[key] = await Promise.all(
          pictures.map(async (base64) => {
            const image = new Image();
            image.src = `data:image/jpeg;base64,${base64}`;
            await image.decode();
            return image;
          }),
        );
      }
      repertoire = learnt;
      shown = Object.values(learnt)[0] ?? [];
    },
  };
  navigator.mediaDevices.getUserMedia = () => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 480, height: 640 });
    const context = canvas.getContext('2d')!;
    const draw = (): void => {
      const dialog = document.querySelector('[data-zhenxue-face]')?.shadowRoot;
      const action = actions[dialog?.querySelector('.step')?.textContent?.[0] ?? ''];
      const colour = colours[dialog?.querySelector<HTMLElement>('.box')?.style.backgroundColor ?? ''];
      shown = repertoire[`${action} ${colour}`] ?? repertoire[`${action}`] ?? shown;
      const image = shown[Math.floor(performance.now() / 300) % shown.length];
      if (image) context.drawImage(image, 0, 0, 480, 640);
      if (tracks.some(({ readyState }) => readyState === 'live')) requestAnimationFrame(draw);
    };
    const stream = canvas.captureStream(30);
    tracks.push(...stream.getTracks());
    draw();
    return Promise.resolve(stream);
  };
}

/** Teaches the puppet of this page. */
export async function learn(page: Page, repertoire: Repertoire): Promise<void> {
  const texts = Object.fromEntries(
    Object.entries(repertoire).map(([key, pictures]) => [key, pictures.map((picture) => picture.toString('base64'))]),
  );
  await page.evaluate((given) => window.puppet.learn(given), texts);
}

const DIALOG = '[data-zhenxue-face] >>> ';

/** Waits until the dialog shows one of these scenes, and returns which, with its words. */
export async function anyScene(page: Page, names: readonly string[]): Promise<{ name: string; words: string }> {
  // Looked for with each frame: what changes in a shadow root, the document does not hear of.
  const shown = await page.waitForFunction(
    (wanted) => {
      const box = document.querySelector('[data-zhenxue-face]')?.shadowRoot?.querySelector('.box');
      const name = box?.getAttribute('data-scene') ?? '';
      return wanted.includes(name) && { name, words: box?.textContent ?? '' };
    },
    { timeout: 90_000, polling: 'raf' },
    names,
  );
  return (await shown.jsonValue()) as { name: string; words: string };
}
export const scene = async (page: Page, name: string): Promise<string> => (await anyScene(page, [name])).words;

/** Presses the main button, unless another is named by its words. */
export async function press(page: Page, words?: string): Promise<void> {
  const button = await page.waitForSelector(DIALOG + (words === undefined ? 'button.main' : `::-p-text(${words})`));
  await button?.click();
}
export const camerasOn = (page: Page): Promise<number> =>
  page.evaluate(() => window.puppet.tracks.filter(({ readyState }) => readyState === 'live').length);
