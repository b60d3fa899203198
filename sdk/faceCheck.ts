/**
 * A face check before the trainee.
 *
 * States: none → ready → filming → sending → told → none; from ready and filming also → declining → none. A check
 * that comes while another is sent waits for what that came to.
 * Guarantees: the camera opens by the trainee's own press only; "answer a question instead" is there until the
 * frames are sent; without a camera that is said at once; a check whose time is over, or that waits no longer,
 * closes camera and dialog.
 */
import type { FaceRefusal } from './faceCall.ts';
import type { FaceCalls, Frame } from './faceCalls.ts';
import type { Act, Dialog } from './faceDialog.ts';
import { film } from './faceFilm.ts';
import { actionWords, filled, say as sayInLesson } from './faceWords.ts';
import type { FaceChallenge, FaceDecline, FaceTaken, Words } from './wire.ts';

export interface CheckView {
  /** @param withdraw shows how to withdraw consent, and calls `back` when it was not; null: not here */
  show(challenge: FaceChallenge, withdraw: Withdraw | null): void;
  active(): boolean;
  /** It waits no longer, for whatever reason. */
  over(): void;
}

type Withdraw = (back: () => void) => void;

/** What an exam wants otherwise. */
export interface InExam {
  readonly say: Readonly<Record<keyof typeof sayInLesson, Words>>;
  /** What is to stay in sight while the camera looks. */
  left(): Words;
  /** No check is shown or waits any more. */
  idle(): void;
}

interface Current {
  readonly challenge: FaceChallenge;
  readonly withdraw: Withdraw | null;
  readonly leaving: AbortController;
  /** On `performance.now()`. */
  until: number;
  sending: boolean;
}

/** What was said stays so long. */
const TOLD_MS = 6000;
const TICK_MS = 500;

