/**
 * A trainee at a desk: events are folded as they happen, so questions come when the detector asks
 * them and ticks when it wants them. What the trainee does about it is the test's.
 */
import {
  type Event,
  emptyState,
  type Policy,
  type State,
  standardPolicy,
  step,
  type Verdict,
  wakeAt,
} from '../../detector/index.ts';
import { alone } from './alone.ts';
import { freeze } from './fold.ts';
import { lengthOf, type Player, type PlayerOptions, player, start } from './page.ts';

export interface DeskOptions {
  readonly policy?: Policy;
  /** Policies by the hash that `open` names; without one, `policy` judges everything. */
  readonly policies?: ReadonlyMap<string, Policy>;
  /** What the way to the server does to an event: delay it, or tell it by another clock. */
  readonly change?: (event: Event, nth: number) => Event;
  readonly from?: State;
}

export interface Attending {
  /** Whether the nth question is answered: rightly, wrongly, or not at all. */
  readonly answers?: (nth: number) => boolean | null;
  readonly latencyMs?: number;
  readonly every?: number | (() => number);
}

export type Desk = ReturnType<typeof desk>;

export function desk({
  policy = alone(standardPolicy),
  policies,
  change = (event) => event,
  from = emptyState,
}: DeskOptions = {}) {
  const events: Event[] = [];
  const clock = { now: start };
  const folded: Event[] = [];
  const verdicts: (readonly Verdict[])[] = [];
  let state = freeze(structuredClone(from));
  let questions = 0;
  let beats = 0;

  const judge = (event: Event): Policy => {
    const session = event.session === null ? undefined : state.sessions[event.session];
    const hash = event.kind === 'opened' ? event.policy : (session?.policy ?? state.policy);
    return policies?.get(hash ?? '') ?? policy;
  };

  /** Folds what was appended; what that says. */
  function settle(): readonly Verdict[] {
    const before = verdicts.length;
    for (let i = folded.length; i < events.length; i += 1) {
      const event = freeze(change(events[i]!, i));
      folded.push(event);
      const next = step(judge(event), state, event);
      state = freeze(next.state);
      verdicts.push(next.verdicts);
    }
    return verdicts.slice(before).flat();
  }

  return {
    events,
    /** The events as they were folded. */
    folded: folded as readonly Event[],
    verdicts: verdicts as readonly (readonly Verdict[])[],
    clock,
    settle,
    state: () => state,
    open: (options: PlayerOptions = {}): Player => player(events, clock, options),
    /** Plays for `ms`; each question is answered after `latencyMs`, play going on meanwhile. */
    attend(
      page: Player,
      ms: number,
      { answers = () => true, latencyMs = 5_000, every = () => lengthOf(beats++) }: Attending = {},
    ): void {
      for (let left = ms; left > 0; ) {
        const wall = Math.min(left, typeof every === 'number' ? every : every());
        page.play(wall, { every: wall });
        left -= wall;
        if (!settle().some((one) => one.verdict === 'proofAsked')) continue;
        questions += 1;
        const id = `q${questions}`;
        page.prompt(id, 90_000);
        const right = answers(questions);
        if (right === null) continue;
        const reading = Math.min(left, latencyMs);
        if (reading > 0) page.play(reading, { every: reading });
        left -= reading;
        page.answer(id, right);
        settle();
      }
    },
    /** Time passes; the detector gets the ticks that it asks for. */
    pass(ms: number): void {
      settle();
      for (const end = clock.now + ms; ; ) {
        const due = wakeAt(state);
        if (due === null || due > end) {
          clock.now = end;
          return;
        }
        clock.now = Math.max(clock.now, due) + 250;
        events.push({ kind: 'tick', at: clock.now, session: state.holder });
        settle();
      }
    },
  };
}
