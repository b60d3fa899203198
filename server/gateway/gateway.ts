/**
 * The gateway as `main.ts` sees it: its parts put together, and what other rooms may ask of it.
 * Guarantees: words and prompts for a session reach its page from whatever process judges it;
 * after `drain` nothing new is taken in and nothing admitted is still on its way.
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Server } from 'socket.io';
import type { Posed, Totals } from '../../sdk/wire.ts';
import type { Db } from '../db/pool.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { beaconRoutes } from './beaconRoutes.ts';
import { createBeats } from './beats.ts';
import { createBuckets } from './bucket.ts';
import type {
  CurrentPolicy,
  FindEnrolment,
  FindPlatformKey,
  Judge,
  LoadPolicy,
  Media,
  NoticeVerdict,
  Presence,
  SessionOpened,
  WordsFor,
} from './contract.ts';
import { createHandedOver } from './handedOver.ts';
import { createKeys } from './keys.ts';
import { createLaunches, type Launches } from './launch.ts';
import { serveLearn } from './learn.ts';
import { createLiveSessions } from './live.ts';
import { createGatewayMetrics } from './metrics.ts';
import { createRefusals } from './refusals.ts';
import { learnOf, pageOf } from './room.ts';
import { createGatewayStore } from './store.ts';
import { ticketRoutes } from './ticketRoutes.ts';
import { createTickets, type ExamTicket, type Tickets } from './tickets.ts';

/** A page is reloaded a few times in a row when something looks stuck. */
const LAUNCH_RATE = { perSecond: 1 / 3, burst: 20 };
/** A page sends one on closing, and one a session when it finds leftovers; 60 KiB hold hours of beats. */
const BEACON_RATE = { perSecond: 1, burst: 20 };
/** Whole classrooms share an address, and close their pages together. */
const ADDRESS_RATE = { perSecond: 50, burst: 500 };
/** Beats of one session. 10 a second is far above any page's rate; an outage leaves at most 400 to send at once. */
const BEAT_RATE = { perSecond: 10, burst: 450 };

/**
 * Bytes of beats that are stored of one person, all sessions and ways in together. An honest day is
 * below 5 MB: ten hours of a beat each 8 s at 500 bytes are 2.3 MB, and as many transitions again.
 * A process lets through at most what is full at its start and what is refilled: 48 MB on the first
 * day, 24 MB on each after it.
 */
const DAY_BYTES = 24_000_000;
const DAY_SECONDS = 86_400;
/** 50 000 persons are about 10 MB. */
const DAY_PERSONS = 50_000;

export interface GatewayDeps {
  readonly io: Server;
  readonly db: Db;
  /** The master secret. */
  readonly master: Buffer;
  readonly judge: Judge;
  readonly presence: Presence;
  readonly words: WordsFor;
  /** Default: no lesson's media is delivered by anybody who tells of it. */
  readonly media?: Media;
  readonly findEnrolment: FindEnrolment;
  readonly platformKey: FindPlatformKey;
  readonly loadPolicy: LoadPolicy;
  readonly currentPolicy: CurrentPolicy;
  /** The platform whose api key the request bears; throws `unauthenticated` or `forbidden`. */
  readonly platformOf: (request: FastifyRequest) => Promise<string>;
  readonly playerUrl: (launch: string) => string;
  /** Told after a session is stored. Returns at once and never throws. */
  readonly sessionOpened: (opened: SessionOpened) => void;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Server time, ms since the epoch. It must not run backwards. */
  readonly now: () => number;
  /** A connection that opens nothing is dropped after this; default 30 s. */
  readonly openWithinMs?: number;
  /** Bytes of beats that one person may have stored in a day; default 24 MB. */
  readonly dayBytes?: number;
}

export interface Gateway {
  /** Register with fastify. */
  readonly routes: FastifyPluginAsyncZod;
  readonly tickets: Tickets;
  readonly launches: Launches;
  /** True for the first who spends this ticket. */
  spend(ticket: Pick<ExamTicket, 'platformId' | 'jti' | 'expiresMs'>): Promise<boolean>;
  /** Says a verdict to the session's page, in words. */
  notice(verdict: NoticeVerdict, totals: Totals): void;
  /** Puts a prompt before the session's page. */
  challenge(session: string, challenge: Posed): void;
  /** Forgets spent tickets that have expired; now and then. */
  sweep(): Promise<number>;
  drain(): Promise<void>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const { io, db, master, judge, presence, words, findEnrolment, loadPolicy, currentPolicy, log, now } = deps;
  const media = deps.media ?? nobodyDelivers;
  let draining = false;
  const isDraining = () => draining;

  const keys = createKeys(master);
  const store = createGatewayStore(db);
  const metrics = createGatewayMetrics(deps.metrics);
  const tickets = createTickets({ master, platformKey: deps.platformKey, now });
  const launches = createLaunches({ master, now });
  const refusals = createRefusals(judge, log);
  const live = createLiveSessions({ store, keys, judge, loadPolicy });
  deps.metrics.gauge('open_sessions', 'Learning sessions whose page is connected to this process', live.count);
  const aDay = deps.dayBytes ?? DAY_BYTES;
  const dayBytes = createBuckets({ perSecond: aDay / DAY_SECONDS, burst: aDay }, now, DAY_PERSONS);
  const beats = createBeats({ keys, live, judge, store, refusals, dayBytes, log, metrics });

  const beatRate = createBuckets(BEAT_RATE, now);

  const learn = learnOf(io);
  serveLearn(learn, {
    ...{ keys, store, tickets, live, beats, refusals, judge, presence, findEnrolment, loadPolicy, metrics, log, now },
    ...{ beatRate, currentPolicy, media, handedOver: createHandedOver(), draining: isDraining },
    sessionOpened: deps.sessionOpened,
    ...(deps.openWithinMs === undefined ? {} : { openWithinMs: deps.openWithinMs }),
  });

  const forTickets = ticketRoutes({
    ...{ tickets, launches, findEnrolment, media, platformOf: deps.platformOf, playerUrl: deps.playerUrl },
    launchRate: createBuckets(LAUNCH_RATE, now),
  });
  const forBeacons = beaconRoutes({
    ...{ live, beats, metrics, beatRate, now, draining: isDraining },
    addressRate: createBuckets(ADDRESS_RATE, now),
    requestRate: createBuckets(BEACON_RATE, now),
  });

  return {
    routes: async (app) => {
      await app.register(forTickets);
      await app.register(forBeacons);
    },
    tickets,
    launches,
    spend: ({ platformId, jti, expiresMs }) => store.spend(platformId, jti, expiresMs),
    notice({ session, kind, reason, ms }, totals) {
      if (kind === 'closed') {
        const here = live.peek(session);
        if (here !== undefined) {
          here.closed = true;
          // The next beat reads the session again and finds it closed.
          here.chain = null;
        }
      }
      pageOf(learn, session).emit('notice', { kind, reason, words: words(kind, reason), ms, totals });
    },
    challenge(session, challenge) {
      pageOf(learn, session).emit('challenge', challenge);
    },
    sweep: () => store.sweepTickets(now()),
    async drain() {
      draining = true;
      await live.drained();
    },
  };
}

const nobodyDelivers: Media = {
  ofSession: async () => ({ delivery: null, path: null }),
  serves: async () => false,
};
