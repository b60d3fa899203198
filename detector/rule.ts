/**
 * What a rule is: one unit with its code, its name, its memory, its thresholds and its judgement.
 *
 * Adding one: its file in `rules/`, a line in `rules/index.ts`, its words (they do not compile
 * without it), its test. Its thresholds are `policy.rules[name]`; a policy without that section
 * has the rule off. Its memory is `session.rules[name]`, or `person.rules[name]` by `scope`.
 */
import type { BeatClaim, DeliveredBy, Event, KeyAt, PlayState } from './event.ts';
import type { Intervals } from './intervals.ts';
import type { AlertCode, EndReason, Facts, Reason, Severity } from './terms.ts';

/** New media under one run, and how the run's wall time divides between new and seen. */
export interface Sight {
  /** Wall milliseconds of the run. */
  readonly ms: number;
  /** Where the run begins on the browser's clock. */
  readonly offset: number;
  /** Wall milliseconds spent on media not covered before. */
  readonly freshMs: number;
  readonly fresh: Intervals;
  readonly beyond: boolean;
}

/** What a beat claims, measured once for all rules. */
export interface Claim {
  readonly beat: BeatClaim;
  /** It waited for a connection, by its label or by when it was made. */
  readonly late: boolean;
  readonly lengthMs: number;
  /** Milliseconds of play claimed. */
  readonly played: number;
  readonly sights: readonly Sight[];
  /** Server time of the browser's clock at 0. */
  readonly origin: number;
  /** How far the browser's clock ran ahead of the server's since the last beats. */
  readonly aheadMs: number;
  /** Its session plays for the first time. */
  readonly starts: boolean;
  /** With this beat it took the lease from a session that had it still; null: it did not. */
  readonly took: Takeover | null;
}

export interface Takeover {
  readonly from: string;
  /** Both are pages of one device. */
  readonly sameDevice: boolean;
  /** How much of the other's play lies after where this beat says that its own began. */
  readonly overlapMs: number;
}

/** What this event changed about presence. */
export interface PresenceNews {
  /** A proof was due, and its deadline passed while the lesson played. */
  readonly missed: boolean;
  readonly given: 'passed' | 'failed' | null;
  /** A lesson's end brought the proof that is asked, and it may be left. */
  readonly free?: boolean;
  /** Held time that too much play without a proof has cost. */
  readonly lapsedMs: number;
}

/** Media of a lesson that left a server for this person, whatever session asked for it. */
export interface DeliveredMedia {
  readonly lesson: string;
  /** When something was delivered last. */
  readonly at: number;
  readonly media: Intervals;
}

/** What a rule may know of the session that the event speaks of. */
export interface SessionView {
  readonly lesson: string;
  readonly lessonMs: number;
  /** Who delivers its media and tells of it; absent: nobody does. */
  readonly delivery?: DeliveredBy;
  /** Where its key lies, unless out of reach of the page's scripts. */
  readonly keyAt?: KeyAt;
  readonly device: string;
  /** When its tenure began; null: it has not played yet. */
  readonly startAt: number | null;
  /** When its last beat came. */
  readonly lastAt: number;
  /** What the player did as the last beat ended, and the media position up to which play was claimed. */
  readonly state: PlayState;
  readonly position: number;
  /** Where the last beat's span ended on the browser's clock. */
  readonly offset: number;
  /** When, to whom and how it lost the lease. */
  readonly lost: { readonly at: number; readonly by: string; readonly code: AlertCode } | null;
}

/** A weak sign: which rule sees it, and for how much it counts. */
export interface Weak {
  readonly rule: string;
  readonly code: AlertCode | null;
  readonly points: number;
}

/** What a rule sees. Everything is as it was before this event, but for `news`. */
export interface View<Thresholds> {
  readonly at: number;
  readonly event: Event;
  readonly thresholds: Thresholds;
  readonly session: SessionView;
  /** Null: the event is no beat. */
  readonly claim: Claim | null;
  readonly news: PresenceNews;
  /** The weak signs that the rules before this one see in the same event. */
  readonly weak: readonly Weak[];
  /** Media of the session's lesson that is credited or reserved by held spans. */
  readonly covered: readonly Intervals[];
  /** Media that left a server for this person, this event's included. */
  readonly delivered: readonly DeliveredMedia[];
  /** From the policy: how far network jitter reaches, and how much play two proofs may enclose. */
  readonly toleranceMs: number;
  readonly maxGapMs: number;
  /** In what range the server draws when the next beat is wanted. */
  readonly beat: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  /** When the last tenure that ended by closing left off; 0: none has. */
  readonly freeFrom: number;
  /** All that the person has credited or held, over all lessons. Counted when it is asked for. */
  earnedMs(): number;
}

/** What one rule says of one event. Findings are merged in one place (`merge.ts`). */
export interface Finding {
  /** Nothing of the claim is believed. */
  readonly refuse?: Reason;
  /** So many of the claimed milliseconds, the last ones, were not played in front of anybody. */
  readonly background?: { readonly ms: number; readonly reason: Reason };
  /** Per run: its fresh media is not paid, for this reason. */
  readonly unpaid?: readonly (Reason | null)[];
  /**
   * A weak sign: so many points of suspicion, as long as the rule says so. Alone it accuses nobody; what the
   * points of all rules together bring is in `score.ts`.
   */
  readonly weak?: number;
  /** Tell the trainee at once, before any second is denied. */
  readonly warn?: Reason;
  /** The session that is spoken of ends; only of an event that is no beat. */
  readonly ends?: EndReason;
  readonly alert?: {
    readonly facts: Facts;
    /** Default: the rule's own. */
    readonly severity?: Severity;
    /** Other sessions that the alert is about. */
    readonly with?: readonly string[];
    /** Default: the rule's own. */
    readonly code?: AlertCode;
  };
}

export interface Rule<Name extends string, Memory, Thresholds> {
  readonly name: Name;
  /** Null: it accuses nobody, and only ever denies or explains. */
  readonly code: AlertCode | null;
  readonly severity: Severity;
  readonly scope: 'session' | 'person';
  /** What a policy's section must say, each a number that is not negative. */
  readonly thresholds: readonly (keyof Thresholds & string)[];
  /** What it remembers before it has seen anything. */
  readonly first: Memory;
  judge(own: Memory, view: View<Thresholds>): Judged<Memory>;
}

export interface Judged<Memory> {
  readonly own: Memory;
  readonly finding?: Finding;
}
