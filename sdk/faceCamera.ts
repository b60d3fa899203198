/**
 * The camera, for as long as a check or an enrolment needs it.
 *
 * Guarantees: it is closed when the signal says so, whatever happened: done, an error, a page that goes, or leave
 * that is given only after nobody wants it any more. No picture is kept anywhere but in what it returns; all of a
 * burst together stay within what the server takes.
 */

/** The server's bound for all frames of one burst (300 KiB). */
const BYTES_MAX = 300 * 1024;
/** Upright, as a face is: 480 × 640 has 80 px between the eyes at arm's length; 50 are enough to enrol. */
const WIDTH = 480;
const HEIGHT = 640;
/** A camera that shows nothing for so long is broken, or another program's. */
const SILENT_MS = 10_000;
/** Tried in turn until all frames fit: quality of the JPEGs, then their size. */
const FITS: readonly (readonly [quality: number, scale: number])[] = [
  [0.82, 1],
  [0.7, 1],
  [0.55, 1],
  [0.6, 0.75],
  [0.4, 0.6],
];

/** Opens the front camera into `video`. Rejects where there is none, it is refused, or shows nothing. */
export async function openCamera(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    if (video.srcObject === stream) video.srcObject = null;
  };
  if (signal.aborted) {
    close();
    throw new Error('nobody waits for the camera any more');
  }
  signal.addEventListener('abort', close);
  const seen = new Promise<void>((resolve, reject) => {
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    signal.addEventListener('abort', () => reject(new Error('the camera was closed')));
    setTimeout(() => reject(new Error('the camera shows nothing')), SILENT_MS);
  });
  video.srcObject = stream;
  // Muted and inline: a browser lets it play; where it does not, `seen` says so.
  video.play().catch(() => undefined);
  await seen;
}

/** What the camera shows now: its middle, upright, as the camera sees it and not as a mirror would. */
export function still(video: HTMLVideoElement): HTMLCanvasElement {
  const { videoWidth, videoHeight } = video;
  const share = Math.min(videoWidth / WIDTH, videoHeight / HEIGHT);
  const [width, height] = [WIDTH * share, HEIGHT * share];
  const canvas = document.createElement('canvas');
  // Never larger than the camera's own: made-up pixels tell nobody apart.
  canvas.width = Math.round(Math.min(WIDTH, width));
  canvas.height = Math.round(Math.min(HEIGHT, height));
  const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
  canvas.getContext('2d')?.drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function jpegOf(canvas: HTMLCanvasElement, quality: number, scale: number): Promise<Uint8Array> {
  let from = canvas;
  if (scale < 1) {
    from = document.createElement('canvas');
    from.width = Math.round(canvas.width * scale);
    from.height = Math.round(canvas.height * scale);
    from.getContext('2d')?.drawImage(canvas, 0, 0, from.width, from.height);
  }
  return new Promise((resolve, reject) => {
    from.toBlob(
      (blob) => {
        if (blob) blob.arrayBuffer().then((bytes) => resolve(new Uint8Array(bytes)), reject);
        else reject(new Error('the picture could not be made'));
      },
      'image/jpeg',
      quality,
    );
  });
}

/** As JPEGs that fit together. */
export async function jpegs(stills: readonly HTMLCanvasElement[]): Promise<readonly Uint8Array[]> {
  let made: readonly Uint8Array[] = [];
  for (const [quality, scale] of FITS) {
    made = await Promise.all(stills.map((canvas) => jpegOf(canvas, quality, scale)));
    if (made.reduce((sum, { length }) => sum + length, 0) <= BYTES_MAX) break;
  }
  return made;
}
