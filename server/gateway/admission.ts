/**
 * Admission: whether a sealed beat is the next link of its session's chain. Pure: no clock, no
 * I/O; the caller keeps the chain and decides what to do with one that is thrown away.
 *
 * Guarantees: a beat is `next` only when its bytes were sealed with the session's key over the
 * previous beat's MAC, its number is the previous one's plus one, and it carries a nonce that
 * this server issued to this session, no older than the one used before. The key that a page is lent for its
 * last beat seals that number with the cause `closing` and nothing else. Nothing of a beat is
 * believed before its MAC holds; the number peeked from an unproven body only chooses which
 * refusal to give.
 *
 * A body has one spelling: what is stored, chained and folded again years later is read by every
 * reader as it was read here.
 *
 * Order of the checks: size, MAC, spelling, form, number, nonce.
 */
import type { BeatClaim } from '../../detector/index.ts';
import { BEAT_BYTES_MAX, beatSchema, type SealedBeat } from '../../sdk/wire.ts';
import { type Freshness, newestIndex } from './freshness.ts';
import { type Keys, sealedHow } from './keys.ts';

/** Where a session's chain stands. */
export interface Chain {
  readonly session: string;
  readonly key: Buffer;
  /** The nonces that its page was given here. */
  readonly freshness: Freshness;
  /** The last beat admitted; 0: none. */
  readonly seq: number;
  /** Its MAC; the session's id before the first beat. */
  readonly mac: string;
  /** The MAC before it, to know the last beat again when it is sent twice; `null`: no beat yet. */
  readonly previousMac: string | null;
  /** The highest nonce index used. */
  readonly nonceIndex: number;
  /** No further beats: the closing beat was admitted, or the session is closed. */
  readonly ended: boolean;
}

export type Admission =
  | { readonly kind: 'next'; readonly beat: BeatClaim; readonly chain: Chain }
  /** The last admitted beat, byte for byte. */
  | { readonly kind: 'again' }
  /** A number already taken; whether it is the same beat, only the stored MACs can tell. */
  | { readonly kind: 'old'; readonly seq: number }
  /** Beats are missing before this one. */
  | { readonly kind: 'gap' }
  | {
      readonly kind: 'refused';
      readonly code: 'tooLarge' | 'beatMac' | 'beatMalformed' | 'beatReplayed' | 'beatNonce' | 'sessionClosed';
    };

/** The chain of a session that has just opened. */
export function firstChain(session: string, key: Buffer, freshness: Freshness): Chain {
  return { session, key, freshness, seq: 0, mac: session, previousMac: null, nonceIndex: 0, ended: false };
}

export function admit(keys: Keys, chain: Chain, sealed: SealedBeat): Admission {
  const { body } = sealed;
  if (body.length > BEAT_BYTES_MAX || Buffer.byteLength(body) > BEAT_BYTES_MAX) return refused.tooLarge;

  const how = sealedHow(chain.key, chain.mac, chain.seq + 1, sealed);
  if (how === null) return notNext(chain, sealed);

  const json = parseJson(body);
  if (json === undefined || !isCanonical(body, json)) return refused.beatMalformed;
  const parsed = beatSchema.safeParse(json);
  if (!parsed.success) return refused.beatMalformed;
  const beat = parsed.data;
  if (how === 'closing' && (beat.cause !== 'closing' || beat.seq !== chain.seq + 1)) return refused.beatMac;
  if (beat.seq <= chain.seq) return refused.beatReplayed;
  if (beat.seq > chain.seq + 1) return gap;
  if (chain.ended) return refused.sessionClosed;

  const nonceIndex = newestIndex(chain.freshness, beat.nonce) ?? keys.nonceIndex(chain.session, beat.nonce);
  if (nonceIndex === null || nonceIndex < chain.nonceIndex || nonceIndex > chain.seq) return refused.beatNonce;

  return {
    kind: 'next',
    beat,
    chain: {
      session: chain.session,
      key: chain.key,
      freshness: chain.freshness,
      seq: beat.seq,
      mac: sealed.mac,
      previousMac: chain.mac,
      nonceIndex,
      ended: beat.cause === 'closing',
    },
  };
}

/** The MAC does not continue the chain: sent again, out of order, or not from the session's page. */
function notNext(chain: Chain, sealed: SealedBeat): Admission {
  const seq = peekSeq(sealed.body);
  if (seq === null || seq === chain.seq + 1) return refused.beatMac;
  if (seq > chain.seq) return gap;
  if (seq === chain.seq && chain.previousMac !== null && sealed.mac === chain.mac) {
    return sealedHow(chain.key, chain.previousMac, seq, sealed) === null ? refused.beatMac : again;
  }
  return { kind: 'old', seq };
}

/**
 * Judges a beat whose number is taken, given the MACs that are stored for it and for its
 * predecessor (the session's id for the first). `null`: nothing is stored under that number.
 */
export function compareOld(
  key: Buffer,
  sealed: SealedBeat,
  stored: { readonly mac: string; readonly previousMac: string } | null,
): 'again' | 'beatReplayed' | 'beatMac' {
  const seq = peekSeq(sealed.body);
  if (stored === null || seq === null || sealedHow(key, stored.previousMac, seq, sealed) === null) return 'beatMac';
  return sealed.mac === stored.mac ? 'again' : 'beatReplayed';
}

/** The number a body claims. Unproven: good for choosing an answer, for nothing else. */
export function peekSeq(body: string): number | null {
  const json = parseJson(body);
  if (typeof json !== 'object' || json === null || !('seq' in json)) return null;
  return typeof json.seq === 'number' && Number.isSafeInteger(json.seq) && json.seq >= 1 ? json.seq : null;
}

/**
 * Whether this is the one text that `JSON.stringify` writes for the value: no key twice, no blanks,
 * no other spelling of a number or letter. It never writes half of a surrogate pair as it is, so such
 * a text cannot be equal either.
 */
function isCanonical(text: string, value: unknown): boolean {
  return JSON.stringify(value) === text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Answers that carry nothing of the beat are made once: a flood of refusals allocates none.
const again: Admission = { kind: 'again' };
const gap: Admission = { kind: 'gap' };
const refused = {
  tooLarge: { kind: 'refused', code: 'tooLarge' },
  beatMac: { kind: 'refused', code: 'beatMac' },
  beatMalformed: { kind: 'refused', code: 'beatMalformed' },
  beatReplayed: { kind: 'refused', code: 'beatReplayed' },
  beatNonce: { kind: 'refused', code: 'beatNonce' },
  sessionClosed: { kind: 'refused', code: 'sessionClosed' },
} as const satisfies Record<string, Admission>;
