/**
 * Facts that need room: how the picture can be seen, what the element plays, whether a tool drives the browser, and
 * by what hand questions are answered; and who fetches the next part when a face check is due. A file of its own (`facts.mjs`), fetched right after a session opens, so that
 * the lesson does not wait for it.
 *
 * Guarantees: only looks. Where it does not load (a content policy, a blocker) nothing breaks; that its facts are
 * missing from the beats tells the server.
 */
import { type FacesWatch, watchFaces } from './faces.ts';
import { type HandNatives, type HandWatch, watchHand } from './hand.ts';
import { type Reads, watchSource } from './source.ts';
import { watchView } from './view.ts';
import type { Beat, Sign } from './wire.ts';

type Bit<K extends keyof typeof Sign> = (typeof Sign)[K];
const AUTOMATION: Bit<'automation'> = 128;
const NO_RECORD: Bit<'noRecord'> = 256;

/** Parts of a beat, ready for the wire. */
export type MoreFacts = Required<Pick<Beat, 'view' | 'source' | 'signs'>>;

/** Pristine references of the core (`natives.ts`). */
export type FactsNatives = HandNatives & { readonly read: Reads };

/** Two files that may be of two builds meet here: none of these names may be among those that `build.ts` spells short. */
export interface FactsWatch {
  observe(at: number, now: { readonly visible: boolean; readonly playing: boolean }): void;
  /** Since the last time. `unrecorded`: the page gets no record of its visibility. */
  found(unrecorded: boolean): MoreFacts;
  readonly hand: HandWatch;
  readonly faces: FacesWatch;
  stop(): void;
}

/** @param endpoint the server's origin: there is the next part. */
export function watchFacts(element: HTMLMediaElement, natives: FactsNatives, endpoint: string): FactsWatch {
  const view = watchView(element);
  const source = watchSource(element, natives.read);
  const hand = watchHand(natives);
  const faces = watchFaces(endpoint);
  let asked = false;
  let automated = false;

  async function askForAutomation(): Promise<void> {
    asked = true;
    try {
      const part = (await import(
        /* @vite-ignore */ `${endpoint}/sdk/automation.mjs`
      )) as typeof import('./automation.ts');
      automated = await part.isAutomated();
    } catch {
      // Not loaded, or the browser is one that the library does not know: no evidence either way.
    }
  }

  return {
    observe(at, { visible, playing }) {
      view.look(at, visible);
      source.look();
      // Nothing of the first seconds of a lesson is spent on it.
      if (playing && !asked) void askForAutomation();
    },
    found(unrecorded) {
      const lost = unrecorded && 'VisibilityStateEntry' in globalThis;
      return {
        view: view.take(),
        source: source.take(),
        signs: (automated ? AUTOMATION : 0) | (lost ? NO_RECORD : 0),
      };
    },
    hand,
    faces,
    stop() {
      faces.stop();
      view.stop();
      hand.stop();
    },
  };
}
