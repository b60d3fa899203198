/**
 * Looks at the frames of a check and judges them, within the time that is left. Guarantees: what this machine
 * could not do in time says nothing of the person; what was seen comes back sealed, ready to be stored with
 * the outcome; pictures only of checks that did not pass, and only where they are kept.
 */

import type { Concluded, FaceCheck } from './checks/store.ts';
import type { Burst } from './frames.ts';
import { type EarlierProbe, type Judgement, judge } from './judge.ts';
import type { FaceSeen, FrameSeen } from './observe.ts';
import { defaultFacePolicy, type FacePolicy } from './policy.ts';
import type { FacePool, Looked } from './pool.ts';
import type { FaceStore } from './store.ts';
import type { Templates } from './templates.ts';
import type { Vault } from './vault.ts';
import type { Veil } from './veil.ts';

const DAY_MS = 86_400_000;

export type Seen =
  | { readonly kind: 'refused' | 'busy' | 'engineDied' }
  | { readonly kind: 'judged'; readonly concluded: Omit<Concluded, 'outcome' | 'atMs'> & Pick<Judgement, 'outcome'> };

interface LookingDeps {
  readonly store: FaceStore;
  readonly pool: Pick<FacePool, 'look'>;
  readonly vault: Vault;
  readonly templates: Templates;
  readonly veil: Veil;
  /** Pictures of checks that did not pass are kept so long; 0: they are not. */
  readonly keepDays: number;
  readonly policy?: FacePolicy;
  readonly now: () => number;
}

export interface Looking {
  /** @param withinMs after these it is `busy` */
  look(check: FaceCheck, burst: Burst, arrivedAt: number, withinMs: number): Promise<Seen>;
}

export function createLooking(deps: LookingDeps): Looking {
  const { store, pool, vault, templates, veil, keepDays, policy = defaultFacePolicy, now } = deps;

  async function earlier(check: FaceCheck, faces: readonly FaceSeen[]): Promise<readonly EarlierProbe[]> {
    const near = await store.near(
      check.id,
      faces.map(({ hash }) => veil(hash)),
    );
    const opener = await vault.toOpen(near.map(({ personKey }) => personKey));
    return near.flatMap(({ checkId, personKey, sealed }) => {
      const opened = opener.openFace('probe', personKey, sealed);
      return opened === null ? [] : { id: checkId, ...opened };
    });
  }

  async function sealed(check: FaceCheck, burst: Burst, seen: readonly FrameSeen[], judgement: Judgement) {
    const keptUntilMs = now() + keepDays * DAY_MS;
    const seal = await vault.toSeal(check.personKey);
    // Consent was withdrawn meanwhile.
    if (seal === null) return { probes: [], frames: [], keptUntilMs };
    const probes = seen.flatMap(({ faces: [face] }, frame) =>
      face === undefined ? [] : { frame, veiled: veil(face.hash), ...seal.sealFace('probe', face) },
    );
    const keeps = keepDays > 0 && (judgement.outcome === 'mismatch' || judgement.outcome === 'failed');
    const frames = keeps ? burst.frames.map((bytes, frame) => ({ frame, ...seal.seal('frame', bytes) })) : [];
    return { probes, frames, keptUntilMs };
  }

  return {
    async look(check, burst, arrivedAt, withinMs) {
      const looked = await within(pool.look(burst.frames, withinMs), withinMs);
      if (looked.kind !== 'seen') return { kind: looked.kind };
      const faces = looked.frames.flatMap(({ faces: [face] }) => face ?? []);
      const frames = looked.frames.map((frame, i) => ({ ...frame, atMs: burst.atMs[i] ?? 0 }));
      const judgement = judge(policy, {
        ...{ challenge: check.challenge, frames, tookMs: arrivedAt - check.issuedAt },
        // Who is asked does not enrol another face first.
        templates: await templates.at(check.personKey, looked.model, check.issuedAt),
        earlier: await earlier(check, faces),
      });
      return { kind: 'judged', concluded: { ...judgement, ...(await sealed(check, burst, looked.frames, judgement)) } };
    },
  };
}

/** A check that is looked at after its time is over could be credited by nobody. */
async function within(looking: Promise<Looked>, ms: number): Promise<Looked> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Looked>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'busy' }), Math.max(0, ms));
  });
  try {
    return await Promise.race([looking, late]);
  } finally {
    clearTimeout(timer);
  }
}
