/**
 * The server: rooms meet here and nowhere else. Guarantees: `start` either resolves with
 * everything running, or leaves nothing running; `stop` ends in the reverse order of the
 * start, so that nothing loses what it stands on, and every acknowledged beat is stored.
 */
import type { FastifyRequest } from 'fastify';
import { isFrozen, newest as newestKnown } from '../detector/index.ts';
import { chainNext, chainStart } from '../ledger/chain.ts';
import { creditLeaf, pseudonym } from '../ledger/leaf.ts';
import { clientAddress } from './address.ts';
import { door, raise, type Suspected, suspect } from './alerts/raise.ts';
import { alertRoutes, alertSchema } from './alerts/routes.ts';
import { alertStore } from './alerts/store.ts';
import { createAuth } from './auth/auth.ts';
import { authRoutes } from './auth/routes.ts';
import { createTokens } from './auth/token.ts';
import { createBreaker } from './breaker/breaker.ts';
import { findTripped } from './breaker/store.ts';
import { createCatalogue } from './classes/catalogue.ts';
import { createIdentity } from './classes/identity.ts';
import { createPolicies } from './classes/policies.ts';
import { createPublished } from './classes/publications/published.ts';
import { publicationRoutes } from './classes/publications/routes.ts';
import { findShadows, publicationStore } from './classes/publications/store.ts';
import { createClock } from './clock.ts';
import type { Config } from './config.ts';
import { fanOutTo } from './console/fanout.ts';
import { monitor as createMonitor } from './console/monitor.ts';
import { isHeard, regionCounts } from './console/store.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { connect, type Queryable } from './db/pool.ts';
import { createDatabaseProbe } from './db/probe.ts';
import { createDelivery } from './delivery/delivery.ts';
import { type Demo, seedDemo } from './demo/seed.ts';
import { fail } from './errors.ts';
import { createExams } from './exams/exams.ts';
import { createSittingRoom } from './exams/identity/identity.ts';
import { createBuckets } from './gateway/bucket.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createIo } from './gateway/io.ts';
import { createApp } from './http/app.ts';
import { builtDirs } from './http/pages.ts';
import { createJudge } from './judge/judge.ts';
import { createReleases } from './judge/releases.ts';
import { createShadowJob } from './judge/shadow/job.ts';
import { readShadowCounts } from './judge/shadow/store.ts';
import { leaveResult } from './ledger/exams/leave.ts';
import { leaveRecord } from './ledger/exams/records/leave.ts';
import { leafIndexOf } from './ledger/exams/store.ts';
import { createLedger } from './ledger/ledger.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { insertPending } from './ledger/store.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { hashOrigin } from './patterns/origins/origin.ts';
import { createPatterns } from './patterns/patterns.ts';
import { tryPort } from './port.ts';
import { createFaces } from './proofs/face/faces.ts';
import { createProofs, type Proofs } from './proofs/proofs.ts';
import { createQuestions } from './proofs/question/questions.ts';
import { createRenderer } from './proofs/question/render/renderer.ts';
import { createQuestionStore } from './proofs/question/store.ts';
import { wordsFor } from './proofs/words.ts';
import { reviewRoutes } from './review/routes.ts';
import { reviewStore } from './review/store.ts';
import { derive, deriveKey } from './secrets.ts';

/** Connections of one process. Commits take two; the rest is reading. Postgres' default allows 100 in all. */
const POOL_MAX = 16;
/** Spent tickets that have expired are forgotten this often. */
const TICKET_SWEEP_MS = 10 * 60_000;
/** Alerts of a trainee's day, as the timeline shows them. */
const DAY_ALERTS_MAX = 200;

export interface Running {
  /** Where this server is reached, without a trailing slash. */
  readonly url: string;
  /** `null` where the demo is off. */
  readonly demo: Demo | null;
  /** Resolves when something all of it stands on is gone for good: end the process, so that it is started anew. */
  readonly lost: Promise<Error>;
  /** Drains, then ends everything. Safe to call again. */
  stop(): Promise<void>;
}

/** Other than it is shipped: for trying things out, refused in production. */
export interface Trial {
  /** The newest detector version that this process may know, as a release before this one. */
  readonly newest?: number;
}

