/**
 * The frames of a check, judged, and its end told to who asked for it.
 *
 *   waiting ─frames─▶ pass | mismatch | failed            `given`
 *      ├────────────▶ unsure | refused | busy | engineDied ─▶ `unknown`: asked again, or otherwise
 *      ├────────────▶ declined | noCamera                 ─▶ `declined`: otherwise
 *      └────────────▶ expired | missed | withdrawn | superseded | unconsented
 *
 * Guarantees: a check takes the frames of one burst, at most one at a time; what this machine could not look at in
 * time is nobody's fault; an end that who asked could not store is taken back, and the same frames may come again.
 * No reply says how alike two faces were, nor whether one check passed.
 */
import type { FaceAdvice, FaceDecline, FaceTaken } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import { adviceFor } from './advice.ts';
import type { Asker, CheckOutcome, FaceCheck } from './checks/store.ts';
import type { Burst } from './frames.ts';
import type { FaceOutcome, FaceReason } from './judge.ts';
import type { Looking } from './look.ts';
import type { FaceStore } from './store.ts';

/** Left to conclude a check and tell of it, of the time it may be looked at. */
const MARGIN_MS = 2_000;

/** What a judged check came to. */
export interface Given {
  readonly outcome: Exclude<FaceOutcome, 'unsure'>;
  /** Median of the distances to the templates; null: none could be compared. */
  readonly distance: number | null;
  readonly reasons: readonly FaceReason[];
  readonly at: number;
}

/** Who asked for a check. @param page the session or the sitting whose page sent the frames */
export interface Told {
  /** Judged. When it rejects, the check waits on. */
  given(page: string, check: FaceCheck, given: Given): Promise<void>;
  /** Nothing is known of this person. */
  unknown(page: string, check: FaceCheck, advice: readonly FaceAdvice[]): Promise<FaceTaken>;
  /** No camera, not wanted, or consent was withdrawn. */
  declined(page: string, check: FaceCheck, why: 'noCamera' | 'declined' | 'unconsented'): Promise<void>;
}

export interface Taking {
  /**
   * Throws `promptUnknown` when it is not this person's, or was concluded.
   * @param arrivedAt when the frames came in, server time, ms
   */
  take(page: string, personKey: string, id: string, burst: Burst, arrivedAt: number): Promise<FaceTaken>;
  /** Who asked then asks for something else. */
  decline(page: string, personKey: string, id: string, why: FaceDecline['why']): Promise<void>;
}

interface TakingDeps {
  readonly store: Pick<FaceStore, 'open' | 'conclude' | 'reopen'>;
  readonly looking: Looking;
  readonly told: { readonly [K in Asker['kind']]: Told };
  /** ms since the epoch. */
  readonly now: () => number;
}

export function createTaking({ store, looking, told, now }: TakingDeps): Taking {
  /** Whose frames are looked at here now. */
  const taken = new Set<string>();

  /** @returns false: it was concluded meanwhile, e.g. because consent was withdrawn */
  function conclude(check: FaceCheck, outcome: CheckOutcome): Promise<boolean> {
    const nothing = { reasons: [], distance: null, probes: [], frames: [], keptUntilMs: 0 };
    return store.conclude(check, { outcome, atMs: now(), ...nothing });
  }

  async function judged(page: string, check: FaceCheck, burst: Burst, arrivedAt: number): Promise<FaceTaken> {
    const asker = told[check.by.kind];
    if (arrivedAt > check.deadlineAt) {
      await conclude(check, 'expired');
      return { outcome: 'late', advice: [] };
    }
    const untilMs = check.deadlineAt + check.lateMs - MARGIN_MS - now();
    const seen = await looking.look(check, burst, arrivedAt, untilMs);
    if (seen.kind !== 'judged') {
      if (!(await conclude(check, seen.kind))) return fail('promptUnknown');
      return asker.unknown(page, check, []);
    }
    if (!(await store.conclude(check, { ...seen.concluded, atMs: now() }))) return fail('promptUnknown');
    const { outcome, reasons, distance } = seen.concluded;
    if (outcome === 'unsure') return asker.unknown(page, check, adviceFor(reasons));
    try {
      await asker.given(page, check, { outcome, distance, reasons, at: arrivedAt });
    } catch (error) {
      await store.reopen(check.id);
      throw error;
    }
    return { outcome: 'taken', advice: [] };
  }

  return {
    async take(page, personKey, id, burst, arrivedAt) {
      const check = (await store.open(id, personKey)) ?? fail('promptUnknown');
      if (taken.has(id)) return fail('faceBusy');
      taken.add(id);
      try {
        return await judged(page, check, burst, arrivedAt);
      } finally {
        taken.delete(id);
      }
    },

    async decline(page, personKey, id, why) {
      const check = (await store.open(id, personKey)) ?? fail('promptUnknown');
      const how = why === 'noCamera' ? 'noCamera' : 'declined';
      if (!(await conclude(check, how))) return fail('promptUnknown');
      await told[check.by.kind].declined(page, check, how);
    },
  };
}
