/**
 * The room of proofs: finds who asks for a proof that is due, and whose an answer is.
 * Guarantees: `asked` and `noticed` never reject. When a proof cannot be asked, it is said in the
 * log, and the detector, which hears of no proof, asks again.
 */
import type { Answer, Answered, FaceStanding, Posed } from '../../sdk/wire.ts';
import { fail } from '../errors.ts';
import type { NoticeVerdict, ProofAsked } from '../judge/contract.ts';
import type { Log } from '../log.ts';
import type { Asking, Ended, Providers } from './provider.ts';

interface ProofsDeps {
  readonly providers: Providers;
  readonly log: Log;
}

export interface Proofs {
  /**
   * Asks for one of the kinds through the session's page: one that this very person can be asked, else the
   * first that anybody can.
   */
  asked(asked: ProofAsked, personKey: string): Promise<void>;
  /**
   * A session's page told which forms of question it can draw.
   * @param assistive its platform says that the trainee uses assistive technology; default: no
   */
  announced(session: string, forms: readonly string[], assistive?: boolean): Promise<void>;
  /** What a page that just opened its session is told about faces. */
  standing(session: string, personKey: string, policyHash: string): Promise<FaceStanding | null>;
  /**
   * What waits for this person, with the time that is left.
   * @param session whose page it is for: only what that page can draw; default: whatever it is
   */
  pending(personKey: string, session?: string): Promise<Posed | null>;
  /**
   * Throws `promptUnknown` when it is not this person's, or was answered.
   * @param arrivedAt when the answer came in, server time, ms; default: now
   */
  answer(session: string, personKey: string, answer: Answer, arrivedAt?: number): Promise<Answered>;
  /** Keeps what became of a proof that nobody gave. */
  noticed(notice: Pick<NoticeVerdict, 'kind' | 'session'>): Promise<void>;
}

export function createProofs({ providers, log }: ProofsDeps): Proofs {
  const askings: readonly Asking[] = Object.values(providers).flatMap(({ asking }) => asking ?? []);

  async function choose(asked: ProofAsked, personKey: string) {
    const here = asked.kinds.flatMap((kind) => {
      const asking = providers[kind]?.asking ?? null;
      return asking === null ? [] : [{ kind, asking }];
    });
    for (const one of here) if (await one.asking.able?.(asked, personKey)) return one;
    return here.find(({ asking }) => asking.able === undefined) ?? null;
  }

  return {
    async asked(asked, personKey) {
      const { session, kinds } = asked;
      const found = await choose(asked, personKey).catch((error: unknown) => {
        log.error({ session, kinds, err: error }, 'a proof could not be chosen');
        return null;
      });
      if (found === null) {
        log.error({ session, kinds }, 'a proof is due of kinds that nobody here can ask for');
        return;
      }
      const { kind, asking } = found;
      await asking.ask(asked, personKey).catch((error: unknown) => {
        log.error({ session, kind, err: error }, 'a proof could not be asked');
      });
    },

    async announced(session, forms, assistive) {
      for (const asking of askings) await asking.announced?.(session, forms, assistive);
    },

    async standing(session, personKey, policyHash) {
      for (const asking of askings) {
        const standing = (await asking.standing?.(session, personKey, policyHash)) ?? null;
        if (standing !== null) return standing;
      }
      return null;
    },

    async pending(personKey, session) {
      for (const asking of askings) {
        const challenge = await asking.pending(personKey, session);
        if (challenge !== null) return challenge;
      }
      return null;
    },

    async answer(session, personKey, answer, arrivedAt) {
      for (const asking of askings) {
        const answered = await asking.answer(session, personKey, answer, arrivedAt);
        if (answered !== null) return answered;
      }
      return fail('promptUnknown');
    },

    async noticed({ kind, session }) {
      const how = endedBy(kind);
      if (how === null) return;
      const ends = askings.map((asking) => asking.ended(session, how));
      for (const end of await Promise.allSettled(ends)) {
        if (end.status === 'rejected') log.error({ session, err: end.reason }, 'the end of a proof was not kept');
      }
    },
  };
}

function endedBy(kind: NoticeVerdict['kind']): Ended | null {
  switch (kind) {
    case 'promptMissed':
      return 'missed';
    case 'promptWithdrawn':
      return 'withdrawn';
    case 'held':
    case 'released':
    case 'denied':
    case 'takenOver':
    case 'closed':
      return null;
    default:
      return kind satisfies never;
  }
}
