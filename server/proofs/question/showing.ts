/**
 * How a question is put before a person: in words, or as an image that only eyes read.
 * Guarantees: an image goes only to a page that can show one, and never to somebody who uses assistive
 * technology; when no image can be made the question is asked in words, which is logged and kept with
 * the prompt; the same prompt gives the same image again, though its page comes back.
 */
import { randomInt } from 'node:crypto';
import type { AskedProof } from '../../../detector/index.ts';
import type { Challenge } from '../../../sdk/wire.ts';
import type { Log } from '../../log.ts';
import { type Parts, toChallenge } from './challenge.ts';
import type { Image, Renderer } from './render/renderer.ts';
import { sheetOf } from './render/sheet.ts';
import type { Page, Prompt, QuestionStore, ShownAs } from './store.ts';

/** @param hard the detector asks for what a script cannot read */
export function shownAs(rendered: AskedProof['rendered'], hard: boolean, page: Page): ShownAs {
  if (page.assistive) return 'assistive';
  if (rendered !== 'always' && !(rendered === 'whenWeak' && hard)) return 'words';
  return page.images ? 'image' : 'unable';
}

/** So many images are kept for pages that come back: 40 KB each at most. */
const IMAGES_KEPT = 200;

interface ShowingDeps {
  readonly store: Pick<QuestionStore, 'picture' | 'shownOtherwise'>;
  readonly renderer: Renderer;
  readonly log: Log;
  readonly now: () => number;
}

/** A prompt of which it is not decided yet how it is shown. */
export type Unshown = Omit<Prompt, 'shownAs' | 'imageSeed' | 'issuedAt' | 'deadlineAt'>;

export interface Showing {
  /** Makes ready what is shown. The time to answer has not begun. */
  prepare(prompt: Unshown, as: ShownAs): Promise<Pick<Prompt, 'shownAs' | 'imageSeed'>>;
  /** `null`: what belongs to it is gone. */
  challenge(prompt: Prompt): Promise<Challenge | null>;
}

export function createShowing({ store, renderer, log, now }: ShowingDeps): Showing {
  const kept = new Map<string, Image>();

  function keep(id: string, image: Image): void {
    kept.delete(id);
    kept.set(id, image);
    const oldest = kept.keys().next();
    if (kept.size > IMAGES_KEPT && !oldest.done) kept.delete(oldest.value);
  }

  /** `null`: it could not be made, and that was said. */
  async function imageOf({ id, asked, choiceIds }: Unshown, seed: number): Promise<Image | null> {
    const known = kept.get(id);
    if (known !== undefined) return known;
    try {
      const image = await renderer.render(sheetOf(asked, choiceIds, seed));
      keep(id, image);
      return image;
    } catch (err) {
      log.error({ prompt: id, err }, 'a question could not be drawn as an image: it is asked in words');
      return null;
    }
  }

  return {
    async prepare(prompt, as) {
      if (as !== 'image') return { shownAs: as, imageSeed: null };
      const imageSeed = randomInt(2 ** 32);
      const image = await imageOf(prompt, imageSeed);
      return image === null ? { shownAs: 'failed', imageSeed: null } : { shownAs: 'image', imageSeed };
    },

    async challenge(prompt) {
      const { id, asked, imageSeed } = prompt;
      const parts: { -readonly [K in keyof Parts]: Parts[K] } = {};
      if (asked.form === 'point') {
        const picture = await store.picture(asked.picture);
        if (picture === null) {
          log.error({ prompt: id }, 'the picture of a question is gone');
          return null;
        }
        const { type, width, height, bytes } = picture;
        parts.picture = { type, data: bytes.toString('base64'), width, height };
      }
      if (prompt.shownAs === 'image' && imageSeed !== null) {
        const image = await imageOf(prompt, imageSeed);
        if (image === null) await store.shownOtherwise(id, 'failed');
        else parts.image = image;
      }
      return toChallenge(prompt, now(), parts);
    },
  };
}
