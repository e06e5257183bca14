// Failures on their way out: a FederationError with its code, hint and facts; everything unknown masked and logged.
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ERRORS, type ErrorCode, FederationError, isAnswered } from '../model/errors.ts';

/** Codes that GraphQL itself gives to a document or to variables. */
const GRAPHQL_CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
};

/** Codes of what the HTTP side of GraphQL refuses, by the status that it gives. */
const REQUEST_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What yoga reads of an error for the HTTP answer. */
interface Http {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a client of `application/json` gets 200 instead, as GraphQL over HTTP has it. */
  readonly spec?: boolean;
}

/** A GraphQLError that may be answered. `log` gets what is masked. */
export function answerable(error: unknown, log: Logger): GraphQLError {
  const cause = rootOf(error);
  if (cause instanceof FederationError && isAnswered(cause.code)) {
    const { code, hint, at, extensions } = cause;
    const told = {
      ...extensions,
      code,
      ...(hint !== undefined && { hint }),
      ...(at !== undefined && { at }),
    };
    return placed(error, cause.message, { ...told, ...httpOf(code, error) });
  }
  if (error instanceof GraphQLError && cause instanceof GraphQLError) {
    // Without a path it is the document or its variables that GraphQL refused; with one, a resolver's result.
    const { http } = error.extensions as { readonly http?: Http };
    const known = GRAPHQL_CODES[String(error.extensions.code)];
    if (known !== undefined) return placed(error, error.message, { code: known, ...(http && { http }) });
    if (error.path === undefined) {
      const code = REQUEST_CODES[http?.status ?? 200] ?? 'BAD_INPUT';
      // What is no request of GraphQL has its status for every client; `spec` would make it 200 for some.
      const refused = http && { http: { ...http, spec: false } };
      return placed(error, error.message, { code, ...(refused ?? httpOf(code, error)) });
    }
  }
  log.error({ err: cause }, 'an unexpected error was masked');
  return placed(error, 'Unexpected error.', { code: 'INTERNAL', ...httpOf('INTERNAL', error) });
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

/**
 * The status of an answer (GraphQL over HTTP, 6.4). A field that failed leaves the rest of the answer whole: with data it
 * must be 200. An error without a path is of a question that was not executed: there is no data, and the status must not be
 * 2xx but for clients of `application/json`.
 */
function httpOf(code: ErrorCode, error: unknown): { http?: Http } {
  const { http: status } = ERRORS[code];
  const ofField = error instanceof GraphQLError && error.path !== undefined;
  if (ofField) return {};
  return { http: status === 200 ? { status: 400, spec: true } : { status } };
}

/** The error that started it: GraphQL wraps what a resolver throws, once or more. */
function rootOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}
