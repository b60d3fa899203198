/** The API's description, made from the same schemas that check requests: /docs and /docs/json. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** Must be registered before any route it is to describe. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '真学 Zhenxue',
        description:
          '线上职业培训真实学时。平台用 API Key（Bearer），人员用登录令牌（Bearer 或 Cookie）。\n\n' +
          'Genuine study hours. Platforms send their API key as a Bearer token; people send their login token (Bearer or cookie).',
        version: '0.1.0',
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: '平台 API Key 或登录令牌 · platform API key, or login token',
          },
          cookie: { type: 'apiKey', in: 'cookie', name: 'zhenxue' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'list' } });
}
