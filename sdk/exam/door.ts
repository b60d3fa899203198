/**
 * Gets into the sitting: a ticket, then the server's word. Guarantees: without a line it goes on trying, each time with
 * a fresh ticket where there is a way to one, for a reply that was lost has spent the one before.
 */
import type { FaceChallenge, Given, Words } from '../wire.ts';
import type { Nap } from './errands.ts';
import type { Line } from './line.ts';
import type { ExamItem, ExamOptions } from './surface.ts';

/** As the server opens or resumes a sitting. */
export interface Opened {
  readonly sittingId: string;
  readonly key: string;
  readonly exam: { readonly id: string; readonly title: string };
  readonly items: readonly (Omit<ExamItem, 'of' | 'picture' | 'given'> & { readonly picture?: string })[];
  readonly pictures: readonly (NonNullable<ExamItem['picture']> & { readonly sha256: string })[];
  readonly answers: readonly { readonly n: number; readonly given: Given }[];
  readonly remainingMs: number;
  readonly face?: FaceChallenge;
}

export type Entered =
  | { readonly kind: 'opened'; readonly opened: Opened; readonly sentAt: number; readonly heardAt: number }
  | { readonly kind: 'refused'; readonly code: string; readonly words: Words | null }
  /** Whoever waits for it no longer does. */
  | { readonly kind: 'left' };

export interface DoorDeps {
  readonly ask: Line['ask'];
  readonly nap: Nap;
  readonly device: string;
  /** The page can show a face check. */
  readonly showsFace: boolean;
  readonly ticket: string | undefined;
  readonly getTicket: ExamOptions['getTicket'] | undefined;
  /** It did not work, and is tried again. */
  readonly onDelay: (code: 'ticketFetch' | 'disconnected') => void;
  readonly left: () => boolean;
}

const AGAIN_MS = 3_000;

export async function enterDoor({
  ask,
  nap,
  device,
  showsFace,
  ticket,
  getTicket,
  onDelay,
  left,
}: DoorDeps): Promise<Entered> {
  let given = ticket;
  let lost = false;
  for (;;) {
    let chosen = given;
    if (!chosen && getTicket) {
      try {
        chosen = await getTicket();
      } catch {
        onDelay('ticketFetch');
        await nap(AGAIN_MS);
        if (left()) return { kind: 'left' };
        continue;
      }
    }
    if (left()) return { kind: 'left' };
    if (!chosen) return { kind: 'refused', code: 'ticketMissing', words: null };
    const reply = await ask<Opened>('', { ticket: chosen, device, showsFace });
    if (left()) return { kind: 'left' };
    if (reply.kind === 'value') {
      return { kind: 'opened', opened: reply.value, sentAt: reply.sentAt, heardAt: reply.heardAt };
    }
    const mended = given !== undefined || lost;
    if (reply.kind === 'unheard') {
      lost = true;
      onDelay('disconnected');
      await nap(AGAIN_MS);
    } else if (reply.retryAfterMs !== null) await nap(reply.retryAfterMs);
    // The ticket in the page is used up or too old (a reload, a lost reply): a fresh one may do.
    else if (reply.code.startsWith('ticket') && getTicket && mended) lost = false;
    else return { kind: 'refused', code: reply.code, words: reply.words };
    if (left()) return { kind: 'left' };
    if (getTicket) given = undefined;
  }
}
