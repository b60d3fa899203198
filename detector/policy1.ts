/**
 * Policies of schema 1, as stored before rules had switches: read as today's. Each of their
 * sections maps to its rules, on; a section they do not have leaves its rules off. What
 * schema 1 did not say yet takes the value that the shipped policies have.
 */
import { type Policy2, standard2 as standardPolicy } from './policy2.ts';
import type { RuleThresholds } from './rules/index.ts';

/** Every section as far as it was stored. */
interface Policy1 {
  readonly name: string;
  readonly version: number;
  readonly clock: { readonly toleranceMs: number };
  readonly beat: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly session: { readonly silentMs: number };
  readonly rate?: { readonly firstViewingMax: number; readonly slackMs: number; readonly driftShare: number };
  readonly seek?: { readonly flagShare: number };
  readonly focus?: { readonly required: boolean };
  readonly background?: {
    readonly evidenceMs: number;
    readonly minFramesPerSecond: number;
    readonly maxThrottledTicksPerSecond: number;
  };
  readonly offline: { readonly capMs: number };
  readonly presence: {
    readonly maxGapMs: number;
    readonly ticketOpens: boolean;
    readonly minPromptMs: number;
    readonly maxPromptMs: number;
    readonly windowMs: number;
    readonly lateMs: number;
    readonly retryMs: number;
    readonly minLatencyMs: number;
    readonly mostWrong: number;
  };
  readonly forgery?: { readonly maxDateDrift: number; readonly refusals: number };
  readonly alerts: { readonly repeatMs: number };
}

export function readPolicy1(stored: Policy1): Policy2 {
  const { name, version, clock, beat, session, alerts } = stored;
  const { windowMs, lateMs, minLatencyMs, maxGapMs, ticketOpens, minPromptMs, maxPromptMs, retryMs, mostWrong } =
    stored.presence;
  const { presence } = standardPolicy;
  return {
    schema: 2,
    name,
    version,
    clock,
    beat,
    session,
    disconnected: { capMs: stored.offline.capMs },
    presence: {
      ...{ maxGapMs, ticketOpens, retryMs, mostWrong },
      ...{ minDueMs: minPromptMs, maxDueMs: maxPromptMs },
      heldForMs: presence.heldForMs,
      // A short policy returns shortly: its question must come while its bracket can still be closed.
      minReturnMs: Math.min(presence.minReturnMs, minPromptMs),
      maxReturnMs: Math.min(presence.maxReturnMs, minPromptMs),
      freePauseMs: presence.freePauseMs,
      mostPerHour: Math.max(presence.mostPerHour, Math.ceil(3_600_000 / minPromptMs)),
      nearEndMs: 0,
      endCoverage: presence.endCoverage,
    },
    proofs: { question: { windowMs, lateMs, minLatencyMs } },
    alerts,
    rules: rules1(stored),
  };
}

function rules1({ rate, seek, focus, background, forgery }: Policy1): RuleThresholds {
  const shipped = standardPolicy.rules;
  const always = {
    ...pick(shipped, ['secondDevice', 'secondPage', 'fasterThanClock', 'syntheticInput']),
    ...pick(shipped, ['promptMissed', 'promptGuessing', 'presenceGap']),
  };
  return {
    ...always,
    ...(background === undefined ? {} : { ...pick(shipped, ['hidden']), spoofedVisibility: { ...background } }),
    ...(focus?.required === true ? { unfocused: { afterMs: 10_000 } } : {}),
    ...(rate === undefined ? {} : { playbackRate: { ...rate, alertAfterMs: 120_000 } }),
    ...(seek === undefined ? {} : { seekAhead: { flagShare: Math.max(seek.flagShare, 0.5), jumps: 3 } }),
    ...(forgery === undefined
      ? {}
      : {
          ...pick(shipped, ['forgedBeats']),
          clockHook: { maxDateDrift: forgery.maxDateDrift, beats: 5 },
          replayedBeats: { refusals: forgery.refusals },
        }),
  };
}

function pick<K extends keyof RuleThresholds>(from: RuleThresholds, names: readonly K[]): Pick<RuleThresholds, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as unknown as Pick<RuleThresholds, K>;
}
