/** The form in which every error leaves, for the API docs. */
import { z } from 'zod';

export const errorSchema = z.object({
  error: z.object({
    code: z.string().describe('稳定的错误码 · stable, never reused'),
    message: z.string(),
    messageEn: z.string(),
    retry: z.boolean().describe('可否原样重试 · whether the same request may be sent again'),
    requestId: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorSchema>;

/** Spread into a route's `response`. */
export const errorResponses = { '4xx': errorSchema, '5xx': errorSchema } as const;
