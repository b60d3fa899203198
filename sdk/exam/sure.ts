/**
 * Asks whether to hand in, naming what is missing. Guarantees: nothing is handed in by one press; Escape and the
 * first button lead back; the focus returns to where it was.
 */
import { button, el, text } from './dom.ts';
import { placesOf, type Sheet } from './sheet.ts';
import type { Speech } from './words.ts';

export interface Sure {
  readonly node: HTMLElement;
  ask(): void;
  close(): void;
}

export function createSure(sheet: Sheet, { say, language }: Speech, handIn: () => void): Sure {
  const title = el('h3', { id: 'sure' }, say('sureTitle'));
  const lines = el('div', {}, el('p'), el('p'), el('p'), el('p', {}, say('sureBody')));
  const back = button('back', close);
  const sure = button('sure', () => {
    close();
    handIn();
  });
  sure.classList.add('primary');
  text(back, say('back'));
  text(sure, say('handIn'));
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'sure', 'data-sure': '' },
    title,
    lines,
    el('footer', {}, back, sure),
  );

  const list = (places: readonly number[]): string => places.join(language === 'en' ? ', ' : '、');
  function close(): void {
    if (dialog.open) dialog.close();
  }
  return {
    node: dialog,
    ask() {
      const [missing, waiting, refused] = (['none', 'waiting', 'refused'] as const).map((one) => placesOf(sheet, one));
      const said = [
        missing?.length ? say('sureMissing', { list: list(missing) }) : say('sureAll', { of: sheet.items.length }),
        waiting?.length ? say('sureWaiting', { list: list(waiting) }) : '',
        refused?.length ? say('sureRefused', { list: list(refused) }) : '',
      ];
      for (const [i, words] of said.entries()) {
        const line = lines.children[i] as HTMLElement;
        line.hidden = words === '';
        text(line, words);
      }
      if (!dialog.open) dialog.showModal();
      back.focus();
    },
    close,
  };
}
