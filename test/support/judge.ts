/** A real judge on a real database, with outlets that remember. */
import { type BeatClaim, type Folded, fold, genesis, newest, type Totals, type Verdict } from '../../detector/index.ts';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { creditLeaf, pseudonym } from '../../ledger/leaf.ts';
import { door } from '../../server/alerts/raise.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import type { Db } from '../../server/db/pool.ts';
import type { NewSession, NoticeVerdict, StoredAlert } from '../../server/judge/contract.ts';
import { createJudge } from '../../server/judge/judge.ts';
import { readLine } from '../../server/judge/line.ts';
import { createShelf } from '../../server/judge/shelf.ts';
import { readLines, readPolicies } from '../../server/judge/store.ts';
import { insertPending, saltsFor } from '../../server/ledger/store.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import type { Catalogue } from './catalogue.ts';

/** @param versions in force, and the newest that this process knows; default: today's */
export function judgeOn(
  db: Db,
  clock: { now: number },
  versions: { readonly inForce?: number; readonly newest?: number } = {},
) {
  const alerts: StoredAlert[] = [];
  const notices: (NoticeVerdict & { readonly totals: Totals })[] = [];
  const asked: string[] = [];
  const judge = createJudge({
    db,
    log: createLog('silent'),
    metrics: createMetrics(),
    sealing: {
      chainStart,
      chainNext,
      creditLeaf,
      pseudonym,
      saltFor: async (key) => {
        const salt = (await saltsFor(db, [key])).get(key);
        if (salt === undefined) throw new Error('no salt');
        return salt;
      },
    },
    loadPolicyBody: createPolicies(db).body,
    inserts: { alerts: door, leaves: insertPending },
    outlets: {
      alert: (alert) => alerts.push(alert),
      notice: (notice, totals) => notices.push({ ...notice, totals }),
      proofAsked: ({ session }) => asked.push(session),
      session: () => undefined,
      leaves: () => undefined,
    },
    now: () => clock.now,
    inForce: () => versions.inForce ?? newest,
    ...(versions.newest === undefined ? {} : { newest: versions.newest }),
  });
  return { judge, alerts, notices, asked };
}

export function newSession(catalogue: Catalogue, id: string, trainee = 0, device = 'device-1', lesson = 0): NewSession {
  const person = catalogue.trainees[trainee]!;
  const chosen = catalogue.lessons[lesson]!;
  return {
    id,
    of: 'lesson',
    personKey: person.personKey,
    traineeId: person.id,
    platformId: catalogue.platformId,
    classId: catalogue.classId,
    region: catalogue.region,
    lessonId: chosen.id,
    lessonMs: chosen.durationMs,
    device,
    policyHash: catalogue.policyHash,
  };
}

/** An honest interval beat that played its whole span; media position equals `from`. */
export function beatDraft(session: string, seq: number, from: number, to: number, patch: Partial<BeatClaim> = {}) {
  const ms = to - from;
  const beat: BeatClaim = {
    seq,
    cause: 'interval',
    nonce: 'nonce-nonce-nonce',
    span: [from, to],
    runs: [[from + (seq % 3), to + ((seq + 1) % 3), from, to]],
    rates: [100],
    player: ['playing', to, 100],
    page: [ms, ms, 0],
    busy: 0,
    frames: [Math.round(ms / 16), Math.round(ms / 40)],
    clocks: [ms, Math.round(ms / 100), Math.round(ms / 100)],
    input: [1, 0, 0, 0],
    seeks: [],
    stalled: 0,
    signs: 0,
    ...patch,
  };
  return { kind: 'beat' as const, session, queued: false, beat, body: JSON.stringify(beat), mac: 'm'.repeat(43) };
}

/** A question put to the trainee, and its answer. */
export const asked = (session: string, id: string) =>
  ({ kind: 'proofIssued', session, proof: 'question', id, windowMs: 45_000, lateMs: 15_000 }) as const;
export const answered = (session: string, id: string, outcome: 'passed' | 'failed' = 'passed') =>
  ({ kind: 'proofGiven', session, proof: 'question', id, outcome }) as const;

/** The stored evidence of a person folded from nothing, as replay would. */
export async function refolded(
  db: Db,
  personKey: string,
): Promise<{ folded: Folded; verdicts: (readonly Verdict[])[] }> {
  const shelf = createShelf(createPolicies(db).body);
  await shelf.need(await readPolicies(db, personKey));
  let folded = genesis;
  const verdicts: (readonly Verdict[])[] = [];
  for (const line of await readLines(db, personKey, 0, Number.MAX_SAFE_INTEGER)) {
    const next = fold(folded, readLine(line), shelf.policyFor);
    folded = next.folded;
    verdicts.push(next.verdicts);
  }
  return { folded, verdicts };
}