export async function start(config: Config, log: Log, trial: Trial = {}): Promise<Running> {
  const endings: (() => Promise<unknown> | undefined)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= endAll(endings, log);
    return stopping;
  };
  try {
    return {
      ...(await run(
        config,
        log,
        trial,
        (ending) => endings.push(ending),
        () => stopping !== undefined,
      )),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  config: Config,
  log: Log,
  trial: Trial,
  atEnd: (ending: () => Promise<unknown> | undefined) => void,
  stopping: () => boolean,
): Promise<Omit<Running, 'stop'>> {
  const { master } = config.secrets;
  const newest = trial.newest ?? newestKnown;
  if (config.production && trial.newest !== undefined) throw new Error('a trial is not for production');
  if (config.production && !isFrozen) {
    throw new Error(
      `检测器版本 ${newest} 尚未冻结，不能用于生产；请先运行 npm run freeze · detector version ${newest} is not frozen and may still change; run npm run freeze before production`,
    );
  }

  // ── what everything stands on ──
  // Before a database is started or changed: a second start in the same place is the commonest mistake.
  await tryPort(config.port, config.host);
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  const keep = { log, lost: lose };
  const embedded = config.databaseUrl === null ? await startEmbedded(config.dataDir, { keep }) : null;
  atEnd(() => embedded?.stop());
  const db = connect(config.databaseUrl ?? embedded?.url ?? '', { max: POOL_MAX });
  atEnd(() => db.end());
  for (const name of await migrate(db)) log.info({ migration: name }, 'migrated');
  const metrics = createMetrics();
  const identity = createIdentity(master);
  const unsealName = (sealed: Buffer): string => identity.unseal(sealed, 'name');
  const now = createClock();
  const releases = createReleases(db, log, newest);
  await releases.start();
  atEnd(() => releases.stop());
  const policies = createPolicies(db, releases.inForce);
  await policies.ship();
  const catalogue = createCatalogue({ db, identity });
  const opensUnder = createPublished({
    db,
    policies,
    now,
    tripped: (platformId) => findTripped(db, platformId, now()),
  });
  const tokens = createTokens(deriveKey(master, 'people-jwt'));
  const auth = createAuth({ db, tokens, publicUrl: config.publicUrl });

  // ── the ledger ──
  const ledger = createLedger({ db, config, log, metrics });
  atEnd(() => ledger.sequencer.stop());

  // ── HTTP and sockets ──
  let open = false;
  const probe = createDatabaseProbe(db, log);
  const app = await createApp({
    ...{ log, metrics, publicUrl: config.publicUrl },
    draining: () => !open || stopping(),
    parts: { database: probe.reads, writes: probe.writes, ledger: ledger.readiness },
  });
  atEnd(() => app.close());
  const { io, close: closeIo } = await createIo(app.server, config, log);
  atEnd(closeIo);
  const address = { url: config.publicUrl ?? '' };

  // ── people ──
  const alerts = alertStore(db, unsealName);
  const monitor = createMonitor({
    ...{ io, log, fromToken: auth.fromToken, publicUrl: config.publicUrl },
    missed: async (person, since, limit) => (await alerts.list(person, { since, limit })).alerts,
    counts: regionCounts(db, now),
  });
  atEnd(async () => monitor.close());
  const fanOut = fanOutTo({ standing: alerts.standing, emit: monitor.alert, log });
  atEnd(() => fanOut.close());

  // ── over many people ──
  const raiseAll = async (q: Queryable, suspicions: readonly Suspected[]) => {
    const raised = await raise(q, suspicions.map(suspect));
    return () => raised.forEach(fanOut.fanOut);
  };
  const patterns = createPatterns({
    ...{ db, log, metrics, now, originKey: derive(master, 'origin') },
    raise: raiseAll,
  });
  atEnd(() => patterns.stop());

  // ── trainees: judge, gateway and proofs know each other by what they are handed ──
  const judge = createJudge({
    ...{ db, log, metrics, now, loadPolicyBody: policies.body, inForce: releases.inForce, newest },
    sealing: {
      ...{ chainStart, chainNext, creditLeaf, pseudonym },
      saltFor: async (key) => (await ledger.saltFor(db, [key])).get(key) ?? fail('internal'),
    },
    inserts: { alerts: door, leaves: insertPending },
    outlets: {
      alert: fanOut.fanOut,
      notice: (notice, totals) => {
        gateway.notice(notice, totals);
        void proofs.noticed(notice);
      },
      proofAsked: (asked, personKey) => void proofs.asked(asked, personKey),
      session: monitor.session,
      leaves: ledger.sequencer.poke,
    },
  });
  atEnd(() => judge.drain());
  const renderer = createRenderer();
  atEnd(() => renderer.stop());
  const question = createQuestions({
    ...{ store: createQuestionStore(db), judge, loadPolicy: policies.load, renderer, log, now },
    show: (session, challenge) => gateway.challenge(session, challenge),
  });
  const faces =
    config.face === null
      ? null
      : createFaces({
          ...{ ...config.face, db, auth, master, judge, loadPolicy: policies.load, buckets: createBuckets, log, now },
          show: (session, challenge) => gateway.challenge(session, challenge),
          instead: (asked, personKey) => proofs.asked(asked, personKey),
          sittings: createSittingRoom({ db, now, seal: leaveResult, raise: raiseAll }),
        });
  atEnd(() => faces?.stop());
  const proofs: Proofs = createProofs({ providers: faces === null ? { question } : { question, face: faces }, log });
  const platformOf = async (request: FastifyRequest): Promise<string> => {
    const principal = await auth.principal(request);
    return principal.kind === 'platform' ? principal.platformId : fail('forbidden');
  };
  const delivery = createDelivery({
    ...{ db, master, judge, metrics, log, now, platformOf, buckets: createBuckets },
    mediaDir: config.mediaDir ?? builtDirs.media,
  });
  atEnd(async () => delivery.stop());
  const gateway: Gateway = createGateway({
    ...{ io, db, master, judge, metrics, log, now, presence: proofs, words: wordsFor },
    ...{ loadPolicy: policies.load, currentPolicy: opensUnder },
    findEnrolment: catalogue.findEnrolment,
    platformKey: catalogue.findPlatformKey,
    platformOf,
    media: delivery.media,
    playerUrl: (launch) => `${address.url}/player/?launch=${launch}`,
    sessionOpened: ({ remote, forwardedFor, ...opened }) => {
      const address = clientAddress(remote, forwardedFor, config.publicUrl !== null);
      patterns.origins.record({ ...opened, address });
    },
  });
  atEnd(() => gateway.drain());

  const originKey = derive(master, 'origin');
  const exams = createExams({
    ...{ db, log, now, auth, unsealName },
    key: derive(master, 'exam-sitting'),
    certificateKey: derive(master, 'exam-certificate'),
    gateway: { tickets: gateway.tickets, launches: gateway.launches, spend: gateway.spend },
    // Until classroom hours are kept, nobody knows.
    offlineShare: async () => null,
    seal: leaveResult,
    faces: faces?.sittings ?? null,
    sealRecord: leaveRecord,
    leafIndexOf,
    buckets: createBuckets,
    raise: raiseAll,
    origin: (address) => hashOrigin(originKey, address),
  });
  atEnd(() => exams.stop());

  // ── routes ──
  const secure = config.publicUrl?.startsWith('https:') ?? false;
  await app.register(authRoutes({ db, auth, tokens, secure }));
  await app.register(gateway.routes);
  await app.register(delivery.routes);
  if (faces !== null) await app.register(faces.routes);
  await app.register(alertRoutes({ auth, store: alerts, changed: monitor.alert }));
  await app.register(
    reviewRoutes({
      auth,
      store: reviewStore(db, unsealName, isHeard, now),
      alerts: {
        schema: alertSchema,
        during: async (principal, { traineeId, classId, from, to }) => {
          // People look at a person, whatever platform the person learns on.
          const whose = principal.kind === 'person' ? { personOf: traineeId } : { traineeId };
          const query = { ...whose, classId, since: from, until: to, limit: DAY_ALERTS_MAX };
          return (await alerts.list(principal, query)).alerts;
        },
      },
    }),
  );
  await app.register(
    publicationRoutes({
      ...{ auth, store: publicationStore(db, now), body: policies.body },
      shadowCounts: (id, region) => readShadowCounts(db, id, region),
    }),
  );
  await app.register(ledgerRoutes(ledger));
  await app.register(exams.routes);

  // ── open the doors ──
  const listening = new URL(await app.listen({ port: config.port, host: config.host }));
  address.url = config.publicUrl ?? reachable(config.host, listening.port);
  const demo = config.demo
    ? await seedDemo({
        ...{ db, master, dataDir: config.dataDir, baseUrl: address.url },
        signLaunch: gateway.launches.sign,
        signExam: gateway.launches.signExam,
        faces: faces !== null,
        now,
      })
    : null;
  judge.start();
  await ledger.start();
  patterns.start();
  const shadowJob = createShadowJob({ db, log, loadPolicyBody: policies.body, shadows: () => findShadows(db, now()) });
  shadowJob.start();
  const breaker = createBreaker({ db, log, metrics, now });
  breaker.start();
  exams.start();
  atEnd(() => breaker.stop());
  atEnd(() => shadowJob.stop());
  const sweeping = setInterval(() => {
    gateway.sweep().catch((error: unknown) => log.warn({ err: error }, 'spent tickets were not swept'));
    faces?.sweep().catch((error: unknown) => log.warn({ err: error }, 'what was kept of faces was not swept'));
  }, TICKET_SWEEP_MS);
  sweeping.unref();
  atEnd(async () => clearInterval(sweeping));
  open = true;
  return { url: address.url, demo, lost };
}

/** In reverse order; one that fails does not keep the others from ending. */
async function endAll(endings: readonly (() => Promise<unknown> | undefined)[], log: Log): Promise<void> {
  for (const ending of endings.toReversed()) {
    try {
      await ending();
    } catch (error) {
      log.error({ err: error }, 'a part did not stop cleanly');
    }
  }
}

/** A wildcard is where we listen, not where anyone finds us. */
function reachable(host: string, port: string): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port === '' ? '80' : port}`;
}
