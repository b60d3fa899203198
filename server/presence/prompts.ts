/**
 * Prompts: content questions that prove presence.
 *
 * A prompt's life:  issued ─▶ waiting ─▶ right | wrong | tooFast | expired     (its one answer)
 *                                   └──▶ superseded                           (another was asked)
 *
 * Guarantees: a prompt waits for a person, not for a page: it follows to whatever session the
 * person has. It takes one answer, timed by the server. The key never leaves the server: choices
 * carry their place on the screen as their only name, and neither messages nor logs nor errors
 * hold more. The policy says what an answer is worth; here it is only told apart.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Policy } from '../../detector/index.ts';
import type { Answer, Answered, Challenge } from '../../sdk/wire.ts';
import { fail } from '../errors.ts';
import type { Judge, LoadPolicy } from '../judge/contract.ts';
import type { Log } from '../log.ts';
import type { Outcome, PresenceStore, Prompt, Question } from './store.ts';

interface PresenceDeps {
  readonly store: PresenceStore;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: LoadPolicy;
  /** Puts a prompt before a session's page, in whatever process that is. */
  readonly show: (session: string, challenge: Challenge) => void;
  readonly log: Log;
  /** ms since the epoch. */
  readonly now: () => number;
}

export interface Prompts {
  /**
   * Asks a question of the session's lesson. Never rejects: when it cannot, it says so in the log
   * and the detector, which hears of no prompt, asks again.
   */
  challenge(session: string, personKey: string): Promise<void>;
  /** What waits for this person, with the time that is left. */
  pending(personKey: string): Promise<Challenge | null>;
  /** Throws `promptUnknown` when it is not this person's, or was answered. */
  answer(session: string, personKey: string, answer: Answer): Promise<Answered>;
}

export function createPrompts({ store, judge, loadPolicy, show, log, now }: PresenceDeps): Prompts {
  async function policyOf(session: string): Promise<{ lessonId: string; presence: Policy['presence'] }> {
    const found = (await store.session(session)) ?? fail('sessionUnknown');
    return { lessonId: found.lessonId, presence: (await loadPolicy(found.policyHash)).presence };
  }

  async function ask(session: string, personKey: string): Promise<void> {
    const { lessonId, presence } = await policyOf(session);
    const [questions, last] = await Promise.all([store.questions(lessonId), store.lastAsked(personKey)]);
    const question = pick(questions, last);
    if (question === null) {
      log.error({ session, lessonId }, 'a lesson has no questions: nobody can prove presence in it');
      return;
    }
    const issuedMs = now();
    const prompt: Prompt = {
      id: randomBytes(16).toString('base64url'),
      question,
      choiceIds: shuffled(question.choices.map(({ id }) => id)),
      issuedMs,
      deadlineMs: issuedMs + presence.windowMs,
    };
    // Stored before the judge hears of it: a prompt that counts as asked can be shown and answered.
    await store.issue({ ...prompt, questionId: question.id, personKey, session });
    try {
      await judge.submit(personKey, { kind: 'prompted', session, prompt: prompt.id, deadline: presence.windowMs });
    } catch (error) {
      await store.settle(prompt.id, 'superseded', now());
      throw error;
    }
    show(session, toChallenge(prompt, now()));
  }

  return {
    challenge: (session, personKey) =>
      ask(session, personKey).catch((error: unknown) => {
        log.error({ session, err: error }, 'a prompt could not be asked');
      }),

    async pending(personKey) {
      const prompt = await store.pending(personKey);
      return prompt === null || prompt.deadlineMs <= now() ? null : toChallenge(prompt, now());
    },

    async answer(session, personKey, { prompt: id, choice }) {
      const answeredMs = now();
      const [prompt, { presence }] = await Promise.all([store.open(id, personKey), policyOf(session)]);
      if (prompt === null) return fail('promptUnknown');
      const correct = chosen(prompt, choice) === prompt.answerId;
      const latencyMs = answeredMs - prompt.issuedMs;
      const expired = answeredMs > prompt.deadlineMs;
      const tooFast = latencyMs < presence.minLatencyMs;
      const outcome: Outcome = expired ? 'expired' : tooFast ? 'tooFast' : correct ? 'right' : 'wrong';
      // Settled first: of two answers at once, only one is looked at.
      if (!(await store.settle(id, outcome, answeredMs))) return fail('promptUnknown');
      try {
        const right = correct && !tooFast;
        const { at, state, totals } = await judge.submit(personKey, { kind: 'answered', session, prompt: id, right });
        return { outcome, counted: state.proofs.some((proof) => proof.closes && proof.at === at), totals };
      } catch (error) {
        await store.reopen(id, outcome);
        throw error;
      }
    },
  };
}

/** Any question but the last one asked, unless there is no other. */
function pick(questions: readonly Question[], last: string | null): Question | null {
  const others = questions.filter(({ id }) => id !== last);
  const from = others.length > 0 ? others : questions;
  return from.length === 0 ? null : (from[randomInt(from.length)] ?? null);
}

/** Fisher–Yates with the system's randomness: where the right choice stands cannot be learnt. */
function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(randomInt(left.length), 1));
  return out;
}

/** Choices are named by their place, from 1: the bank's own ids could tell the right one from question to question. */
function toChallenge({ id, question, choiceIds, deadlineMs }: Prompt, nowMs: number): Challenge {
  const choices = choiceIds.flatMap((choiceId, at) => {
    const choice = question.choices.find((one) => one.id === choiceId);
    return choice === undefined ? [] : [{ id: String(at + 1), text: { zh: choice.zh, en: choice.en } }];
  });
  return {
    prompt: id,
    question: { zh: question.textZh, en: question.textEn },
    choices,
    remainingMs: Math.max(0, deadlineMs - nowMs),
  };
}

/** The bank's id of the choice at this place; `null`: there is no such place. */
function chosen(prompt: Prompt, choice: string): string | null {
  return /^[1-9]\d?$/.test(choice) ? (prompt.choiceIds[Number(choice) - 1] ?? null) : null;
}
