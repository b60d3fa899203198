/**
 * What happens to the page while a sitting is answered, told as facts: what they mean is for rules and people.
 * Guarantees: only looks; nothing is prevented, and nothing of what was copied, pasted or printed is read.
 */
export type Fact =
  | 'hidden'
  | 'visible'
  | 'blurred'
  | 'focused'
  | 'fullscreenLeft'
  | 'fullscreenEntered'
  | 'secondScreen'
  | 'copied'
  | 'pasted'
  | 'devtools'
  | 'printed';

/** Not in every browser: whether the desktop spans several screens. */
type WideScreen = Screen & EventTarget & { readonly isExtended?: boolean };

/**
 * Tools docked at a side or below narrow the page in one direction only; zooming changes both alike. A window's own
 * bars take some 15 % of its height, hence less at the bottom.
 */
const DOCKED_BESIDE = 0.75;
const DOCKED_BELOW = 0.6;

export interface FactsWatch {
  /** What has no event of its own. */
  look(): void;
  stop(): void;
}

export function watchFacts(tell: (fact: Fact) => void): FactsWatch {
  const stops: (() => void)[] = [];
  function on(target: EventTarget, type: string, then: () => void, capture = true): void {
    target.addEventListener(type, then, capture);
    stops.push(() => target.removeEventListener(type, then, capture));
  }

  on(document, 'visibilitychange', () => tell(document.hidden ? 'hidden' : 'visible'));
  // Capturing would hear each field's own focus as well.
  on(window, 'blur', () => tell('blurred'), false);
  on(window, 'focus', () => tell('focused'), false);
  on(document, 'fullscreenchange', () => tell(document.fullscreenElement ? 'fullscreenEntered' : 'fullscreenLeft'));
  on(document, 'copy', () => tell('copied'));
  on(document, 'cut', () => tell('copied'));
  on(document, 'paste', () => tell('pasted'));
  on(window, 'beforeprint', () => tell('printed'));

  /** Told once each time it begins to be so. */
  function rising(fact: Fact, isSo: () => boolean): () => void {
    let was = false;
    return () => {
      const is = isSo();
      if (is && !was) tell(fact);
      was = is;
    };
  }
  const looks = [
    rising('secondScreen', () => (screen as WideScreen).isExtended === true),
    rising('devtools', () => {
      // A phone's keyboard takes half of the height.
      if (outerWidth === 0 || outerHeight === 0 || !matchMedia('(pointer: fine)').matches) return false;
      const [wide, high] = [innerWidth / outerWidth, innerHeight / outerHeight];
      return wide / high < DOCKED_BESIDE || high / wide < DOCKED_BELOW;
    }),
  ];
  const look = (): void => {
    for (const one of looks) one();
  };
  look();
  return {
    look,
    stop() {
      for (const stop of stops) stop();
    },
  };
}
