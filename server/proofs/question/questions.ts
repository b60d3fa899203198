/**
 * Prompts: content questions that prove presence.
 *
 * A prompt's life:  issued ─▶ waiting ─▶ right | wrong | tooFast | expired     (its one answer)
 *                                   ├──▶ missed ─▶ expired                     (nobody answered in time; late)
 *                                   ├──▶ withdrawn                             (nobody was there to answer)
 *                                   └──▶ superseded                           (another was asked)
 *
 * Guarantees: a prompt waits for a person, not for a page: it follows to whatever session the
 * person has. It takes one answer, timed by the server, and no reply says whether it was right: what the
 * person's answers together come to, the detector says when it releases. The key never leaves the server: choices
 * carry their place on the screen as their only name, and neither messages nor logs nor errors
 * hold more. `eligible` says what may be asked, and the system's randomness chooses among it. The
 * policy says what an answer is worth; here it is only told apart.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Policy } from '../../../detector/index.ts';
import type { Answer, Challenge } from '../../../sdk/wire.ts';
import type { Form } from '../../classes/item.ts';
import { fail } from '../../errors.ts';
import type { Judge } from '../../judge/contract.ts';
import type { Log } from '../../log.ts';
import type { Asking, Provider } from '../provider.ts';
import { chosenBy, isRight } from './answer.ts';
import { endOf } from './challenge.ts';
import { eligible, type Stretch } from './choose.ts';
import { guessOfAsked } from './guess.ts';
import { keptOf, mannerOf } from './manner.ts';
import type { Renderer } from './render/renderer.ts';
import { createShowing, shownAs } from './showing.ts';
import type { AnswerOutcome, Page, Prompt, QuestionStore } from './store.ts';
import { type Asked, askOf } from './template.ts';
import { strictestTerms } from './terms.ts';
import { BEATS_LOOKED_AT, watchedIn } from './watched.ts';

/** A broken item costs one asking no more than so many looks into the bank. */
const CHOICES_TRIED = 5;
const known: readonly Form[] = ['single', 'multiple', 'order', 'number', 'point'];
/** A picture has no words for who cannot see it: they are asked the items in words. */
const inWords: readonly Form[] = known.filter((form) => form !== 'point');

interface QuestionsDeps {
  readonly store: QuestionStore;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: (hash: string) => Promise<Policy>;
  /** Puts a prompt before a session's page, in whatever process that is. */
  readonly show: (session: string, challenge: Challenge) => void;
  /** Draws what is shown as an image. */
  readonly renderer: Renderer;
  readonly log: Log;
  /** ms since the epoch; the judge's own clock, or one that agrees with it. */
  readonly now: () => number;
}

