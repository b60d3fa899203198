/** One world of law 10: commands in, accusations and losses out. */
import { act, type Command, tolerated } from './actions.ts';
import { warranted } from './judged.ts';
import { createSitting, lostMs, type SittingOptions } from './sitting.ts';

/** Detector version 1 does not hold this law. `false`: its tests want the known failures to be found; `true`: to be gone. */
export const LAW_10_HOLDS = true;

export interface Outcome {
  /** Alerts of what was not so, with their facts. */
  readonly accusations: readonly string[];
  /** Beats refused for good, except those of a session that had ended. */
  readonly refusals: readonly string[];
  /** Owed and not credited, beyond what the law lets go. */
  readonly lostMs: number;
  readonly toleratedMs: number;
  /** Everything denied, by reason: where to look for the loss. */
  readonly denied: Readonly<Record<string, number>>;
}

export function outcomeOf(options: SittingOptions, commands: readonly Command[]): Outcome {
  const sitting = createSitting(options);
  act(sitting, commands);
  sitting.finish();
  const { judged, truth, refusals } = sitting.world;
  const { unclaimedMs, disconnectedMs, missedMs } = sitting.excuses;
  const unclaimed = unclaimedMs + disconnectedMs + missedMs > 0;
  return {
    accusations: judged.alerts
      .filter((alert) => !warranted(alert, truth, unclaimed))
      .map(({ rule, facts }) => `${rule} ${facts}`),
    refusals: refusals.filter((code) => code !== 'sessionClosed'),
    lostMs: Math.round(lostMs(sitting)),
    toleratedMs: tolerated(truth.owedOf(sitting.lesson), sitting.desk.options.stepMs, commands),
    denied: Object.fromEntries([...judged.deniedMs()].map(([reason, ms]) => [reason, Math.round(ms)])),
  };
}
