/**
 * One hand answers for many: several people's questions are answered on one device within minutes of each other,
 * again and again, whatever devices play; or their answers have the same pointer's path, to the pixel, again and
 * again, which is one recording played for all.
 *
 * A household of two is no three, people who take turns at a seat do not answer within minutes of each other,
 * and a classroom behind one address has a device for each.
 */
import { byKey, groupsOf } from '../groups.ts';
import { type Handed, readHanded, readSamePaths, type SamePath } from '../hands/store.ts';
import { type Finding, pattern, type Window } from '../pattern.ts';
import { readPeople } from '../sessions/store.ts';
import { ofPerson, type Whereabouts } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 3 * 86_400_000,
  peopleMin: 3,
  /** Questions wait a minute or two: three people's within so long were open at the same time, or nearly. */
  withinMs: 5 * 60_000,
  /** So many times: once is three colleagues at one screen in a break. */
  timesMin: 3,
  /**
   * Different paths that two people share, each alike in length to the pixel, in steps and in straightness. Short
   * straight paths, of which there are some 25,000, coincide now and then; four of one pair's, once in 10^12.
   */
  pathsMin: 4,
  /** Shorter ones say nothing: a tap has no path. */
  pixelsMin: 50,
  stepsMin: 3,
  /** Read in one run, and people of one path. */
  answers: 20_000,
  peopleEach: 30,
});

interface Evidence {
  readonly handed: readonly Handed[];
  readonly paths: readonly SamePath[];
  readonly people: readonly Whereabouts[];
}

export const oneHand = pattern({
  name: 'oneHand',
  code: 'proxyAttendance',
  severity: 'medium',
  windowMs: thresholds.windowMs,
  async read(q, window: Window): Promise<Evidence> {
    const handed = await readHanded(q, window, thresholds);
    const paths = await readSamePaths(q, window, thresholds);
    const tied = groupsOf(tiesOf(paths), thresholds.peopleMin).flatMap(({ members }) => members);
    return { handed, paths, people: await readPeople(q, window, tied) };
  },
  // Who is found in both ways is told of once.
  judge: (evidence) =>
    [...byKey([...judgeDevices(evidence), ...judgePaths(evidence)], ({ subject }) => subject.id).values()].flatMap(
      ([first]) => first ?? [],
    ),
});

/** @param handed in the order in which they were given */
export function judgeDevices({ handed }: Pick<Evidence, 'handed'>): Finding[] {
  return [...byKey(handed, ({ device }) => device).values()].flatMap((own) => {
    const meetings = meetingsOf(own);
    if (meetings.length < thresholds.timesMin) return [];
    return [...byKey(meetings.flat(), ({ personKey }) => personKey).values()].flatMap((answers) => {
      const newest = answers.at(-1);
      if (newest === undefined) return [];
      return {
        ...ofPerson(newest),
        sessions: [...new Set(answers.map(({ session }) => session))].slice(-20),
        evidenceAt: newest.answeredAt,
        facts: {
          how: 'oneDevice',
          people: new Set(meetings.flat().map(({ personKey }) => personKey)).size,
          peopleMin: thresholds.peopleMin,
          together: meetings.length,
          togetherMin: thresholds.timesMin,
          withinMs: thresholds.withinMs,
          windowMs: thresholds.windowMs,
        },
      };
    });
  });
}

/** Stretches in which enough people answered within so long of each other; no answer is in two of them. */
export function meetingsOf<A extends Pick<Handed, 'personKey' | 'answeredAt'>>(answers: readonly A[]): readonly A[][] {
  const meetings: A[][] = [];
  const isMeeting = (of: readonly A[]): boolean =>
    new Set(of.map(({ personKey }) => personKey)).size >= thresholds.peopleMin;
  let near: A[] = [];
  for (const answer of answers) {
    const recent = near.filter((one) => answer.answeredAt - one.answeredAt <= thresholds.withinMs);
    // Whoever comes while all of a meeting are still near belongs to it.
    if (recent.length < near.length && isMeeting(near)) {
      meetings.push(near);
      near = [answer];
    } else near = [...recent, answer];
  }
  return isMeeting(near) ? [...meetings, near] : meetings;
}

interface PathTie {
  readonly a: string;
  readonly b: string;
  readonly same: readonly SamePath[];
}

/** Two people with enough paths in common. */
function tiesOf(paths: readonly SamePath[]): PathTie[] {
  const ties = new Map<string, { a: string; b: string; same: SamePath[] }>();
  for (const own of byKey(paths, ({ path }) => path).values())
    for (const [i, one] of own.entries())
      for (const other of own.slice(i + 1)) {
        const key = `${one.personKey} ${other.personKey}`;
        const tie = ties.get(key) ?? { a: one.personKey, b: other.personKey, same: [] };
        ties.set(key, tie);
        tie.same.push(one, other);
      }
  return [...ties.values()].filter(({ same }) => same.length >= 2 * thresholds.pathsMin);
}

export function judgePaths({ paths, people }: Pick<Evidence, 'paths' | 'people'>): Finding[] {
  const known = new Map(people.map((one) => [one.personKey, one]));
  return groupsOf(tiesOf(paths), thresholds.peopleMin).flatMap(({ members, ties }) =>
    members.flatMap((member) => {
      const whereabouts = known.get(member);
      const answers = ties.flatMap(({ same }) => same.filter(({ personKey }) => personKey === member));
      if (whereabouts === undefined) return [];
      return {
        ...ofPerson(whereabouts),
        sessions: [...new Set(answers.map(({ session }) => session))].slice(-20),
        evidenceAt: Math.max(...answers.map(({ answeredAt }) => answeredAt)),
        facts: {
          how: 'copiedPath',
          people: members.length,
          peopleMin: thresholds.peopleMin,
          samePaths: new Set(answers.map(({ path }) => path)).size,
          samePathsMin: thresholds.pathsMin,
          windowMs: thresholds.windowMs,
        },
      };
    }),
  );
}