export function createQuestions(deps: QuestionsDeps): Provider<'question'> & { readonly asking: Asking } {
  const { store, judge, loadPolicy, show, renderer, log, now } = deps;
  const showing = createShowing({ store, renderer, log, now });

  /** `null`: there is none, and that was said. */
  async function choose(
    session: string,
    lesson: string,
    personKey: string,
    page: Page,
  ): Promise<{ readonly id: string; readonly asked: Asked } | null> {
    const forms = page.assistive ? page.forms.filter((form) => inWords.includes(form)) : page.forms;
    const all = await store.candidates(session, lesson, personKey);
    if (all.length === 0) {
      log.error({ session, lesson }, 'a lesson has no questions: nobody can prove presence in it');
      return null;
    }
    const lessons = new Set(all.flatMap(({ lessonId, about }) => (about === null ? [] : [lessonId])));
    const watched = new Map<string, readonly Stretch[]>();
    for (const one of lessons) watched.set(one, watchedIn(await store.beats(personKey, one, BEATS_LOOKED_AT)));
    let left = all;
    for (let tries = 0; tries < CHOICES_TRIED; tries++) {
      const from = eligible(left, lesson, watched, forms);
      const chosen = from[randomInt(Math.max(1, from.length))];
      if (chosen === undefined) break;
      const item = await store.item(chosen.id);
      const asked = item === null ? null : askOf(item, randomInt);
      const pictured = asked?.form !== 'point' || (await store.picture(asked.picture)) !== null;
      if (asked !== null && pictured) return { id: chosen.id, asked };
      log.error(
        { session, question: chosen.id },
        'an item cannot be asked: its template has no drawing that fits, or its picture is gone',
      );
      left = left.filter((one) => one !== chosen);
    }
    log.error(
      { session, lesson, forms },
      'the bank has nothing to ask about what was watched: nobody can prove presence',
    );
    return null;
  }

  const asking: Asking = {
    async ask({ session, lesson, hard = false, policies = [] }, personKey) {
      const { policyHash, closedAt } = (await store.session(session)) ?? fail('sessionUnknown');
      // Its page is gone; the detector asks through the next one.
      if (closedAt !== null) return;
      const rules = await strictestTerms(policyHash, policies, loadPolicy);
      if (rules === null) return log.error({ session }, 'a question is due under a policy without questions');
      const page = await store.page(session);
      const chosen = await choose(session, lesson, personKey, page);
      if (chosen === null) return;
      const { id: questionId, asked } = chosen;
      const { windowMs, lateMs, minLatencyMs } = rules;
      const unshown = {
        id: randomBytes(16).toString('base64url'),
        asked,
        choiceIds: 'choices' in asked ? shuffled(asked.choices.map(({ id }) => id)) : [],
        ...{ lateMs, minLatencyMs },
      };
      // Drawn before its time begins.
      const shown = await showing.prepare(unshown, shownAs(rules.rendered, hard, page));
      const issuedAt = now();
      const prompt: Prompt = { ...unshown, ...shown, issuedAt, deadlineAt: issuedAt + windowMs };
      // Stored before the judge hears of it: a prompt that counts as asked can be shown and answered.
      await store.issue({ ...prompt, questionId, personKey, session });
      try {
        const about = { proof: 'question', id: prompt.id, windowMs, lateMs, guess: guessOfAsked(asked) } as const;
        const plain = shown.shownAs === 'unable' ? ({ plain: true } as const) : {};
        const draft = { kind: 'proofIssued', session, ...about, ...plain } as const;
        const { at } = await judge.submit(personKey, draft, issuedAt);
        // The page left meanwhile, so the detector waits for nothing: whoever saw it could learn the key for free.
        const closedAt = (await store.session(session))?.closedAt ?? null;
        if (closedAt !== null && closedAt < at) return await store.takeBack(prompt.id);
      } catch (error) {
        await store.takeBack(prompt.id);
        throw error;
      }
      const challenge = await showing.challenge(prompt);
      if (challenge !== null) show(session, challenge);
    },

    async announced(session, forms, assistive = false) {
      await store.announce(session, {
        forms: known.filter((form) => forms.includes(form)),
        images: forms.includes('image'),
        assistive,
      });
    },

    async pending(personKey, session) {
      const prompt = await store.pending(personKey);
      if (prompt === null || endOf(prompt) <= now()) return null;
      if (session !== undefined) {
        const { forms, images } = await store.page(session);
        // Another page of this person was asked what this one cannot draw.
        if (!forms.includes(prompt.asked.form) || (prompt.shownAs === 'image' && !images)) return null;
      }
      return showing.challenge(prompt);
    },

    async answer(session, personKey, answer, arrivedAt = now()) {
      const id = answer.prompt;
      const prompt = await store.open(id, personKey);
      if (prompt === null) return null;
      const { outcome, passed } = judged(prompt, answer, arrivedAt);
      const chosen = chosenBy(prompt.asked, prompt.choiceIds, answer);
      const kept = keptOf(prompt, answer, arrivedAt);
      // Settled first: of two answers at once, only one is looked at.
      if (!(await store.conclude(id, { outcome, chosen, session, kept, atMs: arrivedAt }))) return null;
      try {
        const given = { kind: 'proofGiven', session, proof: 'question', id } as const;
        // Whether it came in time, the detector finds for itself: it folds by the same moment.
        const draft = { ...given, outcome: passed ? 'passed' : 'failed', manner: mannerOf(kept) } as const;
        const { totals } = await judge.submit(personKey, draft, arrivedAt);
        return { outcome: outcome === 'expired' ? 'expired' : 'taken', counted: false, totals };
      } catch (error) {
        await store.reopen(id, outcome);
        throw error;
      }
    },

    ended: (session, how) => store.end(session, how, now()),
  };
  return { kind: 'question', asking };
}

/** Within the window or a little late, an answer is what it is; after that it is only late. */
function judged(
  prompt: Prompt,
  answer: Answer,
  arrivedAt: number,
): { readonly outcome: AnswerOutcome; readonly passed: boolean } {
  const right = isRight(prompt.asked, prompt.choiceIds, answer);
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
