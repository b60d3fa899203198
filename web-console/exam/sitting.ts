/**
 * From a sitting to what is drawn, and which words name what happened in it. Guarantees: every answer that was saved
 * is a block and every event a mark; a block ends where its answer was saved and is as long as the item was before
 * the eyes, but never begins before the answer before it. Pure but for the language.
 */
import type { AlertView } from '../../server/alerts/alert.ts';
import type { PageFact } from '../../server/exams/contract.ts';
import type { ProofOutcome } from '../../server/exams/identity/points.ts';
import type { HandedInBy } from '../../server/exams/sitting.ts';
import type { EventKind } from '../../server/exams/sittings/store.ts';
import type { CompletionKind } from '../../server/exams/terms.ts';
import type { TimelineView } from '../../server/exams/view.ts';
import { duration, timeOfDay } from '../shared/format.ts';
import { pick, say } from '../shared/language.ts';
import { bad, good, open, type Track, type TrackBlock, type TrackMark } from '../trainee/track.ts';
import type { Key } from '../words.ts';

export const completionKeys: Readonly<Record<CompletionKind, Key>> = {
  completionExam: 'kindCompletionExam',
  qualification: 'kindQualification',
  skillLevel: 'kindSkillLevel',
  specialAbility: 'kindSpecialAbility',
};

export const handedInKeys: Readonly<Record<HandedInBy, Key>> = {
  candidate: 'byCandidate',
  clock: 'byClock',
  stopped: 'byStopped',
};

const eventKeys: Readonly<Record<string, Key>> = {
  opened: 'eventOpened',
  resumed: 'eventResumed',
  paused: 'eventPaused',
  handedIn: 'eventHandedIn',
  corrected: 'eventCorrected',
  practice: 'eventPractice',
  faceAsked: 'eventFaceAsked',
  faceEnded: 'eventFaceEnded',
  supervisorAsked: 'eventSupervisorAsked',
} satisfies Readonly<Record<Exclude<EventKind, 'page'>, Key>>;

const factKeys: Readonly<Record<string, Key>> = {
  hidden: 'factHidden',
  visible: 'factVisible',
  blurred: 'factBlurred',
  focused: 'factFocused',
  fullscreenLeft: 'factFullscreenLeft',
  fullscreenEntered: 'factFullscreenEntered',
  secondScreen: 'factSecondScreen',
  copied: 'factCopied',
  pasted: 'factPasted',
  devtools: 'factDevtools',
  printed: 'factPrinted',
} satisfies Readonly<Record<PageFact, Key>>;

const faceKeys: Readonly<Record<string, Key>> = {
  passed: 'facePassed',
  mismatch: 'faceMismatch',
  failed: 'faceFailed',
  unclear: 'faceUnclear',
  missed: 'faceMissed',
  declined: 'faceDeclined',
  noCamera: 'faceNoCamera',
  unconsented: 'faceUnconsented',
} satisfies Readonly<Record<Exclude<ProofOutcome, 'asked' | 'notAsked'>, Key>>;

const signs: Readonly<Record<string, string>> = { opened: '▶', resumed: '↻', paused: '‖', handedIn: '■' };

type Answer = TimelineView['answers'][number];
type Lane = 'right' | 'wrong' | 'changed';
export const laneOf = ({ counts, right }: Answer): Lane => (counts ? (right ? 'right' : 'wrong') : 'changed');
export const laneKeys: Readonly<Record<Lane, Key>> = {
  right: 'laneRight',
  wrong: 'laneWrong',
  changed: 'laneChanged',
};
export const lanes = [
  { key: 'right', ...good },
  { key: 'changed', ...open },
  { key: 'wrong', ...bad },
] as const;

/** What is not known here stands for itself. */
export function eventWords({ kind, facts }: TimelineView['events'][number]): string {
  const fact = String(facts['fact'] ?? '');
  const key = kind === 'page' ? own(factKeys, fact) : own(eventKeys, kind);
  if (key === undefined) return `${kind} ${fact}`.trim();
  const came = String(facts['outcome'] ?? '');
  const outcome = own(faceKeys, came);
  return say(key, { outcome: outcome === undefined ? came : say(outcome) });
}

const own = (of: Readonly<Record<string, Key>>, key: string): Key | undefined =>
  Object.hasOwn(of, key) ? of[key] : undefined;

/** Alerts that name this sitting. */
export const alertsOf = (sittingId: string, alerts: readonly AlertView[]): AlertView[] =>
  alerts.filter(({ facts }) => facts['sitting'] === sittingId);

export function trackOf(sitting: TimelineView, alerts: readonly AlertView[]): Track {
  const opened = Date.parse(sitting.openedAt);
  let before = opened;
  const blocks = sitting.answers.map((answer): TrackBlock => {
    const to = Date.parse(answer.at);
    const from = Math.max(before, to - answer.tookMs);
    before = to;
    return { id: String(answer.seq), lane: laneOf(answer), from, to, words: answerWords(answer) };
  });
  const events = sitting.events.map(
    (event, i): TrackMark => ({
      ...{ id: `event ${i}`, at: Date.parse(event.at), shape: 'round', sign: signs[event.kind] ?? '•' },
      words: say('eventWords', { time: timeOfDay(event.at), event: eventWords(event) }),
    }),
  );
  const handedIn = sitting.handedInAt === null ? null : Date.parse(sitting.handedInAt);
  // Practice and corrections may come days later: they stand at the end, or would make a sliver of all else.
  const to = handedIn ?? Math.max(opened + 60_000, before, ...events.map(({ at }) => at));
  const marks = alerts.map(
    (alert): TrackMark => ({
      ...{ id: alert.id, at: to, shape: 'square', sign: '!' },
      words: say('alertWords', {
        ...{ time: timeOfDay(alert.at), code: pick(alert.codeWords), rule: pick(alert.ruleWords) },
      }),
    }),
  );
  const count = (lane: Lane) => blocks.filter((block) => block.lane === lane).length;
  return {
    ...{ from: opened, to, lanes, blocks, label: sitting.title },
    note: `${timeOfDay(opened)} – ${handedIn === null ? say('notHandedIn') : timeOfDay(handedIn)}`,
    summary: say('sittingAlt', {
      ...{ title: sitting.title, from: timeOfDay(opened), to: timeOfDay(to) },
      ...{ right: count('right'), wrong: count('wrong'), changed: count('changed') },
      ...{ events: events.length, alerts: marks.length },
    }),
    marks: [...events.map((mark) => ({ ...mark, at: Math.min(mark.at, to) })), ...marks],
  };
}

function answerWords(answer: Answer): string {
  return say('answerWords', {
    ...{ n: answer.n, result: say(laneKeys[laneOf(answer)]) },
    ...{ time: timeOfDay(answer.at), took: duration(answer.tookMs / 1000) },
  });
}
