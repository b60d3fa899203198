/** What becomes of each manner of answering a check. */
import { defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { type FaceOutcome, judge } from '../../server/proofs/face/judge.ts';
import { defaultFacePolicy } from '../../server/proofs/face/policy.ts';
import type { FacePool } from '../../server/proofs/face/pool.ts';
import { type Manner, manners, perform } from './perform.ts';
import { type Enrolled, seen } from './subjects.ts';

export interface Refusal {
  readonly manner: Manner;
  readonly outcomes: Readonly<Record<FaceOutcome, number>>;
  /** How many checks gave each reason. */
  readonly reasons: ReadonlyMap<string, number>;
}

export async function measureRefusals(
  pool: FacePool,
  people: readonly Enrolled[],
  each: number,
  random: () => number,
): Promise<readonly Refusal[]> {
  const found: Refusal[] = [];
  for (const manner of manners) {
    const outcomes = { pass: 0, unsure: 0, mismatch: 0, failed: 0 };
    const reasons = new Map<string, number>();
    for (let i = 0; i < each; i++) {
      const mine = people[i % people.length] as Enrolled;
      const other = (people[(i + 1 + Math.floor(random() * (people.length - 1))) % people.length] as Enrolled).person;
      const challenge = drawChallenge(defaultChallengePolicy, random);
      const [enrolled = Buffer.alloc(0)] = mine.pictures;
      const shots = await perform(manner, { person: mine.person, other, enrolled, random }, challenge);
      const frames = (
        await seen(
          pool,
          shots.map(({ bytes }) => bytes),
        )
      ).map((frame, k) => ({
        ...frame,
        atMs: shots[k]?.atMs ?? 0,
      }));
      const { templates } = mine;
      const tookMs = challenge.lengthMs + 800;
      const judged = judge(defaultFacePolicy, { challenge, frames, tookMs, templates, earlier: [] });
      outcomes[judged.outcome] += 1;
      for (const code of new Set(judged.reasons.map((reason) => reason.code)))
        reasons.set(code, (reasons.get(code) ?? 0) + 1);
    }
    found.push({ manner, outcomes, reasons });
  }
  return found;
}
