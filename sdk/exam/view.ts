/**
 * What the candidate sees, in a shadow root of its own so that the platform's styles and ours leave each other alone:
 * the door, the paper, the result, or why not. It decides nothing.
 */
import type { Given } from '../wire.ts';
import { button, el, text } from './dom.ts';
import { createPaperView } from './paperView.ts';
import { placesOf, type Sheet } from './sheet.ts';
import { style } from './style.ts';
import type { ExamResult, ExamState, ExamTrouble, Language } from './surface.ts';
import { createSpeech, type Key } from './words.ts';

export interface ViewActs {
  enter(): void;
  given(n: number, given: Given, tookMs: number): void;
  handIn(): void;
  /** null: without a way to a fresh ticket. */
  readonly retake: (() => void) | null;
}

/** All that is shown comes from here. */
export interface Shown {
  state: ExamState;
  sheet: Sheet | null;
  handingIn: boolean;
  trouble: ExamTrouble | null;
  result: ExamResult | null;
  leftMs: number | null;
}

export interface View {
  /** Something of `Shown` changed. */
  draw(): void;
  /** What is given to this item changed, and not by the hand. */
  redraw(n: number): void;
  flush(): void;
  setLanguage(language: Language): void;
}

type Scene = 'door' | 'paper' | 'timeUp' | 'takenOver' | 'failed' | 'closed' | 'result';

function sceneOf({ state, sheet, result }: Shown): Scene {
  switch (state) {
    case 'waiting':
    case 'opening':
      return 'door';
    case 'answering':
    case 'disconnected':
      return sheet ? 'paper' : 'door';
    case 'handedIn':
      return result ? 'result' : 'timeUp';
    case 'timeUp':
    case 'takenOver':
    case 'failed':
    case 'closed':
      return state;
    default:
      return state satisfies never;
  }
}

export function createView(element: HTMLElement, language: Language, shown: Shown, acts: ViewActs): View {
  const speech = createSpeech(language);
  const { say, pick } = speech;
  const host = el('div', { 'data-zhenxue-exam': '' });
  const root = host.attachShadow({ mode: 'open' });
  dress(root);
  const main = el('section', { class: 'exam' });
  root.append(main);
  element.append(host);

  let scene: Scene | null = null;
  let drawnSheet: Sheet | null = null;
  let drawnResult: ExamResult | null = null;
  let paper: ReturnType<typeof createPaperView> | null = null;

  function put(made: Scene, ...nodes: readonly Node[]): void {
    main.setAttribute('data-scene', made);
    main.replaceChildren(...nodes);
  }
  const card = (titleKey: Key, ...rest: readonly (Node | null)[]) => {
    const title = el('h2', { tabindex: '-1' }, say(titleKey));
    return { title, node: el('div', { class: 'card' }, title, ...rest.flatMap((one) => one ?? [])) };
  };
  const line = (words: string): HTMLElement => el('p', {}, words);
  function act(key: Key, then: (() => void) | null): HTMLElement | null {
    if (!then) return null;
    const made = button(key, then);
    made.classList.add('primary');
    text(made, say(key));
    return made;
  }

  function drawDoor(): void {
    const opening = shown.state === 'opening';
    const enter = act('enter', acts.enter) as HTMLElement;
    enter.setAttribute('aria-disabled', String(opening));
    if (opening) text(enter, say('opening'));
    const rules = el(
      'ul',
      {},
      ...(['enterClock', 'enterSaved', 'enterFacts'] as const).map((key) => el('li', {}, say(key))),
    );
    const trouble = el('p', { class: 'status', role: 'status' }, shown.trouble ? pick(shown.trouble.words) : '');
    // Pressed and drawn again, the button keeps the focus.
    const had = root.activeElement?.getAttribute('data-act') === 'enter';
    put('door', card('enterTitle', rules, enter, trouble).node);
    if (had) enter.focus();
  }

  function drawResult(result: ExamResult): void {
    const { score, passed, passMark, topics, corrected, handedInBy, leafIndex } = result;
    const { title, node } = card(
      'resultTitle',
      el('p', { class: 'score', 'data-score': String(score) }, say('resultScore', { score })),
      el('p', { 'data-passed': String(passed) }, say(passed ? 'resultPassed' : 'resultFailed', { mark: passMark })),
      el('h3', {}, say('resultTopics')),
      el(
        'ul',
        {},
        ...Object.entries(topics).map(([topic, { right, of }]) =>
          el('li', {}, say('resultTopic', { topic, right, of })),
        ),
      ),
      handedInBy === 'stopped' ? line(say('resultStopped')) : null,
      corrected ? line(say('resultCorrected')) : null,
      leafIndex === null
        ? null
        : el('p', { class: 'code', 'data-leaf': String(leafIndex) }, say('resultLeaf', { leafIndex })),
    );
    const fresh = scene !== 'result';
    put('result', node);
    if (fresh) title.focus();
    drawnResult = result;
  }

  /** Why the paper is gone, and the way on. */
  function drawMessage(of: Exclude<Scene, 'door' | 'paper' | 'result'>): void {
    const { sheet, trouble } = shown;
    const lost = of === 'timeUp' && sheet ? [...placesOf(sheet, 'waiting')] : [];
    const { title, node } = {
      timeUp: () =>
        card(
          'timeUpTitle',
          line(say('timeUpBody')),
          lost.length > 0 ? line(say('timeUpLost', { list: lost.join(', ') })) : null,
        ),
      takenOver: () =>
        card(
          'takenOverTitle',
          line(say(acts.retake ? 'takenOverBody' : 'takenOverBodyAlone')),
          act('retake', acts.retake),
        ),
      failed: () =>
        card(
          'failedTitle',
          line(trouble ? pick(trouble.words) : ''),
          el('p', { class: 'code' }, trouble ? say('code', { code: trouble.code }) : ''),
          act('again', acts.retake),
        ),
      closed: () => card('closedTitle', line(say('closedBody'))),
    }[of]();
    node.setAttribute('role', 'alert');
    put(of, node);
    title.focus();
  }

  function drawPaper(sheet: Sheet): void {
    const fresh = scene !== 'paper' || drawnSheet !== sheet || !paper;
    if (fresh) {
      const at = drawnSheet?.sitting === sheet.sitting ? paper?.at() : undefined;
      paper = createPaperView(sheet, speech, acts, at ?? 1);
      drawnSheet = sheet;
      put('paper', paper.node);
    }
    if (shown.leftMs !== null) paper?.time(shown.leftMs);
    paper?.drawSaved(shown.state !== 'disconnected', shown.handingIn);
    if (fresh) paper?.focus();
  }

  function draw(): void {
    const now = sceneOf(shown);
    main.lang = speech.language;
    main.setAttribute('aria-label', shown.sheet?.title ?? say('exam'));
    main.setAttribute('data-state', shown.state);
    if (now === 'paper' && shown.sheet) drawPaper(shown.sheet);
    else if (now === 'door') drawDoor();
    else if (now === 'result' && shown.result) {
      if (now !== scene || shown.result !== drawnResult) drawResult(shown.result);
    } else if (now !== scene && now !== 'result' && now !== 'paper') drawMessage(now);
    scene = now;
  }

  draw();
  return {
    draw,
    redraw: (n) => paper?.redraw(n),
    flush: () => paper?.flush(),
    setLanguage(next) {
      paper?.flush();
      speech.language = next;
      scene = null;
      draw();
    },
  };
}

/** Where a content policy forbids styles in the page, one that a script constructs is allowed. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el('style', {}, style));
  }
}
