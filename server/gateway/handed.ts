/** What the gateway is handed by `main.ts`: shapes only, whatever fits them may stand behind. */
import type { Answer, Answered, Challenge, Words } from '../../sdk/wire.ts';
import type { NoticeVerdict } from '../judge/handed.ts';

/** Drafts of one person are judged in the order of the calls; a rejection takes those behind it along. */
export type { Judge, LoadPolicy, NoticeVerdict } from '../judge/handed.ts';

/** One trainee in one class at one lesson, as the platform that sent the ticket has filed it. */
export interface Enrolment {
  readonly personKey: string;
  readonly region: string;
  readonly lessonMs: number;
  readonly lessonTitle: string;
  readonly mediaUrl: string;
  readonly policyHash: string;
  readonly className: string;
  readonly traineeName: string;
}

/** `null`: the platform has no such trainee in such a class with such a lesson. */
export type FindEnrolment = (
  platformId: string,
  traineeId: string,
  classId: string,
  lessonId: string,
) => Promise<Enrolment | null>;

/** A key with which a platform signs its tickets; `null`: unknown or retired. */
export type FindPlatformKey = (
  platformId: string,
  kid: string,
) => Promise<{ readonly alg: 'ES256' | 'RS256'; readonly publicPem: string } | null>;

export interface Presence {
  /** The prompt that waits for this person, on whatever session it was asked. */
  pending(personKey: string): Promise<Challenge | null>;
  answer(session: string, personKey: string, answer: Answer): Promise<Answered>;
}

/** What a notice says to the trainee. */
export type WordsFor = (kind: NoticeVerdict['kind'], reason: string) => Words;
