/**
 * The one error handler. Guarantees: every failure leaves as `{ error: { code, message, … } }`
 * with a code of the table; the caller never sees a stack, a query, or the value that was
 * refused (only the path to it); what is our fault is logged with the request's id.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { asAppError } from '../away.ts';
import { AppError, type ErrorCode, errors } from '../errors.ts';
import { type Log, withoutQuery } from '../log.ts';
import type { ErrorBody } from './schemas.ts';

interface Known {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

export function errorBody({ code, details }: Known, requestId: string): ErrorBody {
  const row = errors[code];
  return {
    error: {
      code,
      message: row.zh,
      messageEn: row.en,
      retry: row.retry,
      requestId,
      ...(Object.keys(details).length > 0 ? { details } : {}),
    },
  };
}

export function createErrorHandler(log: Log) {
  return (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = recognise(error);
    if (known.code === 'internal') {
      const where = { requestId: request.id, method: request.method, path: withoutQuery(request.url) };
      // A response that breaks its own schema holds data of people: its issues only, not its values.
      const what = isResponseSerializationError(error)
        ? { issues: error.cause.issues.map((i) => i.path.join('.')) }
        : { err: error };
      log.error({ ...where, ...what }, 'request failed');
    }
    return reply
      .code(errors[known.code].status)
      .header('cache-control', 'no-store')
      .type('application/json')
      .serializer(JSON.stringify)
      .send(errorBody(known, request.id));
  };
}

export function notFoundHandler(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header('cache-control', 'no-store')
    .type('application/json')
    .serializer(JSON.stringify)
    .send(errorBody({ code: 'notFound', details: {} }, request.id));
}

function recognise(error: FastifyError | AppError): Known {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const paths = error.validation.map((issue) => `${error.validationContext ?? 'body'}${issue.instancePath}`);
    return { code: 'badRequest', details: { paths: [...new Set(paths)] } };
  }
  switch (error.statusCode) {
    case 413:
      return { code: 'tooLarge', details: {} };
    case 415:
      return { code: 'unsupportedMediaType', details: {} };
    case 416:
      return { code: 'rangeUnsatisfiable', details: {} };
    case 429:
      return { code: 'tooFrequent', details: {} };
    case 404:
      return { code: 'notFound', details: {} };
    default:
      // Fastify's own 4xx: unreadable JSON, a wrong content length, an empty body, prototype poisoning, a bad URL.
      return isCallersFault(error) ? { code: 'badRequest', details: {} } : asAppError(error);
  }
}

function isCallersFault(error: FastifyError): boolean {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
}
