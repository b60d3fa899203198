/**
 * Exams as `main.ts` sees them: their parts put together. Guarantees: while it runs, what is past its deadline is
 * handed in within seconds, by whichever process comes to it first.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { repeated } from '../repeated.ts';
import type { ExamsDeps } from './contract.ts';
import { auditResults, type JudgingDeps, judgeHeld } from './judging/judging.ts';
import { createExamLimits } from './limits.ts';
import { createOutside } from './outside/outside.ts';
import { outsideRoutes } from './outside/routes.ts';
import { createPractices } from './practice/practice.ts';
import { practiceRoutes } from './practice/routes.ts';
import { type StaffRoutesDeps, staffRoutes } from './routes.ts';
import { createCandidates } from './sittings/candidate.ts';
import { handInDue } from './sittings/clock.ts';
import { type CandidateRoutesDeps, candidateRoutes } from './sittings/routes.ts';
import { createStaff } from './staff.ts';
import { supervisionRoutes } from './supervision/routes.ts';
import { createSupervision } from './supervision/supervision.ts';

/** A candidate whose time is up sees the result soon. */
const CLOCK_MS = 5_000;
/** What the rules find is for a person to look at: minutes are soon enough. */
const JUDGING_MS = 5 * 60_000;

interface Handed extends Omit<ExamsDeps, 'spend' | 'limits'>, Pick<StaffRoutesDeps, 'auth' | 'unsealName'> {
  readonly gateway: Pick<ExamsDeps, 'spend'> &
    Pick<StaffRoutesDeps, 'launches'> & {
      readonly tickets: StaffRoutesDeps['tickets'] & { readonly verifyExam: CandidateRoutesDeps['verify'] };
    };
  readonly buckets: Parameters<typeof createExamLimits>[0];
  readonly raise: JudgingDeps['raise'];
  /** Keyed hashes of an address; null: it is none. */
  readonly origin: (address: string) => { readonly address: Buffer; readonly network: Buffer } | null;
}

export interface Exams {
  readonly routes: FastifyPluginAsyncZod;
  start(): void;
  stop(): Promise<void>;
}

export function createExams({ gateway, auth, unsealName, origin, raise, buckets, ...rest }: Handed): Exams {
  const { tickets, launches, spend } = gateway;
  const limits = createExamLimits(buckets, rest.now);
  const deps: ExamsDeps = { ...rest, spend, limits };
  const candidates = createCandidates(deps);
  const clock = repeated(
    () => handInDue(deps),
    CLOCK_MS,
    (err) => deps.log.warn({ err }, 'the clock could not hand in'),
  );
  const judging = repeated(
    async () => {
      await judgeHeld({ ...deps, raise });
      await auditResults({ ...deps, raise });
    },
    JUDGING_MS,
    (err) => deps.log.warn({ err }, 'exams were not judged'),
  );
  return {
    routes: async (app) => {
      await app.register(
        staffRoutes({
          ...{ auth, unsealName, tickets, launches, limits },
          db: deps.db,
          staff: createStaff({ ...deps, unsealName }),
        }),
      );
      const { db, now } = deps;
      await app.register(supervisionRoutes({ auth, db, now, supervision: createSupervision(deps) }));
      await app.register(practiceRoutes({ auth, practices: createPractices(deps) }));
      await app.register(outsideRoutes({ auth, unsealName, db: deps.db, outside: createOutside(deps) }));
      await app.register(
        candidateRoutes({
          ...{ candidates, limits },
          verify: tickets.verifyExam,
          origin: (request) => {
            const hashed = origin(request.ip);
            const [address, network] = [hashed?.address, hashed?.network].map((hash) => hash?.toString('hex') ?? '');
            return { address: address ?? '', network: network ?? '' };
          },
        }),
      );
    },
    start() {
      clock.start();
      judging.start();
    },
    async stop() {
      await Promise.all([clock.stop(), judging.stop()]);
    },
  };
}
