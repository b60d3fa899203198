/** Failures as they leave on the wire. Guarantees: one code of the error table, never a cause, a stack or a name. */
import type { WireError } from '../../sdk/wire.ts';
import { type AppError, errors } from '../errors.ts';

/** A wire error with what helps to go on, e.g. `lastSeq` of a `beatGap`. */
export interface WireFailure extends WireError {
  readonly details?: Readonly<Record<string, unknown>>;
}

export function wireError({ code, details }: AppError): WireFailure {
  const { zh, en, retry } = errors[code];
  const said = { code, message: `${zh} / ${en}`, words: { zh, en }, retry };
  return Object.keys(details).length === 0 ? said : { ...said, details };
}
