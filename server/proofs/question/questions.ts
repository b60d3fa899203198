/**
 * Prompts: content questions that prove presence.
 *
 * A prompt's life:  issued ─▶ waiting ─▶ right | wrong | tooFast | expired     (its one answer)
 *                                   ├──▶ missed ─▶ expired                     (nobody answered in time; late)
 *                                   ├──▶ withdrawn                             (nobody was there to answer)
 *                                   └──▶ superseded                           (another was asked)
 *
 * Guarantees: a prompt waits for a person, not for a page: it follows to whatever session the
 * person has. It takes one answer, timed by the server. The key never leaves the server: choices
 * carry their place on the screen as their only name, and neither messages nor logs nor errors
 * hold more. `eligible` says what may be asked, and the system's randomness chooses among it. The
 * policy says what an answer is worth; here it is only told apart.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Policy } from '../../../detector/index.ts';
import type { Answered, Challenge } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import type { Judge } from '../../judge/contract.ts';
import type { Log } from '../../log.ts';
import type { Asking, Provider } from '../provider.ts';
import { eligible, type Stretch } from './choose.ts';
import type { OpenPrompt, Prompt, Question, QuestionStore } from './store.ts';
import { BEATS_LOOKED_AT, watchedIn } from './watched.ts';

interface QuestionsDeps {
  readonly store: QuestionStore;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: (hash: string) => Promise<Policy>;
  /** Puts a prompt before a session's page, in whatever process that is. */
  readonly show: (session: string, challenge: Challenge) => void;
  readonly log: Log;
  /** ms since the epoch; the judge's own clock, or one that agrees with it. */
  readonly now: () => number;
}

export function createQuestions(deps: QuestionsDeps): Provider<'question'> & { readonly asking: Asking } {
  const { store, judge, loadPolicy, show, log, now } = deps;

  /** `null`: there is none, and that was said. */
  async function choose(session: string, lesson: string, personKey: string): Promise<Question | null> {
    const all = await store.candidates(session, lesson, personKey);
    if (all.length === 0) {
      log.error({ session, lesson }, 'a lesson has no questions: nobody can prove presence in it');
      return null;
    }
    const lessons = new Set(all.flatMap(({ lessonId, about }) => (about === null ? [] : [lessonId])));
    const watched = new Map<string, readonly Stretch[]>();
    for (const one of lessons) watched.set(one, watchedIn(await store.beats(personKey, one, BEATS_LOOKED_AT)));
    const from = eligible(all, lesson, watched);
    const chosen = from[randomInt(Math.max(1, from.length))];
    if (chosen === undefined) {
      log.error({ session, lesson }, 'the bank has nothing about what was watched: presence cannot be proven yet');
      return null;
    }
    return store.question(chosen.id);
  }

  const asking: Asking = {
    async ask({ session, lesson }, personKey) {
      const { policyHash, closedAt } = (await store.session(session)) ?? fail('sessionUnknown');
      // Its page is gone; the detector asks through the next one.
      if (closedAt !== null) return;
      const { question: rules } = (await loadPolicy(policyHash)).proofs;
      if (rules === undefined) return log.error({ session }, 'a question is due under a policy without questions');
      const question = await choose(session, lesson, personKey);
      if (question === null) return;
      const { windowMs, lateMs, minLatencyMs } = rules;
      const issuedAt = now();
      const prompt: Prompt = {
        id: randomBytes(16).toString('base64url'),
        question,
        choiceIds: shuffled(question.choices.map(({ id }) => id)),
        ...{ issuedAt, deadlineAt: issuedAt + windowMs, lateMs, minLatencyMs },
      };
      // Stored before the judge hears of it: a prompt that counts as asked can be shown and answered.
      await store.issue({ ...prompt, questionId: question.id, personKey, session });
      try {
        const draft = { kind: 'proofIssued', session, proof: 'question', id: prompt.id, windowMs, lateMs } as const;
        const { at } = await judge.submit(personKey, draft, issuedAt);
        // The page left meanwhile, so the detector waits for nothing: whoever saw it could learn the key for free.
        const closedAt = (await store.session(session))?.closedAt ?? null;
        if (closedAt !== null && closedAt < at) return await store.takeBack(prompt.id);
      } catch (error) {
        await store.takeBack(prompt.id);
        throw error;
      }
      show(session, toChallenge(prompt, now()));
    },

    async pending(personKey) {
      const prompt = await store.pending(personKey);
      return prompt === null || endOf(prompt) <= now() ? null : toChallenge(prompt, now());
    },

    async answer(session, personKey, { prompt: id, choice }, arrivedAt = now()) {
      const prompt = await store.open(id, personKey);
      if (prompt === null) return null;
      const { outcome, passed } = judged(prompt, choice, arrivedAt);
      // Settled first: of two answers at once, only one is looked at.
      if (!(await store.conclude(id, outcome, arrivedAt))) return null;
      try {
        const given = { kind: 'proofGiven', session, proof: 'question', id } as const;
        // Whether it came in time, the detector finds for itself: it folds by the same moment.
        const draft = { ...given, outcome: passed ? 'passed' : 'failed' } as const;
        const { proved, totals } = await judge.submit(personKey, draft, arrivedAt);
        return { outcome, counted: proved, totals };
      } catch (error) {
        await store.reopen(id, outcome);
        throw error;
      }
    },

    ended: (session, how) => store.end(session, how, now()),
  };
  return { kind: 'question', asking };
}

/** The last moment at which an answer counts. */
function endOf({ deadlineAt, lateMs }: Prompt): number {
  return deadlineAt + lateMs;
}

/** Within the window or a little late, an answer is what it is; after that it is only late. */
function judged(
  prompt: OpenPrompt,
  choice: string,
  arrivedAt: number,
): { readonly outcome: Answered['outcome']; readonly passed: boolean } {
  const right = chosen(prompt, choice) === prompt.answerId;
  const tooFast = arrivedAt - prompt.issuedAt < prompt.minLatencyMs;
  const passed = right && !tooFast;
  if (arrivedAt > endOf(prompt)) return { outcome: 'expired', passed };
  return { outcome: tooFast ? 'tooFast' : right ? 'right' : 'wrong', passed };
}

/** Fisher–Yates with the system's randomness: where the right choice stands cannot be learnt. */
function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(randomInt(left.length), 1));
  return out;
}

/** Choices are named by their place, from 1: the bank's own ids could tell the right one from question to question. */
function toChallenge(prompt: Prompt, nowMs: number): Challenge {
  const { id, question, choiceIds, deadlineAt } = prompt;
  const choices = choiceIds.flatMap((choiceId, at) => {
    const choice = question.choices.find((one) => one.id === choiceId);
    return choice === undefined ? [] : [{ id: String(at + 1), text: { zh: choice.zh, en: choice.en } }];
  });
  const remainingMs = Math.max(0, deadlineAt - nowMs);
  return {
    prompt: id,
    question: { zh: question.textZh, en: question.textEn },
    choices,
    remainingMs,
    graceMs: Math.max(0, endOf(prompt) - nowMs - remainingMs),
  };
}

/** The bank's id of the choice at this place; `null`: there is no such place. */
function chosen(prompt: Prompt, choice: string): string | null {
  return /^[1-9]\d?$/.test(choice) ? (prompt.choiceIds[Number(choice) - 1] ?? null) : null;
}
