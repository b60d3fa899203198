/**
 * A candidate's page is its platform's, on whatever origin. Guarantees: what a candidate asks, any origin may ask and
 * read, without credentials (a ticket or a key in the body proves who asks); what staff asks stays closed to pages
 * of other origins.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export async function openToAnyOrigin(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('access-control-allow-origin', '*');
  // A resource policy of `same-origin` would hide the answer from the page that asked.
  reply.header('cross-origin-resource-policy', 'cross-origin');
}

/** JSON makes a browser ask first. */
export function answerPreflights(app: FastifyInstance, paths: readonly string[]): void {
  for (const path of paths) {
    app.options(path, { schema: { hide: true } }, async (request, reply) => {
      await openToAnyOrigin(request, reply);
      return reply
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type',
          'access-control-max-age': '600',
        })
        .status(204)
        .send();
    });
  }
}
