// Failures on their way out: a FederationError with its code, hint and facts; everything unknown masked and logged.
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ERRORS, type ErrorCode, FederationError } from '../model/errors.ts';

/** Codes that GraphQL itself gives to a document or to variables. */
const GRAPHQL_CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
};

/** A GraphQLError that may be answered. `log` gets what is masked. */
export function answerable(error: unknown, log: Logger): GraphQLError {
  const cause = rootOf(error);
  if (cause instanceof FederationError && cause.entry.expose) {
    const { code, hint, at, extensions } = cause;
    const told = {
      ...extensions,
      code,
      ...(hint !== undefined && { hint }),
      ...(at !== undefined && { at }),
    };
    return placed(error, cause.message, { ...told, ...httpOf(code) });
  }
  if (error instanceof GraphQLError && cause instanceof GraphQLError) {
    // Without a path it is the document or its variables that GraphQL refused; with one, a resolver's result.
    const code =
      GRAPHQL_CODES[String(error.extensions.code)] ?? (error.path === undefined ? 'BAD_INPUT' : null);
    if (code !== null) return placed(error, error.message, { ...error.extensions, code });
  }
  log.error({ err: cause }, 'an unexpected error was masked');
  return placed(error, 'Unexpected error.', { code: 'INTERNAL', ...httpOf('INTERNAL') });
}

/** An error at the place where the first one was. */
function placed(
  error: unknown,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  });
}

function httpOf(code: ErrorCode): { http?: { status: number } } {
  const { http } = ERRORS[code];
  return http === 200 ? {} : { http: { status: http } };
}

/** The error that started it: GraphQL wraps what a resolver throws, once or more. */
function rootOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}
