/** Sums over what the ledger says of a trainee's hours. */
import { expect } from 'vitest';
import type { BeatClaim } from '../../detector/index.ts';
import { eventually } from './eventually.ts';
import type { Alert, Hours, Stack } from './stack.ts';
import type { Trainee } from './trainee.ts';

/** What is credited or waits to be. */
export const accounted = (hours: Hours): number => hours.creditedSeconds + hours.heldSeconds;

/** Every second that was claimed. */
export const claimed = (hours: Hours): number => accounted(hours) + hours.deniedSeconds;

/** Seconds denied, by reason. */
export function denied(hours: Hours): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { fate, reason, seconds } of hours.spans) {
    if (fate === 'denied') sums[reason] = (sums[reason] ?? 0) + seconds;
  }
  return sums;
}

export const codes = (alerts: readonly Alert[]): string[] => alerts.map(({ code, rule }) => `${code}.${rule}`);

/** A starved machine shows media late while the wall clock, which the truth is measured on, runs on. */
export const slack = (truth: number): number => 1 + 0.08 * truth;

/** What the player did at the end of the newest beat that is stored of this trainee. */
async function newestState({ database, demo }: Stack, trainee: number): Promise<string | undefined> {
  const { rows } = await database.db.query<{ line: string }>(
    `select e.line from events e join sessions s on s.id = e.session_id
      where s.trainee_id = $1 and e.seq is not null order by e.ordinal desc limit 1`,
    [demo.trainees[trainee]?.id],
  );
  return rows[0] === undefined ? undefined : (JSON.parse(rows[0].line) as { beat: BeatClaim }).beat.player[0];
}

/** Pauses, so that everything played has been told, and waits until the server has heard it. */
export async function heard(stack: Stack, one: Trainee, trainee: number): Promise<{ hours: Hours; truth: number }> {
  await one.pause();
  const truth = await one.truth();
  await eventually(
    () => newestState(stack, trainee),
    (state) => expect(state).not.toBe('playing'),
    30_000,
  );
  await eventually(
    async () => claimed(await stack.hours(trainee)),
    (value) => expect(value).toBeGreaterThan(truth - slack(truth)),
    20_000,
  );
  return { hours: await stack.hours(trainee), truth };
}
