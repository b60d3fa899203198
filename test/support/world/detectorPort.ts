/**
 * The one place where the simulated world meets the detector. Nothing else under
 * `world/` or `bench/detection/` imports it, so another detector version is a change here.
 */
import {
  DETECTOR_VERSION,
  type Event,
  emptyState,
  type Policy,
  policyOf,
  type State,
  standardPolicy,
  step,
  type Verdict,
  wakeAt,
} from '../../../detector/index.ts';
import type { Beat } from '../../../sdk/wire.ts';
import type { Random } from './random.ts';

/** How the server around this detector tells the time. */
export const manners = {
  /** `judging`: an event carries the time of its batch. `admission`: the time it came to the socket. */
  stampedAt: 'judging' as 'judging' | 'admission',
  /** Whether a process's clock ignores steps of the machine's (a restart takes them over). */
  monotonic: false,
};

/** What the world needs to know of a policy. */
export interface Terms {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly windowMs: number;
  readonly minLatencyMs: number;
  /** Fastest first viewing that is paid. */
  readonly paidRate: number;
  /** So much play without a connection may count. */
  readonly disconnectedCapMs: number;
}

/** What the server submits. `at` is its own time. */
export type Submitted =
  | {
      readonly kind: 'opened';
      readonly at: number;
      readonly session: string;
      readonly lesson: string;
      readonly lessonMs: number;
      readonly device: string;
    }
  | {
      readonly kind: 'beat';
      readonly at: number;
      readonly session: string;
      readonly queued: boolean;
      readonly beat: Beat;
    }
  | {
      readonly kind: 'asked';
      readonly at: number;
      readonly session: string;
      readonly prompt: string;
      readonly deadlineAt: number;
    }
  | {
      readonly kind: 'answered';
      readonly at: number;
      readonly session: string;
      readonly prompt: string;
      readonly right: boolean;
    }
  | { readonly kind: 'refused'; readonly at: number; readonly session: string; readonly code: string }
  | { readonly kind: 'tick'; readonly at: number; readonly session: string }
  | { readonly kind: 'closed'; readonly at: number; readonly session: string };

export interface SpanNews {
  readonly id: number;
  readonly lesson: string;
  readonly ms: number;
  readonly fate: 'credited' | 'held' | 'denied';
  readonly reason: string;
}
export interface AlertNews {
  readonly rule: string;
  readonly facts: string;
}

/** What follows, in the world's own words. */
export interface Heard {
  readonly spans: readonly SpanNews[];
  readonly alerts: readonly AlertNews[];
  /** Sessions to put a question to. */
  readonly asks: readonly string[];
  readonly takenOver: readonly string[];
  readonly closed: readonly string[];
}

export interface Port {
  readonly version: string;
  readonly terms: Terms;
  judge(event: Submitted): Heard;
  wakeAt(): number | null;
  holder(): string;
  /** State advances only after commit: a server that dies before it goes back. */
  mark(): unknown;
  back(mark: unknown): void;
}

/** The policy that the published numbers are measured with. */
export const publishedPolicy: Policy = standardPolicy;

export function createPort(random: Random, policy: Policy = publishedPolicy): Port {
  let state: State = emptyState;

  function toEvent(one: Submitted): Event {
    // Server time never runs backwards for a person.
    const at = Math.max(one.at, state.at);
    switch (one.kind) {
      case 'opened':
        return { ...one, at, policy: 'standard', seed: Math.floor(random() * 2 ** 31) };
      case 'beat':
        return { ...one, at };
      case 'asked':
        return {
          kind: 'prompted',
          at,
          session: one.session,
          prompt: one.prompt,
          deadline: at + (one.deadlineAt - one.at),
        };
      case 'answered':
        return { ...one, at };
      case 'refused':
        return { ...one, at, count: 1 };
      case 'tick':
        return { ...one, at };
      case 'closed':
        return { ...one, at, cause: 'closing' };
      default:
        return one satisfies never;
    }
  }

  return {
    version: DETECTOR_VERSION,
    terms: {
      minIntervalMs: policy.beat.minIntervalMs,
      maxIntervalMs: policy.beat.maxIntervalMs,
      windowMs: policy.presence.windowMs,
      minLatencyMs: policy.presence.minLatencyMs,
      paidRate: policy.rate.firstViewingMax,
      disconnectedCapMs: policy.offline.capMs,
    },
    judge(one) {
      const event = toEvent(one);
      // A tick before any session has no policy, and nothing to say.
      if (policyOf(state, event) === null) return hear([]);
      const next = step(policy, state, event);
      state = next.state;
      return hear(next.verdicts);
    },
    wakeAt: () => wakeAt(policy, state),
    holder: () => state.holder ?? '',
    mark: () => state,
    back: (mark) => {
      state = mark as State;
    },
  };
}

function hear(verdicts: readonly Verdict[]): Heard {
  const spans: SpanNews[] = [];
  const alerts: AlertNews[] = [];
  const asks: string[] = [];
  const takenOver: string[] = [];
  const closed: string[] = [];
  for (const one of verdicts) {
    switch (one.verdict) {
      case 'credit':
      case 'hold':
      case 'deny':
      case 'release':
        spans.push(one.span);
        break;
      case 'alert':
        alerts.push({ rule: `${one.code}.${one.rule}`, facts: JSON.stringify(one.facts) });
        break;
      case 'challenge':
        asks.push(one.session);
        break;
      case 'notice':
        if (one.kind === 'takenOver') takenOver.push(one.session);
        if (one.kind === 'closed') closed.push(one.session);
        break;
      default:
        one satisfies never;
    }
  }
  return { spans, alerts, asks, takenOver, closed };
}
