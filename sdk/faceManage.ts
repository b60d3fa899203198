/**
 * Consent, enrolment and withdrawal, in words.
 *
 *   offer ─▶ consent ─given─▶ enrol ⇄ filming ─▶ enrolled
 *   (enrolled already) ─▶ manage ─▶ enrol | withdraw ─▶ withdrawn
 *
 * Guarantees: the notice stands above the consent, which is never ticked beforehand and never taken for given;
 * each scene can be left at no cost, and says so; the camera opens by the trainee's own press only.
 */
import { enrolmentPlan } from './faceBurst.ts';
import type { FaceRefusal } from './faceCall.ts';
import type { FaceCalls } from './faceCalls.ts';
import type { Act, Dialog } from './faceDialog.ts';
import { film } from './faceFilm.ts';
import { actionWords, filled, littleWords, say } from './faceWords.ts';
import type { FaceStanding, Words } from './wire.ts';

export interface ManageView {
  /** A small offer, of which nobody needs to take notice. */
  offer(): void;
  /** What is due: consent, enrolment, or what to do with the enrolment that stands. */
  open(): void;
  /** @param back where who thinks better of it came from */
  withdraw(back: () => void): void;
  stop(): void;
}

export interface Standing {
  get(): FaceStanding;
  set(standing: FaceStanding): void;
}

/** For this tab: who said no is not asked again with each lesson. */
const REFUSED = 'zhenxue.face';

function remembered(version: string): boolean {
  try {
    return sessionStorage.getItem(REFUSED) === version;
  } catch {
    return false;
  }
}
function remember(version: string): void {
  try {
    sessionStorage.setItem(REFUSED, version);
  } catch {
    // Asked again with the next lesson.
  }
}

export function createManage(dialog: Dialog, calls: FaceCalls, standing: Standing): ManageView {
  let leaving = new AbortController();
  /** Rises when what was begun is left: an answer that comes later changes nothing that is shown. */
  let era = 0;

  function close(): void {
    era++;
    leaving.abort();
    dialog.close();
  }
  const leave = (words: Words, act: () => void = close): Act & { readonly away: () => void } => ({
    words,
    act,
    away: act,
  });
  function told(name: string, title: Words, text: readonly Words[]): void {
    const done = leave(say.done);
    dialog.show({ name, title, text, acts: [{ ...done, how: 'main' }], away: close });
  }
  /** One call, with words while it runs and for what went wrong; then what follows. */
  async function ask<T>(call: () => Promise<T>, then: (value: T) => void, back: () => void): Promise<void> {
    const mine = ++era;
    dialog.show({ name: 'waiting', title: say.sending, acts: [] });
    try {
      const value = await call();
      if (mine === era) then(value);
    } catch (refused) {
      if (mine !== era) return;
      const { words } = refused as FaceRefusal;
      const retry: Act = { words: say.retry, how: 'main', act: back };
      const text = [words ?? say.offline];
      dialog.show({ name: 'unsent', title: say.offlineTitle, text, acts: [retry, leave(say.close)], away: close });
    }
  }

  const consent = (warn: readonly Words[] = []): Promise<void> =>
    ask(calls.notice, ({ version, words }) => consentTo(version, words, warn), consent);
  function consentTo(version: string, words: readonly Words[], warn: readonly Words[]): void {
    const refuse = (): void => {
      remember(version);
      told('refused', say.offerTitle, [say.refused]);
    };
    const give = (ticked: boolean): void => {
      if (ticked) void consented(version);
      else consentTo(version, words, [say.agreeFirst]);
    };
    dialog.show({
      name: 'consent',
      title: say.consentTitle,
      warn,
      list: words,
      small: [filled(say.version, 'version', version), say.refused],
      tick: say.agree,
      acts: [{ words: say.consent, how: 'main', act: give }, leave(say.refuse, refuse)],
      away: refuse,
    });
  }

  const consented = (version: string): Promise<void> =>
    ask(
      () => calls.consent(standing.get().pass, version),
      (next) => {
        standing.set(next);
        enrol();
      },
      consent,
    );

  function enrol(warn: readonly Words[] = []): void {
    dialog.show({
      name: 'enrol',
      title: say.enrolTitle,
      warn,
      text: [say.enrolHow],
      small: [say.same],
      acts: [
        { words: say.open, how: 'main', act: () => void enrolNow() },
        leave(say.later),
        { words: say.withdraw, how: 'slight', act: () => withdraw(close) },
      ],
      away: close,
    });
  }
  async function enrolNow(): Promise<void> {
    const mine = ++era;
    leaving = new AbortController();
    const words = (action: keyof typeof actionWords): Words => littleWords[action] ?? actionWords[action];
    const filmed = await film(dialog, enrolmentPlan, words, leave(say.later), leaving.signal);
    if (mine !== era) return;
    switch (filmed.kind) {
      case 'frames':
        return ask(
          () => calls.enrol(standing.get().pass, filmed.frames),
          ({ enrolled, advice }) => {
            if (!enrolled) return enrol([say.again, ...advice.map((one) => one.words)]);
            standing.set({ ...standing.get(), enrolled });
            told('enrolled', say.enrolledTitle, [say.enrolled]);
          },
          enrol,
        );
      case 'noCamera':
        return enrol([say.noCameraHere]);
      case 'hidden':
        return enrol([say.wasHidden]);
      case 'left':
        return;
      default:
        return filmed satisfies never;
    }
  }

  function withdraw(back: () => void): void {
    dialog.show({
      name: 'withdraw',
      title: say.withdrawTitle,
      text: [say.withdrawHow],
      acts: [{ words: say.withdraw, how: 'main', act: () => void withdrawNow(back) }, leave(say.back, back)],
      away: back,
    });
  }
  const withdrawNow = (back: () => void): Promise<void> =>
    ask(
      () => calls.withdraw(standing.get().pass),
      () => {
        standing.set({ ...standing.get(), consent: false, enrolled: false });
        told('withdrawn', say.withdrawnTitle, [say.refused]);
      },
      () => withdraw(back),
    );

  return {
    offer() {
      if (dialog.name() !== null || remembered(standing.get().notice)) return;
      const no = leave(say.no, () => {
        remember(standing.get().notice);
        close();
      });
      const read: Act = { words: say.read, how: 'main', act: () => open() };
      dialog.show({ name: 'offer', title: say.offerTitle, text: [say.offer], quiet: true, acts: [read, no] });
    },
    open,
    withdraw,
    stop: close,
  };

  function open(): void {
    const { consent: agreed, enrolled } = standing.get();
    if (!agreed) void consent();
    else if (!enrolled) enrol();
    else stands();
  }
  function stands(): void {
    dialog.show({
      name: 'manage',
      title: say.manageTitle,
      text: [say.enrolled],
      acts: [
        { words: say.renew, act: () => enrol() },
        leave(say.close),
        { words: say.withdraw, how: 'slight', act: () => withdraw(close) },
      ],
      away: close,
    });
  }
}
