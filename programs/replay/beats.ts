/**
 * The beats of a person's sessions: their numbers without a gap, the exact bytes that were sealed,
 * and, where the keys are at hand, the MAC chain over them and the nonces they carry.
 *
 * Without the keys nobody can make up a beat that passes here, whatever else they rewrite.
 */
import type { AnyEvent } from '../../detector/index.ts';
import { type Keys, sealedHow } from '../../server/gateway/keys.ts';

interface Beat {
  readonly seq?: unknown;
  readonly cause?: unknown;
  readonly nonce?: unknown;
}

export interface BeatEvent extends AnyEvent {
  readonly queued?: unknown;
  readonly mac?: unknown;
  readonly beat?: Beat;
}

interface Chain {
  readonly key: Buffer | null;
  seq: number;
  mac: string;
  nonceIndex: number;
}

export interface Beats {
  /** Takes the next beat of the person; returns what is wrong with it, or null. */
  take(event: BeatEvent, line: string): string | null;
}

/** @param keys null: MACs and nonces are not looked at */
export function createBeats(keys: Keys | null): Beats {
  const chains = new Map<string, Chain>();

  function chainOf(session: string): Chain {
    const known = chains.get(session);
    if (known !== undefined) return known;
    const first = { key: keys?.mac(session) ?? null, seq: 0, mac: session, nonceIndex: 0 };
    chains.set(session, first);
    return first;
  }

  return {
    take({ at, session, queued, mac, beat }, line) {
      if (session === null || typeof mac !== 'string' || typeof beat?.seq !== 'number')
        return 'is no beat of a session';
      const chain = chainOf(session);
      const { seq, mac: previous } = chain;
      chain.seq = beat.seq;
      chain.mac = mac;
      if (beat.seq !== seq + 1) return `is beat ${beat.seq} of its session, after beat ${seq}`;
      const head = `${JSON.stringify({ kind: 'beat', at, session, queued, mac }).slice(0, -1)},"beat":`;
      if (!line.startsWith(head) || !line.endsWith('}')) return 'is not written as beats are written';
      if (keys === null || chain.key === null) return null;
      const how = sealedHow(chain.key, previous, beat.seq, { body: line.slice(head.length, -1), mac });
      if (how === null || (how === 'closing' && beat.cause !== 'closing')) {
        return `beat ${beat.seq}: its MAC does not follow from its bytes and the beat before it`;
      }
      const index = typeof beat.nonce === 'string' ? keys.nonceIndex(session, beat.nonce) : null;
      if (index === null || index < chain.nonceIndex || index > seq) {
        return `beat ${beat.seq}: its nonce was not one it could have had`;
      }
      chain.nonceIndex = index;
      return null;
    },
  };
}
