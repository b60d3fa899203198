/**
 * The content question, as a card beside the video.
 *
 * States: empty → asking → (sending ⇄ asking) → told → empty.
 * Guarantees: never modal, never over the video, never pauses it; the card takes focus
 * only when the trainee is not typing, and gives it back; what happens next is always
 * said. `[data-prompt]` exists exactly while a question waits for an answer.
 */
import type { Answered, Challenge } from '../sdk/wire.ts';
import { drawn, pick, say } from './language.ts';
import { type OutcomeKind, outcomeCard } from './outcome.ts';
import { promptForm } from './promptForm.ts';

export type SendAnswer = (choice: string) => Promise<Answered>;

export interface PromptHooks {
  /** Says something at once to a screen reader, in whichever language the page speaks. */
  announce(words: () => string): void;
  /** A question waits, or no longer waits. */
  waiting(is: boolean): void;
}

export interface Prompt {
  show(challenge: Challenge, send: SendAnswer): void;
  /** The question no longer waits for this page (taken over, closed). */
  drop(): void;
}

interface Asking {
  readonly challenge: Challenge;
  readonly form: ReturnType<typeof promptForm>;
  /** On `performance.now()`: the browser's clock may be set while the question waits. */
  deadline: number;
  sending: boolean;
}

/** Announced once more when so little is left. */
const hurrySeconds = 10;

export function prompt(slot: HTMLElement, hooks: PromptHooks): Prompt {
  let asking: Asking | null = null;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let focusBefore: Element | null = null;
  let hurried = false;

  const outcome = outcomeCard(slot, giveFocusBack);
  drawn(() => asking?.form.draw());

  function show(challenge: Challenge, send: SendAnswer): void {
    const deadline = performance.now() + challenge.remainingMs;
    if (asking?.challenge.prompt === challenge.prompt) {
      asking.deadline = deadline; // the same question after a reconnect
      return;
    }
    clear();
    outcome.hide();
    leaveFullscreen();
    const form = promptForm(challenge, (choice) => void submit(send, choice));
    asking = { challenge, form, deadline, sending: false };
    hurried = false;
    slot.replaceChildren(form.card);
    ticker = setInterval(tick, 250);
    tick();
    hooks.waiting(true);
    const seconds = Math.round(challenge.remainingMs / 1000);
    hooks.announce(() => say('promptAnnounce', { seconds, question: pick(challenge.question) }));
    takeFocus(form.card);
  }

  function tick(): void {
    if (!asking) return;
    const left = asking.deadline - performance.now();
    asking.form.countdown(left);
    if (left <= 0 && !asking.sending) tell('expired');
    else if (!hurried && left <= hurrySeconds * 1000) {
      hurried = true;
      const seconds = Math.max(1, Math.ceil(left / 1000));
      hooks.announce(() => say('promptHurry', { seconds }));
    }
  }

  async function submit(send: SendAnswer, choice: string): Promise<void> {
    const mine = asking;
    if (!mine || mine.sending) return;
    mine.sending = true;
    mine.form.sending(true);
    try {
      const answered = await send(choice);
      const more = answered.outcome === 'right' && !answered.counted;
      if (asking === mine) tell(more ? 'rightMore' : answered.outcome);
    } catch (error) {
      if (asking !== mine) return;
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'promptUnknown') return tell('expired'); // the server's clock was ahead of ours
      mine.sending = false;
      mine.form.sending(false);
      mine.form.complain(code === 'offline' ? 'promptOffline' : 'promptFailed');
    }
  }

  function tell(kind: OutcomeKind): void {
    const focused = slot.contains(document.activeElement);
    clear();
    outcome.show(kind, focused);
    hooks.announce(outcome.words);
  }

  function takeFocus(card: HTMLElement): void {
    const active = document.activeElement;
    if (typing(active)) return;
    if (!slot.contains(active)) focusBefore = active;
    card.focus();
  }

  function giveFocusBack(): void {
    if (focusBefore instanceof HTMLElement && focusBefore.isConnected) focusBefore.focus({ preventScroll: true });
    focusBefore = null;
  }

  function clear(): void {
    clearInterval(ticker);
    if (!asking) return;
    asking = null;
    slot.replaceChildren();
    hooks.waiting(false);
  }

  function drop(): void {
    const focused = slot.contains(document.activeElement);
    clear();
    if (focused) giveFocusBack();
  }

  return { show, drop };
}

function typing(active: Element | null): boolean {
  if (!(active instanceof HTMLElement)) return false;
  return active.isContentEditable || active.matches('input:not([type=radio]), textarea, select');
}

/** A card on the page cannot be seen behind a video that fills the screen. Playback goes on. */
function leaveFullscreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}
