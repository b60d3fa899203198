/**
 * The session's key lies on the page's own thread, where every script of the page can use it: a browser without
 * Workers, or a policy of the page against them. No accusation: beats are worth a little less, and questions are
 * asked sooner and harder. A page that does not tell is of an older release, or spares itself the sign: it counts less.
 */
import type { Rule } from '../rule.ts';

/** It has no threshold: the section is its switch. */
type Thresholds = Readonly<Record<never, never>>;

export const pageSealed: Rule<'pageSealed', null, Thresholds> = {
  name: 'pageSealed',
  code: null,
  severity: 'low',
  scope: 'session',
  thresholds: [],
  first: null,
  judge(own, { claim, session: { keyAt } }) {
    if (claim === null || keyAt === undefined) return { own };
    return { own, finding: { weak: keyAt === 'page' ? 2 : 1 } };
  },
};
