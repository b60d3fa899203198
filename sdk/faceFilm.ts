/**
 * One burst before the camera: opened, shown, filmed, closed.
 *
 * States: opening → placing (a moment to bring one's face into the frame) → filming → closed, from everywhere.
 * Guarantees: the camera is on between the first and the last of these only, and off when this settles, whatever
 * it settles to; a page that is hidden or goes ends it.
 */
import { type Plan, takeBurst, wait } from './faceBurst.ts';
import type { Frame } from './faceCalls.ts';
import { openCamera } from './faceCamera.ts';
import type { Act, Dialog } from './faceDialog.ts';
import { actionSigns, say } from './faceWords.ts';
import type { FaceAction, Words } from './wire.ts';

export type Filmed =
  | { readonly kind: 'frames'; readonly frames: readonly Frame[] }
  /** There is none, it was refused, or shows nothing. */
  | { readonly kind: 'noCamera' }
  /** The page was hidden meanwhile. */
  | { readonly kind: 'hidden' }
  /** Whoever waited for it waits no longer. */
  | { readonly kind: 'left' };

/** To bring one's face into the frame; exposure settles meanwhile. */
const PLACE_MS = 2000;

export async function film(
  dialog: Dialog,
  plan: Plan,
  wordsOf: (action: FaceAction) => Words,
  leave: Act & { readonly away: () => void },
  signal: AbortSignal,
): Promise<Filmed> {
  const camera = new AbortController();
  let hidden = false;
  const close = (): void => camera.abort();
  const onHidden = (): void => {
    if (!document.hidden) return;
    hidden = true;
    close();
  };
  signal.addEventListener('abort', close);
  window.addEventListener('pagehide', close);
  const { away } = leave;
  try {
    if (signal.aborted) return { kind: 'left' };
    dialog.show({ name: 'opening', title: say.opening, text: [say.allow], acts: [leave], away });
    await openCamera(dialog.video, camera.signal);
    // Not before: the browser's own question may cover the page.
    document.addEventListener('visibilitychange', onHidden);
    onHidden();
    dialog.show({ name: 'filming', title: say.badge, page: true, step: say.place, acts: [leave], away });
    dialog.progress(0);
    await wait(PLACE_MS, camera.signal);
    const stage = {
      step: (action: FaceAction) => dialog.step(wordsOf(action), actionSigns[action]),
      colour: dialog.colour,
      progress: dialog.progress,
    };
    return { kind: 'frames', frames: await takeBurst(plan, dialog.video, stage, camera.signal) };
  } catch {
    return { kind: hidden ? 'hidden' : camera.signal.aborted ? 'left' : 'noCamera' };
  } finally {
    camera.abort();
    signal.removeEventListener('abort', close);
    window.removeEventListener('pagehide', close);
    document.removeEventListener('visibilitychange', onHidden);
  }
}
