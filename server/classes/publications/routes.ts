/**
 * Publication of policies over HTTP. Guarantees: platforms and trainees see none; people see what
 * touches their region; only reviewers act, each within the own region, and never alone.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, instantField, isoOf } from '../../auth/fields.ts';
import type { Auth, Principal } from '../../auth/principal.ts';
import type { Person } from '../../auth/scope.ts';
import { fail } from '../../errors.ts';
import { errorResponses } from '../../http/schemas.ts';
import type { ShadowCount } from '../../judge/shadow/count.ts';
import { checkPolicy } from '../policySchema.ts';
import { type Deed, type Publication, publicationStatuses, statusOf } from './publication.ts';
import type { PublicationStore } from './store.ts';

/** Publications in one answer: years of them. */
const LIST_MAX = 200;
const LIST_DEFAULT = 50;
/** Mistakes told at once. */
const PROBLEMS = 50;

/** '' is the whole country. */
export const scopeRegionField = z.string().regex(/^(?:[1-9]\d(?:\d{2}){0,2})?$/);

const deedSchema = z.object({ by: z.string(), at: z.string() });
const publicationSchema = z.object({
  id: z.string(),
  status: z.enum(publicationStatuses),
  policyHash: z.string(),
  region: z.string(),
  platformId: z.string().nullable(),
  occupationCode: z.string().nullable(),
  shadow: z.boolean(),
  effectiveFrom: z.string(),
  proposed: deedSchema,
  published: deedSchema.nullable(),
  revoked: deedSchema.nullable(),
});

const shadowCountSchema = z
  .object({
    day: z.string(),
    classId: z.string(),
    what: z.enum(['alert', 'credited', 'denied']),
    rule: z.string(),
    live: z.number().int(),
    shadow: z.number().int(),
  })
  .describe('疑点次数或毫秒 · alerts raised, or milliseconds');

export interface PublicationDeps {
  readonly auth: Auth;
  readonly store: PublicationStore;
  /** The stored text of a policy. */
  readonly body: (hash: string) => Promise<string>;
  /** Where a shadow differs from the live policies, of classes in this region. */
  readonly shadowCounts: (id: string, region: string) => Promise<readonly ShadowCount[]>;
}

const personOnly = (principal: Principal): Person => (principal.kind === 'person' ? principal : fail('forbidden'));
/** The statement that writes asks the person's row again: a token may be older than a change of role. */
const reviewerOnly = (principal: Principal): Person => {
  const person = personOnly(principal);
  return person.role === 'reviewer' ? person : fail('forbidden');
};

export function publicationRoutes({ auth, store, body, shadowCounts }: PublicationDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/v1/policy-publications',
      {
        schema: {
          summary: '策略发布 · publications that touch the own region, newest first',
          tags: ['policies'],
          querystring: z.object({ limit: z.coerce.number().int().min(1).max(LIST_MAX).default(LIST_DEFAULT) }),
          response: { 200: z.object({ publications: z.array(publicationSchema) }), ...errorResponses },
        },
      },
      async (request) => {
        const { region } = personOnly(await auth.principal(request));
        return { publications: (await store.list(region, request.query.limit)).map(viewOf) };
      },
    );

    app.get(
      '/v1/policy-publications/:id',
      {
        schema: {
          summary: '一次策略发布及其内容 · one publication and its policy',
          tags: ['policies'],
          params: z.object({ id: idField }),
          response: {
            200: z.object({
              publication: publicationSchema,
              policy: z.record(z.string(), z.unknown()),
              shadowCounts: z.array(shadowCountSchema).readonly(),
            }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const { region } = personOnly(await auth.principal(request));
        const found = await store.find(region, request.params.id);
        return {
          publication: viewOf(found),
          policy: JSON.parse(await body(found.policyHash)),
          shadowCounts: found.shadow ? await shadowCounts(found.id, region) : [],
        };
      },
    );

    app.post(
      '/v1/policy-publications',
      {
        schema: {
          summary: '提议策略 · proposes a policy; without effect until another person publishes it',
          tags: ['policies'],
          body: z.strictObject({
            policy: z.record(z.string(), z.unknown()),
            region: scopeRegionField.describe('GB/T 2260 前缀，空为全国 · prefix; empty is the whole country'),
            platformId: idField.nullable().default(null),
            occupationCode: idField.nullable().default(null),
            effectiveFrom: instantField,
            shadow: z.boolean().default(false),
          }),
          response: { 201: z.object({ publication: publicationSchema }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = reviewerOnly(await auth.principal(request));
        const { policy, effectiveFrom, ...scope } = request.body;
        const checked = checkPolicy(policy);
        if (checked.policy === null) return fail('policyInvalid', { problems: checked.problems.slice(0, PROBLEMS) });
        const proposal = { ...scope, effectiveAt: effectiveFrom };
        const made = await store.propose(person.personId, checked.policy, proposal);
        return reply.status(201).send({ publication: viewOf(made) });
      },
    );

    for (const [deed, summary] of [
      ['publish', '发布他人提议的策略 · publishes what another person proposed'],
      ['revoke', '撤销发布，新会话不再使用 · revokes a publication: no new session opens under it'],
    ] as const) {
      app.post(
        `/v1/policy-publications/:id/${deed}`,
        {
          schema: {
            summary,
            tags: ['policies'],
            params: z.object({ id: idField }),
            response: { 200: z.object({ publication: publicationSchema }), ...errorResponses },
          },
        },
        async (request) => {
          const person = reviewerOnly(await auth.principal(request));
          return { publication: viewOf(await store[deed](person.personId, request.params.id)) };
        },
      );
    }
  };
}

function viewOf(publication: Publication): z.infer<typeof publicationSchema> {
  const { effectiveAt, proposed, published, revoked, ...rest } = publication;
  const deed = ({ by, at }: Deed) => ({ by, at: isoOf(at) });
  return {
    ...rest,
    status: statusOf(publication),
    effectiveFrom: isoOf(effectiveAt),
    proposed: deed(proposed),
    published: published && deed(published),
    revoked: revoked && deed(revoked),
  };
}