export function createCheck(dialog: Dialog, calls: FaceCalls, inExam?: InExam): CheckView {
  const say = inExam?.say ?? sayInLesson;
  let now: Current | null = null;
  let next: readonly [FaceChallenge, Withdraw | null, number] | null = null;
  let ticker: ReturnType<typeof setInterval> | undefined;
  /** Of the try before, for the one that follows it. */
  let advice: readonly Words[] = [];

  function begin(challenge: FaceChallenge, withdraw: Withdraw | null, cameAt: number): void {
    end();
    const until = cameAt + challenge.remainingMs;
    now = { challenge, withdraw, leaving: new AbortController(), until, sending: false };
    ready(now, advice.length > 0 ? [say.again, ...advice] : []);
    advice = [];
    ticker = setInterval(tick, TICK_MS);
    tick();
  }
  function end(): void {
    clearInterval(ticker);
    now?.leaving.abort();
    now = null;
  }
  function close(): void {
    end();
    dialog.close();
    inExam?.idle();
  }
  function tick(): void {
    if (!now || now.sending) return;
    const seconds = Math.ceil((now.until - performance.now()) / 1000);
    if (seconds <= 0) tell('late', say.lateTitle, [say.late]);
    else if (dialog.name() === 'ready') dialog.left(filled(say.left, 'seconds', seconds));
    else if (inExam && dialog.name() === 'filming') dialog.left(inExam.left());
  }

  function instead(mine: Current): Act & { readonly away: () => void } {
    const away = (): void => void decline(mine, 'chosen');
    return { words: say.question, act: away, away };
  }
  function ready(mine: Current, warn: readonly Words[]): void {
    const { challenge, withdraw, until } = mine;
    const leave = instead(mine);
    const see = (): void => {
      end();
      withdraw?.(() => begin({ ...challenge, remainingMs: until - performance.now() }, withdraw, performance.now()));
    };
    const slight: readonly Act[] = withdraw ? [{ words: say.withdraw, how: 'slight', act: see }] : [];
    const open: Act = { words: say.open, how: 'main', act: () => void go(mine) };
    dialog.show({
      name: 'ready',
      title: say.checkTitle,
      warn,
      text: [challenge.question],
      // With the moment before it.
      small: [filled(say.checkHow, 'seconds', Math.ceil(challenge.lengthMs / 1000) + 2), say.same],
      acts: [open, leave, ...slight],
      away: leave.away,
    });
  }

  async function go(mine: Current): Promise<void> {
    const filmed = await film(
      dialog,
      mine.challenge,
      (action) => actionWords[action],
      instead(mine),
      mine.leaving.signal,
    );
    if (now !== mine) return;
    switch (filmed.kind) {
      case 'frames':
        return send(mine, filmed.frames);
      case 'noCamera':
        return decline(mine, 'noCamera');
      case 'hidden':
        return ready(mine, [say.wasHidden]);
      case 'left':
        return;
      default:
        return filmed satisfies never;
    }
  }

  /** Tries what is sent until it got out, the server will not have it, or nobody waits any more. */
  async function attempt<T>(mine: Current, call: () => Promise<T>, then: (value: T) => void): Promise<void> {
    mine.sending = true;
    dialog.show({ name: 'sending', title: say.sending, acts: [] });
    try {
      const value = await call();
      if (now === mine) then(value);
    } catch (refused) {
      if (now !== mine) return;
      const { code, words } = refused as FaceRefusal;
      const again = code === 'disconnected' || code === 'tooFrequent' || code === 'faceBusy';
      // Concluded, withdrawn or closed there: nothing waits.
      if (!again) return settle();
      const retry: Act = { words: say.retry, how: 'main', act: () => void attempt(mine, call, then) };
      const given: Act = { words: say.close, act: () => settle() };
      dialog.show({ name: 'unsent', title: say.offlineTitle, text: [words ?? say.offline], acts: [retry, given] });
    }
  }
  const send = (mine: Current, frames: readonly Frame[]): Promise<void> =>
    attempt(mine, () => calls.send(mine.challenge, frames), heard);

  function decline(mine: Current, why: FaceDecline['why']): Promise<void> {
    mine.leaving.abort();
    return attempt(
      mine,
      () => calls.decline(mine.challenge, why),
      () => (why === 'noCamera' ? tell('noCamera', say.noCameraTitle, [say.noCamera]) : settle()),
    );
  }

  function heard(taken: FaceTaken): void {
    const words = taken.advice.map((one) => one.words);
    switch (taken.outcome) {
      case 'taken':
        tell('taken', say.takenTitle, [say.taken]);
        break;
      case 'again':
        advice = words;
        if (taken.next) next ??= [taken.next, null, performance.now()];
        settle(() => tell('again', say.again, words));
        break;
      case 'question':
        settle();
        break;
      case 'late':
        tell('late', say.lateTitle, [say.late]);
        break;
      default:
        taken.outcome satisfies never;
    }
  }
  /** What came meanwhile begins; else there is nothing more to show. */
  function settle(otherwise = close): void {
    const waits = next;
    next = null;
    if (waits) begin(...waits);
    else otherwise();
  }
  function tell(name: string, title: Words, text: readonly Words[]): void {
    end();
    const waits = next;
    next = null;
    if (waits) {
      begin(...waits);
      return;
    }
    const away = (): void => {
      if (!now && dialog.name() === name) dialog.close();
    };
    dialog.show({ name, title, text, acts: [{ words: say.done, how: 'main', act: away }], away });
    inExam?.idle();
    setTimeout(away, TOLD_MS);
  }

  return {
    show(challenge, withdraw) {
      const at = performance.now();
      if (now?.challenge.prompt === challenge.prompt) now.until = at + challenge.remainingMs;
      else if (now?.sending) next = [challenge, withdraw, at];
      else begin(challenge, withdraw, at);
    },
    active: () => now !== null,
    over() {
      next = null;
      if (now) close();
    },
  };
}
