/** Many attempts in a day, none of them given the time that a paper takes: an exam is tried until it is passed. */
import { byPerson } from './people.ts';
import { examRule } from './rule.ts';

export const thresholds = Object.freeze({
  attemptsMin: 4,
  windowMs: 86_400_000,
  /** Between one hand-in and the next opening: who learns from a failure takes longer, ms. */
  pauseMaxMs: 10 * 60_000,
});

export const examManyAttempts = examRule({
  name: 'examManyAttempts',
  code: 'examBrushing',
  severity: 'low',
  judge: ({ sat }) =>
    byPerson(sat).flatMap((own) => {
      const newest = own.at(-1);
      if (newest === undefined) return [];
      const day = own.filter(({ openedAt }) => openedAt > newest.openedAt - thresholds.windowMs);
      const hurried = day.filter((one, i) => {
        const before = day[i - 1];
        return before === undefined || one.openedAt - before.handedInAt <= thresholds.pauseMaxMs;
      });
      if (hurried.length < thresholds.attemptsMin) return [];
      const { attemptsMin, windowMs } = thresholds;
      return { sat: newest, facts: { attempts: hurried.length, attemptsMin, windowMs } };
    }),
});
