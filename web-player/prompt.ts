/**
 * The content question, as a card beside the video.
 *
 * States: empty → asking → (sending ⇄ asking) → told → empty.
 * Guarantees: what an answer came to is the server's word, also for a late one; the time is never
 * called over while an answer may still count or is on its way; never modal, never over the video, never pauses it; the card takes focus
 * only when the trainee is not typing, and gives it back; what happens next is always
 * said. `[data-prompt]` exists exactly while a question waits for an answer.
 */
import type { Answered, Challenge, Given, Words } from '../sdk/wire.ts';
import { drawn, pick, say } from './language.ts';
import { known, type OutcomeKind, outcomeCard, outcomeWords } from './outcome.ts';
import { promptForm } from './promptForm.ts';

export type SendAnswer = (given: string | Given) => Promise<Answered>;

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
  /** The question waits for nobody any more, and why. */
  withdraw(why: Words): void;
}

interface Asking {
  readonly challenge: Challenge;
  readonly form: ReturnType<typeof promptForm>;
  /** On `performance.now()`: the browser's clock may be set while the question waits. */
  deadline: number;
  sending: boolean;
  /** Withdrawn while the answer is on its way: the answer's own outcome comes first. */
  withdrawn?: Words;
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
    const replaces = asking !== null;
    clear();
    outcome.hide();
    leaveFullscreen();
    const form = promptForm(challenge, (given) => void submit(send, given));
    asking = { challenge, form, deadline, sending: false };
    if (replaces) form.complain('promptReplaced');
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
    if (over(asking) && !asking.sending) tell('expired');
    else if (!hurried && left <= hurrySeconds * 1000) {
      hurried = true;
      const seconds = Math.max(1, Math.ceil(left / 1000));
      hooks.announce(() => say('promptHurry', { seconds }));
    }
  }

  /** No answer counts any more, by our clock. */
  const over = ({ deadline, challenge }: Asking): boolean => performance.now() >= deadline + (challenge.graceMs ?? 0);

  async function submit(send: SendAnswer, given: string | Given): Promise<void> {
    const mine = asking;
    if (!mine || mine.sending) return;
    mine.sending = true;
    mine.form.sending(true);
    try {
      const kind = known((await send(given)).outcome);
      if (asking === mine) tell(kind);
      // Another question stands there already: what the answer came to is said beside it.
      else if (asking) hooks.announce(() => say('outcomeSaid', outcomeWords(kind)));
    } catch (error) {
      if (asking !== mine) return;
      const code = error instanceof Error && 'code' in error ? error.code : null;
      // Unknown there: answered, replaced, withdrawn, or the server's clock was ahead of ours.
      if (mine.withdrawn || code === 'promptUnknown')
        return tell(!mine.withdrawn && over(mine) ? 'expired' : 'withdrawn', mine.withdrawn);
      mine.sending = false;
      mine.form.sending(false);
      mine.form.complain(code === 'disconnected' ? 'promptDisconnected' : 'promptFailed');
    }
  }

  function tell(kind: OutcomeKind, why?: Words): void {
    const focused = slot.contains(document.activeElement);
    clear();
    outcome.show(kind, focused, why);
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

  function withdraw(why: Words): void {
    if (asking?.sending) asking.withdrawn = why;
    // Ours may have run out a moment before it was withdrawn: then it was not missed.
    else if (asking || outcome.shown() === 'expired') tell('withdrawn', why);
  }

  return { show, drop, withdraw };
}

function typing(active: Element | null): boolean {
  if (!(active instanceof HTMLElement)) return false;
  return active.isContentEditable || active.matches('input:not([type=radio], [type=checkbox]), textarea, select');
}

/** A card on the page cannot be seen behind a video that fills the screen. Playback goes on. */
function leaveFullscreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}
