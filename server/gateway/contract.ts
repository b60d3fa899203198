/** What the gateway is handed by `main.ts`: shapes only, whatever fits them may stand behind. */
import type { DeliveredBy, Policy } from '../../detector/index.ts';
import type { Answer, Answered, FaceStanding, Posed, Words } from '../../sdk/wire.ts';
import type { Enrolment } from '../classes/entries.ts';
import type { NoticeVerdict } from '../judge/contract.ts';

export type { Enrolment, FindEnrolment, FindPlatformKey } from '../classes/entries.ts';
/** Drafts of one person are judged in the order of the calls; a rejection takes those behind it along. */
export type { Judge, NoticeVerdict } from '../judge/contract.ts';

/** A policy as today's detector version reads it. */
export type LoadPolicy = (hash: string) => Promise<Policy>;

/** The policy that a new session of this class takes; the class itself names `policyHash`. */
export type CurrentPolicy = (of: {
  readonly platformId: string;
  readonly region: string;
  readonly occupationCode: string;
  readonly policyHash: string;
}) => Promise<string>;

export interface Presence {
  /**
   * A session's page told which forms of question it can draw.
   * @param assistive its platform says that the trainee uses assistive technology; default: no
   */
  announced(session: string, forms: readonly string[], assistive?: boolean): Promise<void>;
  /** What a page that can show a face check is told about it when it opens; absent, or `null`: nothing. */
  standing?(session: string, personKey: string, policyHash: string): Promise<FaceStanding | null>;
  /** The prompt that waits for this person, on whatever session it was asked, if this session's page can draw it. */
  pending(personKey: string, session: string): Promise<Posed | null>;
  /** @param arrivedAt when the answer reached the server, server time, ms */
  answer(session: string, personKey: string, answer: Answer, arrivedAt: number): Promise<Answered>;
}

/** The media of a lesson for one session. */
export interface SessionMedia {
  /** Who tells what is delivered; `null`: nobody. */
  readonly delivery: DeliveredBy | null;
  /** Where this server delivers it; `null`: it does not. */
  readonly path: string | null;
}

export interface Media {
  /** @param session the session that it is for */
  ofSession(session: string, lesson: FiledMedia): Promise<SessionMedia>;
  /** Whether the address of the lesson's media comes with the session. */
  serves(lesson: FiledMedia): Promise<boolean>;
}

/** What is filed of a lesson's media. */
export type FiledMedia = Pick<Enrolment, 'delivery' | 'mediaFile'> & { readonly lessonId: string };

/** What a notice says to the trainee. */
export type WordsFor = (kind: NoticeVerdict['kind'], reason: string) => Words;

/** A session that is stored, and whence its page came. */
export interface SessionOpened {
  readonly session: string;
  readonly personKey: string;
  /** Server time, ms since the epoch. */
  readonly at: number;
  /** The other end of the socket, and what a proxy said of whom it speaks for. */
  readonly remote: string;
  readonly forwardedFor: string | undefined;
}
