import { describe, expect, it } from 'vitest';
import { type NoticeKind, wordsFor } from '../../server/presence/words.ts';

const kinds: readonly NoticeKind[] = ['held', 'released', 'denied', 'takenOver', 'promptMissed', 'closed'];

describe('words', () => {
  it('say what happened and why, in both languages', () => {
    for (const kind of kinds) {
      const { zh, en } = wordsFor(kind, 'presence.awaiting');
      expect(zh).toMatch(/^\p{Script=Han}[^:]*：[^:]*。$/u);
      expect(en).toMatch(/: .*\.$/);
    }
  });

  it.each(['something.new', '', '__proto__', 'constructor', 'toString'])(
    'fall back to what happened for the reason %j',
    (reason) => {
      expect(wordsFor('denied', reason)).toEqual({
        zh: '这段学习时间未计入学时',
        en: 'This study time is not credited',
      });
    },
  );
});
