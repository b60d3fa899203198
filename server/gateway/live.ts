/**
 * The sessions this process keeps in memory. A live session is a cache of what is stored, shared by every
 * way in (socket, beacon) so that one chain is admitted in one order.
 *
 * Its chain is in one of two states:
 *   known    `chain` is the head after every beat admitted here, committed or still on its way
 *   unknown  `chain` is null: something failed, or another process may have gone on; the next
 *            beat first lets what is on its way come to rest, then reads the head from the store
 *
 * Guarantees: a session is loaded once however many ask for it at the same time; it is forgotten
 * when nobody retains it any more, and the judge hears of it when it was the person's last here.
 */
import type { Totals } from '../../sdk/wire.ts';
import { fail } from '../errors.ts';
import { type Chain, firstChain } from './admission.ts';
import type { Judge, LoadPolicy } from './contract.ts';
import { createFreshness, type Freshness } from './freshness.ts';
import type { Keys } from './keys.ts';
import { type Interval, intervalOf } from './next.ts';
import type { GatewayStore } from './store.ts';

export interface Live {
  readonly session: string;
  readonly personKey: string;
  readonly lesson: string;
  /** Between beats, by the session's policy. */
  readonly interval: Interval;
  readonly key: Buffer;
  chain: Chain | null;
  readonly freshness: Freshness;
  /** The last beat that is stored, as far as this process knows. */
  durableSeq: number;
  totals: Totals;
  /** As the last beat that was stored here left it. */
  nextBeat: Interval;
  closed: boolean;
  /** Beats submitted and not yet committed or failed. */
  inflight: number;
  /** Whoever waits for `inflight` to reach 0. */
  waiting: (() => void)[];
  /** Settles when the work that runs alone is done (see `inTurn`); never rejects. */
  turn: Promise<void> | null;
  retainers: number;
}

export interface LiveSessions {
  /** A session that has just opened; retained once. */
  adopt(session: Pick<Live, 'session' | 'personKey' | 'lesson' | 'interval' | 'totals'>): Live;
  /** Keeps a session in memory, loading it when needed. Throws `sessionUnknown`. Each `retain` wants one `drop`. */
  retain(session: string): Promise<Live>;
  drop(live: Live): void;
  /** The session if it is in memory here now. */
  peek(session: string): Live | undefined;
  /** Waits for what is on its way, then reads the chain's head from the store. */
  reload(live: Live): Promise<Chain>;
  /** Sessions in memory here now. */
  count(): number;
  /** Waits until nothing of any session is on its way. */
  drained(): Promise<void>;
}

interface LiveDeps {
  readonly store: GatewayStore;
  readonly keys: Keys;
  readonly judge: Pick<Judge, 'left'>;
  readonly loadPolicy: LoadPolicy;
}

export function createLiveSessions({ store, keys, judge, loadPolicy }: LiveDeps): LiveSessions {
  const sessions = new Map<string, Live>();
  const loading = new Map<string, Promise<Live>>();
  const perPerson = new Map<string, number>();

  function add(live: Live): Live {
    sessions.set(live.session, live);
    perPerson.set(live.personKey, (perPerson.get(live.personKey) ?? 0) + 1);
    return live;
  }

  function forget(live: Live): void {
    if (live.retainers > 0 || live.inflight > 0 || live.turn !== null || sessions.get(live.session) !== live) return;
    sessions.delete(live.session);
    const others = (perPerson.get(live.personKey) ?? 1) - 1;
    if (others > 0) {
      perPerson.set(live.personKey, others);
    } else {
      perPerson.delete(live.personKey);
      judge.left(live.personKey);
    }
  }

  async function load(session: string): Promise<Live> {
    const row = (await store.session(session)) ?? fail('sessionUnknown');
    const [policy, totals] = await Promise.all([loadPolicy(row.policyHash), store.totals(row.personKey, row.lessonId)]);
    return add(
      make({ session, personKey: row.personKey, lesson: row.lessonId, interval: intervalOf(policy), totals }, keys, {
        closed: row.closed,
      }),
    );
  }

  return {
    adopt(session) {
      const live = make(session, keys, { closed: false });
      live.chain = firstChain(live.session, live.key, live.freshness);
      live.retainers = 1;
      return add(live);
    },

    async retain(session) {
      let live = sessions.get(session);
      if (live === undefined) {
        let loaded = loading.get(session);
        if (loaded === undefined) {
          loaded = load(session).finally(() => loading.delete(session));
          loading.set(session, loaded);
        }
        live = await loaded;
        // Another who waited for the same load may have dropped it already.
        if (sessions.get(session) !== live) add(live);
      }
      live.retainers += 1;
      return live;
    },

    drop(live) {
      live.retainers -= 1;
      if (live.retainers > 0) return;
      void (live.turn ?? Promise.resolve()).then(() => drained(live)).then(() => forget(live));
    },

    peek: (session) => sessions.get(session),

    async reload(live) {
      await drained(live);
      const [row, head, totals] = await Promise.all([
        store.session(live.session),
        store.head(live.session),
        store.totals(live.personKey, live.lesson),
      ]);
      // Once ended, always ended: the closing beat may be stored and its session's row not yet say so.
      live.closed ||= row?.closed ?? false;
      live.totals = totals;
      live.durableSeq = head?.seq ?? 0;
      live.chain =
        head === null
          ? { ...firstChain(live.session, live.key, live.freshness), ended: live.closed }
          : {
              session: live.session,
              key: live.key,
              freshness: live.freshness,
              seq: head.seq,
              mac: head.mac,
              previousMac: head.previousMac,
              nonceIndex: (head.nonce === null ? null : keys.nonceIndex(live.session, head.nonce)) ?? 0,
              ended: live.closed,
            };
      return live.chain;
    },

    count: () => sessions.size,

    async drained() {
      for (const live of [...sessions.values()]) {
        await live.turn;
        await drained(live);
      }
    },
  };
}

/**
 * Runs what must ask the store, alone and in the order of the calls; beats that arrive meanwhile
 * queue behind it.
 */
export function inTurn<T>(live: Live, work: () => Promise<T>): Promise<T> {
  const mine = (live.turn ?? Promise.resolve()).then(work);
  const turn = mine.then(ignore, ignore).then(() => {
    if (live.turn === turn) live.turn = null;
  });
  live.turn = turn;
  return mine;
}

/** Resolves when nothing of this session is on its way to the store. */
export function drained(live: Live): Promise<void> {
  return live.inflight === 0 ? Promise.resolve() : new Promise((resolve) => live.waiting.push(resolve));
}

function make(
  session: Pick<Live, 'session' | 'personKey' | 'lesson' | 'interval' | 'totals'>,
  keys: Keys,
  { closed }: { readonly closed: boolean },
): Live {
  return {
    session: session.session,
    personKey: session.personKey,
    lesson: session.lesson,
    interval: session.interval,
    totals: session.totals,
    nextBeat: session.interval,
    key: keys.mac(session.session),
    chain: null,
    freshness: createFreshness(),
    durableSeq: 0,
    closed,
    inflight: 0,
    waiting: [],
    turn: null,
    retainers: 0,
  };
}

function ignore(): void {}
