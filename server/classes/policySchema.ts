/**
 * What a policy must look like before it may be stored, tried or published. Guarantees: every
 * section of today's schema is there, and no rule, proof or threshold that this release does not
 * know; what is wrong is said by its place, one row a mistake.
 */
import { z } from 'zod';
import { type Policy, rules } from '../../detector/index.ts';

const ms = z.number().int().min(0);
const amount = z.number().min(0);
const count = z.number().int().min(1);
const asked = z.strictObject({
  windowMs: ms,
  lateMs: ms,
  minLatencyMs: ms,
  rendered: z.enum(['whenWeak', 'always']).optional(),
});
const askedFace = asked.extend({ openAgainMs: ms.optional() });

/** Each rule's own list of thresholds; absent: the rule is off. */
const ruleSections = Object.fromEntries(
  rules.map(({ name, thresholds }) => [
    name,
    z.strictObject(Object.fromEntries(thresholds.map((key) => [key, amount]))).optional(),
  ]),
);

/** Schema 4, as it may be added. */
const policySchema = z.strictObject({
  schema: z.literal(4),
  name: z.string().min(1),
  version: count,
  clock: z.strictObject({ toleranceMs: ms }),
  beat: z
    .strictObject({ minIntervalMs: count, maxIntervalMs: count })
    .refine(({ minIntervalMs, maxIntervalMs }) => minIntervalMs <= maxIntervalMs, { message: 'min is above max' }),
  session: z.strictObject({ silentMs: count }),
  disconnected: z.strictObject({ capMs: ms }),
  presence: z
    .strictObject({
      maxGapMs: count,
      heldForMs: count,
      ticketOpens: z.boolean(),
      minDueMs: ms,
      maxDueMs: ms,
      minReturnMs: ms,
      maxReturnMs: ms,
      minDoubtMs: ms,
      maxDoubtMs: ms,
      retryMs: ms,
      release: z.strictObject({
        at: count,
        wrong: count,
        missed: count,
        lostAt: z.number().int().max(-1),
        decidedEvery: count.min(1),
      }),
      freePauseMs: ms,
      mostPerHour: count,
      nearEndMs: ms,
      endCoverage: z.number().min(0).max(1),
    })
    .refine(
      ({ minDueMs, maxDueMs, minReturnMs, maxReturnMs, minDoubtMs, maxDoubtMs }) =>
        minDueMs <= maxDueMs && minReturnMs <= maxReturnMs && minDoubtMs <= maxDoubtMs,
      { message: 'min is above max' },
    ),
  proofs: z
    .strictObject({ question: asked.optional(), face: askedFace.optional(), supervisor: asked.optional() })
    // 人脸识别技术应用安全管理办法: a face must not be the only way.
    .refine(({ face, question }) => face === undefined || question !== undefined, {
      message: '人脸不能是唯一的验证方式，请同时配置 question · faces need questions beside them',
    }),
  alerts: z.strictObject({ repeatMs: ms }),
  rules: z.strictObject(ruleSections),
});

/** A policy, or every reason why it is none. */
export type Checked =
  | { readonly policy: Policy; readonly problems: readonly [] }
  | { readonly policy: null; readonly problems: readonly string[] };

/** @example checkPolicy({ schema: 4 }).problems[0] // 'schema：…' */
export function checkPolicy(value: unknown): Checked {
  const read = policySchema.safeParse(value);
  // Only what was looked at goes on; zod writes the type's optional parts in another way.
  if (read.success) return { policy: read.data as Policy, problems: [] };
  return { policy: null, problems: read.error.issues.flatMap(wordsOf) };
}

function wordsOf(issue: z.core.$ZodIssue): string[] {
  const place = (more: readonly PropertyKey[]): string =>
    more.length === 0 ? '策略 policy' : more.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place([...issue.path, key])}：没有这一项 · there is no such entry`);
  }
  return [`${place(issue.path)}：${issue.message}`];
}
