/**
 * The evidence was weak, so a question should have come as an image; this page said that it shows none, and was asked
 * in words. Older releases and platforms' own pages do so, too: only the weakest of signs.
 */
import type { Rule } from '../rule.ts';

/** It has no threshold: the section is its switch. */
type Thresholds = Readonly<Record<never, never>>;

interface Memory {
  readonly refused: boolean;
}

const first: Memory = { refused: false };

export const imageRefused: Rule<'imageRefused', Memory, Thresholds> = {
  name: 'imageRefused',
  code: null,
  severity: 'low',
  scope: 'session',
  thresholds: [],
  first,
  judge(own, { event }) {
    const kept = event.kind !== 'proofIssued' ? own : event.plain === true ? { refused: true } : first;
    return kept.refused ? { own: kept, finding: { weak: 1 } } : { own: kept };
  },
};
