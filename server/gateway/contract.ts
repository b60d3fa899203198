/** What the gateway is handed by `main.ts`: shapes only, whatever fits them may stand behind. */
import type { Answer, Answered, Challenge, Words } from '../../sdk/wire.ts';
import type { NoticeVerdict } from '../judge/contract.ts';

export type { Enrolment, FindEnrolment, FindPlatformKey } from '../classes/entries.ts';
/** Drafts of one person are judged in the order of the calls; a rejection takes those behind it along. */
export type { Judge, LoadPolicy, NoticeVerdict } from '../judge/contract.ts';

export interface Presence {
  /** The prompt that waits for this person, on whatever session it was asked. */
  pending(personKey: string): Promise<Challenge | null>;
  answer(session: string, personKey: string, answer: Answer): Promise<Answered>;
}

/** What a notice says to the trainee. */
export type WordsFor = (kind: NoticeVerdict['kind'], reason: string) => Words;
