/**
 * What a kind of proof is on the server: one unit, in a folder of its own. The detector says that
 * a proof is due, of one of these kinds, and what one is worth; what is asked, and what a right
 * answer is, only the provider knows.
 */
import type { ProofKind } from '../../detector/index.ts';
import type { Answer, Answered, FaceStanding, Posed } from '../../sdk/wire.ts';
import type { ProofAsked } from '../judge/contract.ts';

/** How the detector stopped waiting for what was asked. */
export type Ended = 'missed' | 'withdrawn';

/** How a proof is asked of a trainee, and taken, through the page. */
export interface Asking {
  /**
   * Whether it can be asked of this person on this page now: then it is, before kinds that can be asked of
   * anybody. Absent: it can be asked of anybody.
   */
  able?(asked: ProofAsked, personKey: string): Promise<boolean>;
  /** When it rejects, the detector, which hears of no proof, asks again. */
  ask(asked: ProofAsked, personKey: string): Promise<void>;
  /**
   * A session's page told what it can draw.
   * @param assistive its platform says that the trainee uses assistive technology; default: no
   */
  announced?(session: string, forms: readonly string[], assistive?: boolean): Promise<void>;
  /** What a page that just opened its session is told of this kind; `null`: nothing. */
  standing?(session: string, personKey: string, policyHash: string): Promise<FaceStanding | null>;
  /**
   * What waits for this person, with the time that is left.
   * @param session whose page it is for: only what that page can draw; default: whatever it is
   */
  pending(personKey: string, session?: string): Promise<Posed | null>;
  /**
   * `null`: nothing of this kind waits for this person under that name.
   * @param arrivedAt when the answer came in, server time, ms; default: now
   */
  answer(session: string, personKey: string, answer: Answer, arrivedAt?: number): Promise<Answered | null>;
  /** What waited for the person of this session waits no longer. */
  ended(session: string, how: Ended): Promise<void>;
}

export interface Provider<K extends ProofKind = ProofKind> {
  readonly kind: K;
  /** `null`: nobody is asked; somebody else gives it. */
  readonly asking: Asking | null;
}

/** The kinds that this server knows how to take. */
export type Providers = { readonly [K in ProofKind]?: Provider<K> };
