/**
 * From a draft to an event, in the form of the detector version that will fold it: each version
 * reads its own events for ever. Whatever must be random is drawn here and stands in the event.
 */
import { randomInt } from 'node:crypto';
import type { AnyEvent, Event, Upgraded } from '../../detector/index.ts';
import { AppError } from '../errors.ts';
import type { Draft, NewSession } from './contract.ts';

export type AnyDraft = Draft | { readonly kind: 'opened'; readonly session: NewSession };

export function stamp(draft: AnyDraft, at: number, version: number): AnyEvent {
  return version === 1 ? stamp1(draft, at) : stampNow(draft, at);
}

export function upgraded(from: number, to: number, at: number): Upgraded {
  return { kind: 'upgraded', at, session: null, from, to };
}

function stampNow(draft: AnyDraft, at: number): Event {
  switch (draft.kind) {
    case 'opened': {
      const { id, of, lessonId, lessonMs, device, policyHash, sealed, delivery, face } = draft.session;
      return {
        ...{ kind: 'opened', at, session: id, of, lesson: lessonId, lessonMs, device },
        ...{ policy: policyHash, draw: draw() },
        ...(sealed === undefined ? {} : { sealed }),
        ...(delivery === undefined ? {} : { delivery }),
        ...(face === undefined ? {} : { face }),
      };
    }
    case 'beat':
      return { kind: 'beat', at, session: draft.session, queued: draft.queued, beat: draft.beat };
    case 'proofIssued': {
      const { session, proof, id, windowMs, lateMs, guess, plain } = draft;
      const about = { proof, id, deadlineAt: at + windowMs + lateMs, draw: draw() };
      return {
        kind: 'proofIssued',
        at,
        session,
        ...about,
        ...(guess === undefined ? {} : { guess }),
        ...(plain ? { plain } : {}),
      };
    }
    case 'proofGiven': {
      const { session, proof, id, outcome, manner, refusal } = draft;
      return {
        ...{ kind: 'proofGiven', at, session, proof, id, outcome, draw: draw() },
        ...(manner === undefined ? {} : { manner }),
        ...(refusal === undefined ? {} : { refusal }),
      };
    }
    case 'delivered':
    case 'refused':
    case 'tick':
    case 'closed':
      return { ...draft, at };
    default:
      return draft satisfies never;
  }
}

/** Version 1 knew questions only, and sessions of lessons only. */
function stamp1(draft: AnyDraft, at: number): AnyEvent {
  switch (draft.kind) {
    case 'opened': {
      const { id, of, lessonId, lessonMs, device, policyHash } = draft.session;
      if (of !== 'lesson') throw new AppError('newerRelease');
      const about = { lesson: lessonId, lessonMs, device, policy: policyHash, seed: randomInt(2 ** 31) };
      return { kind: 'opened', at, session: id, ...about } as AnyEvent;
    }
    case 'proofIssued': {
      if (draft.proof !== 'question') throw new AppError('newerRelease');
      const { session, id, windowMs } = draft;
      return { kind: 'prompted', at, session, prompt: id, deadline: at + windowMs } as AnyEvent;
    }
    case 'proofGiven': {
      if (draft.proof !== 'question' || draft.session === null) throw new AppError('newerRelease');
      const right = draft.outcome === 'passed';
      return { kind: 'answered', at, session: draft.session, prompt: draft.id, right } as AnyEvent;
    }
    case 'tick':
      return { kind: 'tick', at, session: draft.session ?? '' };
    case 'beat':
      return { kind: 'beat', at, session: draft.session, queued: draft.queued, beat: draft.beat } as AnyEvent;
    // It says nothing to a version that does not know it.
    case 'delivered':
    case 'refused':
    case 'closed':
      return { ...draft, at };
    default:
      return draft satisfies never;
  }
}

function draw(): number {
  return randomInt(2 ** 32);
}
