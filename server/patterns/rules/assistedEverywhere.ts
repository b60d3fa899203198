/**
 * Nearly everybody is asked by the accessible route, which spares a question that no script can read. It is worth
 * a look where a whole platform does so, or where those marked answer with a mouse like anybody else. A school
 * for the blind is one class among others, and its people answer by keyboard and screen reader.
 */
import { type Assisted, readAssisted } from '../hands/store.ts';
import { type Finding, pattern } from '../pattern.ts';
import { ofClass } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 7 * 86_400_000,
  /** Fewer are a workshop for disabled people, or chance. */
  peopleMin: 10,
  /** Of a class, and of a platform: some 6 in 100 people in China live with a disability, few of them need this. */
  shareMin: 0.5,
  /** A platform is looked at as a whole where it has so many people, in so many classes. */
  platformPeopleMin: 30,
  platformClassesMin: 3,
  /** Of those marked, who answer mostly with a pointer moved in so many steps and more. */
  pointerShareMin: 0.5,
  stepsMin: 3,
  classes: 1000,
});

export const assistedEverywhere = pattern({
  name: 'assistedEverywhere',
  code: 'courseBrushing',
  severity: 'low',
  windowMs: thresholds.windowMs,
  read: (q, window) => readAssisted(q, window, thresholds),
  judge: judgeAssisted,
});

export function judgeAssisted(classes: readonly Assisted[]): Finding[] {
  return classes.flatMap((one) => {
    const { people, marked, byPointer, platformPeople, platformMarked, platformClasses } = one;
    if (people < thresholds.peopleMin || marked < thresholds.shareMin * people) return [];
    const platform =
      platformPeople >= thresholds.platformPeopleMin &&
      platformClasses >= thresholds.platformClassesMin &&
      platformMarked >= thresholds.shareMin * platformPeople;
    if (!platform && byPointer < thresholds.pointerShareMin * marked) return [];
    return {
      ...ofClass(one),
      sessions: [],
      evidenceAt: one.lastAt,
      facts: {
        how: platform ? 'wholePlatform' : 'markedWithPointer',
        people,
        peopleMin: thresholds.peopleMin,
        marked,
        markedShareMin: thresholds.shareMin,
        byPointer,
        platformPeople,
        platformMarked,
        windowMs: thresholds.windowMs,
      },
    };
  });
}
