/**
 * The one place where the simulated world meets the detector. Nothing else under
 * `world/` or `bench/detection/` imports it, so another detector version is a change here.
 */
import {
  type AnyEvent,
  buildOf,
  type Folded,
  fold,
  type Manner,
  newest,
  type Opaque,
  shipped,
  type Verdict,
} from '../../../detector/index.ts';
import type { Beat } from '../../../sdk/wire.ts';
import type { Random } from './random.ts';

export { type AnyEvent, type Manner, newest };

/** How the server around a detector version tells the time. */
export interface Manners {
  /** `judging`: an event carries the time of its batch. `admission`: the time it came to the socket. */
  readonly stampedAt: 'judging' | 'admission';
  /** Whether a process's clock ignores steps of the machine's (a restart takes them over). */
  readonly monotonic: boolean;
}

/** What the world needs to know of a policy. */
export interface Terms {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly windowMs: number;
  /** An answer this much later still counts. */
  readonly lateMs: number;
  readonly minLatencyMs: number;
  /** To show one's face; 0: nobody is asked for it. */
  readonly faceMs: number;
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
      /** A face can be asked for. */
      readonly face?: true;
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
      /** So many answers could be given. */
      readonly answers: number;
      /** Default: a question. */
      readonly proof?: 'face';
    }
  | {
      readonly kind: 'answered';
      readonly at: number;
      readonly session: string;
      readonly prompt: string;
      readonly right: boolean;
      readonly manner: Manner;
      /** What a face check came to. */
      readonly face?: 'passed' | 'otherPerson' | 'notLive';
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
  /** Sessions to put a question to. `hard`: one that a script cannot read, nor guess. */
  readonly asks: readonly { readonly session: string; readonly hard: boolean }[];
  readonly takenOver: readonly string[];
  readonly closed: readonly string[];
}

export interface Port {
  readonly version: number;
  readonly manners: Manners;
  readonly terms: Terms;
  /** When the session's next beat is wanted, drawn uniformly. */
  nextBeat(session: string): { readonly minMs: number; readonly maxMs: number };
  judge(event: Submitted): Heard;
  wakeAt(): number | null;
  holder(): string;
  /** Of a lesson, as the trainee is told them. */
  totals(lesson: string): { readonly creditedMs: number; readonly heldMs: number; readonly deniedMs: number };
  /** State advances only after commit: a server that dies before it goes back. */
  mark(): unknown;
  back(mark: unknown): void;
}

/** The policy that the published numbers are measured with: the standard one, as each version shipped it. */
const HASH = 'standard';

interface Policy1 {
  readonly beat: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly presence: {
    readonly windowMs: number;
    readonly lateMs: number;
    readonly minLatencyMs: number;
  };
  readonly rate: { readonly firstViewingMax: number };
  readonly offline: { readonly capMs: number };
}
interface Policy2 {
  readonly beat: Policy1['beat'];
  readonly proofs: { readonly question: Policy1['presence']; readonly face?: Policy1['presence'] };
  readonly rules: { readonly playbackRate: Policy1['rate'] };
  readonly disconnected: Policy1['offline'];
}

function termsOf(version: number, body: object): Terms {
  if (version === 1) {
    const { beat, presence, rate, offline } = body as Policy1;
    return { ...beat, ...presence, faceMs: 0, paidRate: rate.firstViewingMax, disconnectedCapMs: offline.capMs };
  }
  const { beat, proofs, rules, disconnected } = body as Policy2;
  const paidRate = rules.playbackRate.firstViewingMax;
  const faceMs = proofs.face?.windowMs ?? 0;
  return { ...beat, ...proofs.question, faceMs, paidRate, disconnectedCapMs: disconnected.capMs };
}

/** @param history takes every event that is folded and kept */
export function createPort(random: Random, version = newest, history: AnyEvent[] = []): Port {
  const build = buildOf(version);
  const body = shipped.standard.findLast(({ needs }) => needs <= version)?.policy ?? {};
  const policy: Opaque = build.readPolicy(JSON.stringify(body));
  const draw = (): number => Math.floor(random() * 2 ** 31);
  let folded: Folded = { version, state: build.empty };

  function toEvent(one: Submitted): AnyEvent {
    // Server time never runs backwards for a person.
    const at = Math.max(one.at, build.inspect(folded.state).at);
    const { session } = one;
    switch (one.kind) {
      case 'opened': {
        const drawn = version === 1 ? { seed: draw() } : { of: 'lesson', draw: draw() };
        const sealed = version < 3 ? {} : { sealed: 'worker' };
        const opened: AnyEvent & object = Object.assign({}, one, drawn, sealed, { at, policy: HASH });
        return opened;
      }
      case 'asked': {
        const inMs = one.deadlineAt - one.at;
        if (version === 1)
          return { kind: 'prompted', at, session, prompt: one.prompt, deadline: at + inMs } as AnyEvent;
        const { proof = 'question' } = one;
        const { lateMs } = (body as Policy2).proofs[proof] ?? { lateMs: 0 };
        if (proof === 'face') {
          const of = { proof, id: one.prompt, deadlineAt: at + inMs + lateMs, draw: draw() };
          return { kind: 'proofIssued', at, session, ...of } as AnyEvent;
        }
        const issued = { proof, id: one.prompt, deadlineAt: at + inMs + lateMs, draw: draw() };
        const guess = version < 3 ? {} : { guess: Math.round(1000 / one.answers) };
        return { kind: 'proofIssued', at, session, ...issued, ...guess } as AnyEvent;
      }
      case 'answered': {
        const { prompt, right, manner, face } = one;
        if (face !== undefined) {
          const of = { proof: 'face', id: prompt, outcome: right ? 'passed' : 'failed', draw: draw() };
          const refusal = { why: face, limit: 600, reasons: [face] };
          return { kind: 'proofGiven', at, session, ...of, ...(right ? {} : { refusal }) } as AnyEvent;
        }
        if (version === 1) return { kind: 'answered', at, session, prompt, right } as AnyEvent;
        const given = { proof: 'question', id: prompt, outcome: right ? 'passed' : 'failed', draw: draw() };
        return { kind: 'proofGiven', at, session, ...given, ...(version < 3 ? {} : { manner }) } as AnyEvent;
      }
      case 'refused':
        return { ...one, at, count: 1 } as AnyEvent;
      case 'closed':
        return { ...one, at, cause: 'closing' } as AnyEvent;
      case 'beat':
      case 'tick':
        return { ...one, at };
      default:
        return one satisfies never;
    }
  }

  return {
    version,
    manners: version === 1 ? { stampedAt: 'judging', monotonic: false } : { stampedAt: 'admission', monotonic: true },
    terms: termsOf(version, body),
    nextBeat: (session) => build.nextBeat(folded.state, session, policy),
    judge(one) {
      const event = toEvent(one);
      const next = fold(folded, event, () => policy);
      folded = next.folded;
      history.push(event);
      return hear(next.verdicts);
    },
    wakeAt: () => build.wakeAt(folded.state, policy),
    holder: () => build.inspect(folded.state).holder ?? '',
    totals: (lesson) => build.totals(folded.state, lesson),
    mark: () => ({ folded, events: history.length }),
    back: (mark) => {
      const before = mark as { readonly folded: Folded; readonly events: number };
      folded = before.folded;
      history.length = before.events;
    },
  };
}

function hear(verdicts: readonly Verdict[]): Heard {
  const spans: SpanNews[] = [];
  const alerts: AlertNews[] = [];
  const asks: { session: string; hard: boolean }[] = [];
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
      case 'proofAsked':
        asks.push({ session: one.session, hard: one.hard === true });
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
