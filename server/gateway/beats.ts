/**
 * The way of one beat: admitted, submitted, committed, acknowledged.
 *
 * Guarantees: beats of a session are admitted in the order they arrive, however many are on
 * their way to the store; a beat is acknowledged only when it is stored; when a commit fails the
 * chain is thrown away and read again, so the browser can send the same bytes once more and
 * nothing stored is lost or doubled. A beat that does not fit is compared with the store before
 * it is refused: another process may have gone on with the session.
 *
 * Its time is the moment it arrived, however long it then waits for its turn. One that was sealed with an old
 * nonce waited for a connection, whatever its page says of it. What a person's beats
 * may weigh in a day is bounded, all sessions and ways in together.
 *
 * The usual beat takes no turn and reads nothing: one HMAC, one parse, one submit.
 */
import type { SealedBeat, Totals } from '../../sdk/wire.ts';
import { type ErrorCode, fail } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Admission, admit, compareOld } from './admission.ts';
import type { Buckets } from './bucket.ts';
import type { Judge } from './contract.ts';
import { isStale } from './freshness.ts';
import type { Keys } from './keys.ts';
import { drained, inTurn, type Live, type LiveSessions } from './live.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Interval } from './next.ts';
import type { Refusals } from './refusals.ts';
import type { GatewayStore } from './store.ts';

/** The last beat stored, and what the lesson has come to. */
export interface Stored {
  readonly seq: number;
  readonly totals: Totals;
  /** When the next beat is wanted. */
  readonly nextBeat: Interval;
}

/** Admitted (or known already); `stored` settles with the commit. */
export interface Entered {
  /** Its MAC proved that the page which holds the session's key sent it. */
  readonly proven: boolean;
  readonly stored: Promise<Stored>;
}

export interface Beats {
  /**
   * Takes one sealed beat in. Throws (or rejects) with a code of the error table.
   * Returns at once for the usual beat, a promise when the store must be asked first.
   * @param trusted the way in belongs to the session's page, so a wrong MAC speaks of that page
   * @param arrivedAt when it reached the server, server time, ms
   */
  enter(live: Live, sealed: SealedBeat, trusted: boolean, arrivedAt: number): Entered | Promise<Entered>;
}

interface BeatsDeps {
  readonly keys: Keys;
  readonly live: LiveSessions;
  readonly judge: Pick<Judge, 'submit'>;
  readonly store: GatewayStore;
  readonly refusals: Refusals;
  /** One key a person, counted in bytes of bodies. */
  readonly dayBytes: Buckets;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
}

type Next = Extract<Admission, { kind: 'next' }>;

export function createBeats(deps: BeatsDeps): Beats {
  const { keys, live: sessions, judge, store, refusals, dayBytes, metrics, log } = deps;

  function submit(live: Live, next: Next, sealed: SealedBeat, arrivedAt: number): Entered {
    // What was admitted is ASCII: digits, the schema's own words, a nonce of ours.
    const bytes = sealed.body.length;
    if (!dayBytes.take(live.personKey, bytes)) return fail('dayLimit');
    const started = performance.now();
    const stale = !sealed.queued && isStale(live.freshness, next.chain.nonceIndex, arrivedAt);
    if (stale) metrics.stale();
    live.chain = next.chain;
    live.inflight += 1;
    const stored = judge
      .submit(
        live.personKey,
        {
          kind: 'beat',
          session: live.session,
          queued: sealed.queued || stale,
          beat: next.beat,
          body: sealed.body,
          mac: sealed.mac,
        },
        arrivedAt,
      )
      .then(
        (committed) => {
          if (next.beat.seq > live.durableSeq) live.durableSeq = next.beat.seq;
          live.totals = committed.totals;
          // The judge names none for a session that it no longer knows: never a beat at once.
          if (committed.nextBeat.maxMs > 0) live.nextBeat = committed.nextBeat;
          landed(live);
          metrics.accepted((performance.now() - started) / 1000);
          if (next.chain.ended) close(live);
          return { seq: next.beat.seq, totals: committed.totals, nextBeat: live.nextBeat };
        },
        (error: unknown) => {
          live.chain = null;
          // Nothing was stored: the same bytes come again.
          dayBytes.giveBack(live.personKey, bytes);
          landed(live);
          throw error;
        },
      );
    return { proven: true, stored };
  }

  /** The closing beat is stored; the session ends with it. Should this fail, silence will close it. */
  function close(live: Live): void {
    live.closed = true;
    refusals.flush(live.session, live.personKey);
    judge
      .submit(live.personKey, { kind: 'closed', session: live.session, cause: 'closing' })
      .catch((error: unknown) => {
        log.warn({ session: live.session, err: error }, 'the end of a session was not stored');
      });
  }

  /** What does not simply continue a known chain. Runs alone: later beats of the session wait. */
  async function ask(live: Live, sealed: SealedBeat, trusted: boolean, arrivedAt: number): Promise<Entered> {
    if (live.chain !== null) {
      const admission = admit(keys, live.chain, sealed);
      if (admission.kind === 'next') return submit(live, admission, sealed, arrivedAt);
      // Refused for what it is, whatever the store holds.
      if (admission.kind === 'refused' && admission.code !== 'beatMac') return refuse(live, admission.code, trusted);
      if (admission.kind === 'again') {
        // Admitted before, but perhaps not stored yet: acknowledged means durable.
        await drained(live);
        if (live.chain !== null) return known(live);
      }
    }
    const chain = await sessions.reload(live);
    const admission = admit(keys, chain, sealed);
    switch (admission.kind) {
      case 'next':
        return submit(live, admission, sealed, arrivedAt);
      case 'again':
        return known(live);
      case 'gap':
        return fail('beatGap', { lastSeq: chain.seq });
      case 'refused':
        return refuse(live, admission.code, trusted);
      case 'old': {
        const compared = compareOld(live.key, sealed, await store.macs(live.session, admission.seq));
        return compared === 'again' ? known(live) : refuse(live, compared, trusted);
      }
      default:
        return admission satisfies never;
    }
  }

  function refuse(live: Live, code: ErrorCode, trusted: boolean): never {
    // Whoever merely knows a session's id can send it wrong MACs; that must not accuse its trainee.
    if (trusted || code !== 'beatMac') refusals.note(live.session, live.personKey, code);
    return fail(code);
  }

  return {
    enter(live, sealed, trusted, arrivedAt) {
      if (live.turn === null && live.chain !== null) {
        const admission = admit(keys, live.chain, sealed);
        if (admission.kind === 'next') return submit(live, admission, sealed, arrivedAt);
      }
      return inTurn(live, () => ask(live, sealed, trusted, arrivedAt));
    },
  };
}

function known(live: Live): Entered {
  return {
    proven: true,
    stored: Promise.resolve({ seq: live.durableSeq, totals: live.totals, nextBeat: live.nextBeat }),
  };
}

function landed(live: Live): void {
  live.inflight -= 1;
  if (live.inflight > 0 || live.waiting.length === 0) return;
  const waiting = live.waiting;
  live.waiting = [];
  for (const go of waiting) go();
}
