import { describe, expect, it } from 'vitest';
import type { NoticeKind } from '../../detector/index.ts';
import { wordsFor } from '../../server/proofs/words.ts';
import { type KnownReason, reasonWords, wordsOfReason } from '../../server/reasons.ts';

const kinds: Readonly<Record<NoticeKind, true>> = {
  ...{ held: true, released: true, denied: true, takenOver: true, closed: true },
  ...{ promptMissed: true, promptWithdrawn: true },
};
const reasons = Object.keys(reasonWords) as KnownReason[];

describe('words', () => {
  it.each(Object.keys(kinds) as NoticeKind[])('of a notice %s say what happened and why, in both languages', (kind) => {
    for (const reason of reasons) {
      const { zh, en } = wordsFor(kind, reason);
      expect(zh).toMatch(/^\p{Script=Han}[^:：]*：[^:：]*。$/u);
      expect(en).toMatch(/^[A-Z][^:]*: [a-z][^:]*\.$/);
    }
  });

  it.each(reasons)('of %s are in both languages, for spans of any version', (reason) => {
    expect(wordsOfReason(reason).zh).toMatch(/\p{Script=Han}/u);
    expect(wordsOfReason(reason).en).toMatch(/^[A-Z].*[^.]$/);
  });

  it.each(['offline.awaiting', 'offline.overCap'])('of version 1’s %s did not go with it', (reason) => {
    expect(wordsOfReason(reason)).not.toEqual({ zh: reason, en: reason });
  });

  it('of a question that was withdrawn blame nobody, whatever the reason', () => {
    expect(wordsFor('promptWithdrawn', 'presence.missed').zh).toContain('不算漏答');
  });

  it.each(['something.new', '', '__proto__', 'constructor', 'toString'])(
    'fall back to what happened for the reason %j',
    (reason) => {
      expect(wordsFor('denied', reason)).toEqual({
        zh: '这段学习时间未计入学时',
        en: 'This study time is not credited',
      });
      expect(wordsOfReason(reason)).toEqual({ zh: reason, en: reason });
    },
  );
});
