/**
 * Faces as `main.ts` sees them: a kind of proof, its routes, what deletes a person's, and what is done now and
 * then. Guarantees: made only where an engine and a key are configured; without it no policy can ask for a face.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Policy } from '../../../detector/index.ts';
import type { Posed } from '../../../sdk/wire.ts';
import type { Auth } from '../../auth/principal.ts';
import type { Db } from '../../db/pool.ts';
import type { Judge, ProofAsked } from '../../judge/contract.ts';
import type { Log } from '../../log.ts';
import type { Asking, Provider } from '../provider.ts';
import { createDrawing } from './ask.ts';
import { createChecks } from './check.ts';
import { createConsents } from './consent.ts';
import type { EngineChoice } from './engine.ts';
import { createEnrolment } from './enrolment.ts';
import { keptRoutes } from './kept/routes.ts';
import { compareEnrolled } from './likeness/likeness.ts';
import { forgetLikenesses } from './likeness/store.ts';
import { createLooking } from './look.ts';
import { createFacePasses } from './pass.ts';
import { createFacePool, type FacePool } from './pool.ts';
import { resealSome } from './reseal/reseal.ts';
import { faceRoutes } from './routes.ts';
import type { SealKeys } from './seal.ts';
import { createSittingChecks, type SittingChecks, type SittingRoom } from './sitting.ts';
import { createFaceStore, type EndedBy } from './store.ts';
import { createTaking } from './take.ts';
import { createTemplates, TEMPLATES_KEPT_MS } from './templates.ts';
import { createVault } from './vault.ts';
import { createVeil } from './veil.ts';

const DAY_MS = 86_400_000;
/** To know a copied picture again: as long as the notice says. */
const PROBES_KEPT_MS = 180 * DAY_MS;
/** Templates that an enrolment replaced, should a person ask what they were compared with. */
const RETIRED_KEPT_MS = 30 * DAY_MS;
/** A trainee consents, reads, withdraws: ten in a row and one in 20 s. */
const WORD_RATE = { perSecond: 1 / 20, burst: 10 };
/** Bursts: enrolling takes a few tries; checks are six an hour, three tries each. */
const BURST_RATE = { perSecond: 1 / 60, burst: 12 };

export interface FacesDeps {
  readonly db: Db;
  readonly auth: Auth;
  readonly master: Buffer;
  readonly engine: EngineChoice;
  readonly keys: SealKeys;
  /** Pictures of checks that did not pass are kept so long; 0: they are not. */
  readonly keepDays: number;
  readonly judge: Pick<Judge, 'submit'>;
  readonly loadPolicy: (hash: string) => Promise<Policy>;
  readonly show: (session: string, challenge: Posed) => void;
  /** Asks for a proof of another kind. */
  readonly instead: (asked: ProofAsked, personKey: string) => Promise<void>;
  /** The room of exams, whose sittings may ask for checks. */
  readonly sittings: SittingRoom;
  readonly buckets: (
    rate: { readonly perSecond: number; readonly burst: number },
    now: () => number,
  ) => { take(key: string): boolean };
  readonly log: Log;
  readonly now: () => number;
  /** Another pool, and another chance, than the real ones: for trying things out. */
  readonly pool?: FacePool;
  readonly random?: () => number;
}

export interface Faces extends Provider<'face'> {
  readonly asking: Asking;
  /** For the room of exams. */
  readonly sittings: Pick<SittingChecks, 'able' | 'ask' | 'waits'>;
  /** Register with fastify. */
  readonly routes: FastifyPluginAsyncZod;
  /** Ends a person's consent and deletes all that is of the body; leaves and checks' outcomes stay. */
  erase(personKey: string, by: EndedBy): Promise<void>;
  /** Seals some anew after a key changed, holds new faces against others’, deletes what was kept long enough; now and then. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export function createFaces(deps: FacesDeps): Faces {
  const { db, master, judge, loadPolicy, show, instead, log, now } = deps;
  const store = createFaceStore(db);
  const vault = createVault(deps.keys, store, now);
  const passes = createFacePasses(master, now);
  const pool = deps.pool ?? createFacePool({ engine: deps.engine, log: (message) => log.warn({}, message) });
  const templates = createTemplates({ store, vault, now });
  const consents = createConsents({
    ...{ store, passes, now },
    unconsented: (check) => told[check.by.kind].declined(check.by.id, check, 'unconsented'),
  });
  const looking = createLooking({
    ...{ store, pool, vault, templates, now },
    veil: createVeil(master),
    keepDays: deps.keepDays,
  });
  const drawing = createDrawing({ passes, random: deps.random, now });
  const checks = createChecks({ store, drawing, consents, judge, loadPolicy, show, instead, log, now });
  const sittings = createSittingChecks({ db, drawing, room: deps.sittings, now });
  const told = { session: checks.told, sitting: sittings.told };
  const taking = createTaking({ store, looking, told, now });
  const asking: Asking = {
    ...checks,
    // Frames come by HTTP. A page that answers a check as it would a question cannot show it, e.g. because the
    // part for it did not load: a question comes instead. To the page it is a prompt that waits no longer.
    async answer(session, personKey, { prompt }, arrivedAt = now()) {
      const check = await store.open(prompt, personKey);
      // Past its deadline it is missed: whoever speaks then buys no question. Nor does a lesson's page end an exam's.
      if (check?.by.kind === 'session' && arrivedAt <= check.deadlineAt)
        await taking.decline(session, personKey, prompt, 'noCamera');
      return null;
    },
  };
  const trainees = faceRoutes({
    ...{ passes, consents, now },
    page: async (id) => (await store.session(id)) ?? deps.sittings.page(id),
    checks: taking,
    enrol: createEnrolment({ store, pool, vault, templates, now }),
    wordRate: deps.buckets(WORD_RATE, now),
    burstRate: deps.buckets(BURST_RATE, now),
  });
  const erase = (personKey: string, by: EndedBy): Promise<void> => consents.end(personKey, by);
  return {
    kind: 'face',
    asking,
    sittings,
    routes: async (app) => {
      await app.register(trainees);
      await app.register(keptRoutes({ db, auth: deps.auth, vault, erase, now }));
    },
    erase,
    async sweep() {
      await resealSome({ db, keys: deps.keys, now });
      await compareEnrolled({ db, keys: deps.keys, now });
      await forgetLikenesses(db, now() - PROBES_KEPT_MS);
      await store.sweep(now(), {
        probesMs: now() - PROBES_KEPT_MS,
        retiredMs: now() - RETIRED_KEPT_MS,
        madeMs: now() - TEMPLATES_KEPT_MS,
      });
    },
    stop: () => pool.stop(),
  };
}
