/** The shapes of this room's answers: one schema each, for validation, OpenAPI and types. */
import { z } from 'zod';
import type { AlertView } from '../alerts/alert.ts';
import type { PromptOutcome } from '../proofs/question/store.ts';

const words = z.object({ zh: z.string(), en: z.string() });
/** Seconds with three decimals: the ledger counts milliseconds. */
const seconds = z.number().min(0);
const instant = z.string().describe('ISO 8601, UTC, with milliseconds');

export const spanSchema = z.object({
  sessionId: z.string(),
  classId: z.string(),
  lessonId: z.string(),
  from: instant,
  to: instant,
  fate: z.enum(['credited', 'held', 'denied']),
  reason: z.string(),
  reasonWords: words,
  seconds,
  policyHash: z.string(),
  leafIndex: z.number().int().nullable().describe('null until the ledger holds it'),
  leafOrigin: z.string().nullable(),
});
export type SpanView = z.infer<typeof spanSchema>;

export const hoursSchema = z.object({
  creditedSeconds: seconds,
  heldSeconds: seconds,
  deniedSeconds: seconds,
  offlineSeconds: seconds,
  classHours: z.number().min(0),
  spans: z.array(spanSchema).readonly(),
  truncated: z.boolean().describe('true: the totals count everything, `spans` lists the first ones'),
});
export type HoursView = z.infer<typeof hoursSchema>;

export const classRowSchema = z.object({
  traineeId: z.string(),
  traineeName: z.string().nullable(),
  citizenIdMasked: z.string(),
  creditedSeconds: seconds,
  heldSeconds: seconds,
  deniedSeconds: seconds,
  classHours: z.number().min(0),
});
export type ClassRow = z.infer<typeof classRowSchema>;

export const classHoursSchema = z.object({
  classId: z.string(),
  className: z.string(),
  trainees: z.array(classRowSchema).readonly(),
  truncated: z.boolean(),
});
export type ClassHoursView = z.infer<typeof classHoursSchema>;

/** `taken`: it was answered. What an answer came to is told to people who look into a suspicion, and to nobody who answers. */
const outcomes: { readonly [O in PromptOutcome | 'taken']: O } = {
  taken: 'taken',
  ...{ right: 'right', wrong: 'wrong', tooFast: 'tooFast', expired: 'expired' },
  ...{ missed: 'missed', withdrawn: 'withdrawn', superseded: 'superseded' },
};

const promptSchema = z.object({
  id: z.string(),
  issuedAt: instant,
  deadlineAt: instant,
  answeredAt: instant.nullable(),
  outcome: z
    .enum(outcomes)
    .nullable()
    .describe(
      'null: it may still be answered; expired: answered too late to count; taken: answered, all that trainees and platforms are told',
    ),
});
export type PromptView = z.infer<typeof promptSchema>;

export const timelineSessionSchema = z.object({
  sessionId: z.string(),
  traineeId: z.string(),
  platformId: z.string(),
  classId: z.string(),
  className: z.string(),
  lessonId: z.string(),
  lessonTitle: z.string(),
  openedAt: instant,
  closedAt: instant.nullable(),
  spans: z.array(spanSchema).readonly(),
  prompts: z.array(promptSchema).readonly(),
});
export type TimelineSession = z.infer<typeof timelineSessionSchema>;

export const overviewSessionSchema = z.object({
  sessionId: z.string(),
  traineeId: z.string(),
  traineeName: z.string().nullable(),
  classId: z.string(),
  className: z.string(),
  lessonId: z.string(),
  lessonTitle: z.string(),
  openedAt: instant,
  alertsOpen: z.number().int(),
});

export const overviewSchema = z.object({
  live: z.number().int().describe('sessions within bounds whose page has been heard of in the last two minutes'),
  alertsOpen: z.number().int(),
  sessions: z.array(overviewSessionSchema).readonly().describe('the newest of them'),
  truncated: z.boolean(),
});
export type OverviewView = z.infer<typeof overviewSchema>;

export interface TimelineView {
  readonly traineeId: string;
  readonly from: string;
  readonly to: string;
  readonly sessions: readonly TimelineSession[];
  readonly alerts: readonly AlertView[];
  readonly truncated: boolean;
}
