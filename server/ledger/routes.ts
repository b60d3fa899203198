/** What the ledger shows to anyone: the signed head, and the key to check it with. No right is needed. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Ledger } from './ledger.ts';

const TEXT = 'text/plain; charset=utf-8';
const text = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } });

export function ledgerRoutes(ledger: Pick<Ledger, 'checkpoint' | 'verifierKey'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/ledger/checkpoint',
      {
        schema: {
          tags: ['ledger'],
          summary: '账本检查点 · Signed tree head (C2SP tlog-checkpoint)',
          response: { 200: text('A signed note: origin, size, root, signature.') },
        },
      },
      // A checkpoint from a cache would hide the newest leaves.
      async (_request, reply) =>
        reply
          .type(TEXT)
          .header('cache-control', 'no-cache')
          .send(await ledger.checkpoint()),
    );
    app.get(
      '/ledger/key',
      {
        schema: {
          tags: ['ledger'],
          summary: '账本验证公钥 · Verifier key (C2SP signed-note)',
          response: { 200: text('`<origin>+<key hash>+<base64 key>`, one line.') },
        },
      },
      async (_request, reply) => reply.type(TEXT).send(`${ledger.verifierKey()}\n`),
    );
  };
}
