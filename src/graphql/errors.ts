// Errors in answers: a FederationError with its code, hint and details; every other error masked and logged.
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ERRORS, type ErrorCode, FederationError, isAnswered } from '../model/errors.ts';

/** Codes that GraphQL itself gives to a document or to variables. */
const GRAPHQL_CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
};

/** The codes of requests that the GraphQL server refuses, by the HTTP status that it gives. */
const REQUEST_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** The properties of an error that yoga reads for the HTTP answer. */
interface Http {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a client of `application/json` gets 200 instead, as GraphQL over HTTP allows. */
  readonly spec?: boolean;
}

/**
 * The error as it may be answered, with a code of the one table in its extensions; its HTTP status follows GraphQL over
 * HTTP. An unexpected error is masked as INTERNAL and written to `log`. Never throws.
 */
export function answerable(error: unknown, log: Logger): GraphQLError {
  const cause = rootOf(error);
  if (cause instanceof FederationError && isAnswered(cause.code)) {
    const { code, hint, at, extensions } = cause;
    const details = {
      ...extensions,
      code,
      ...(hint !== undefined && { hint }),
      ...(at !== undefined && { at }),
    };
    return placed(error, cause.message, { ...details, ...httpOf(code, error) });
  }
  if (error instanceof GraphQLError && cause instanceof GraphQLError) {
    // Without a path GraphQL refused the document or its variables; with one, a resolver's result.
    const { http } = error.extensions as { readonly http?: Http };
    const known = GRAPHQL_CODES[String(error.extensions.code)];
    if (known !== undefined) return placed(error, error.message, { code: known, ...(http && { http }) });
    if (error.path === undefined) {
      const code = REQUEST_CODES[http?.status ?? 200] ?? 'BAD_INPUT';
      // A request that is not GraphQL has the same status for every client; `spec` would make it 200 for some.
      const refused = http && { http: { ...http, spec: false } };
      return placed(error, error.message, { code, ...(refused ?? httpOf(code, error)) });
    }
  }
  log.error({ err: cause }, 'an unexpected error was masked');
  return placed(error, 'Unexpected error.', { code: 'INTERNAL', ...httpOf('INTERNAL', error) });
}

/** An error with the nodes and the path of the given one. */
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
 * The status of an answer (GraphQL over HTTP, section 6.4). Where only a field failed, the answer has data and must be
 * 200. An error without a path means that the operation was not executed: there is no data, and the status must not be
 * 2xx, except for clients of `application/json`.
 */
function httpOf(code: ErrorCode, error: unknown): { http?: Http } {
  const { http: status } = ERRORS[code];
  const ofField = error instanceof GraphQLError && error.path !== undefined;
  if (ofField) return {};
  return { http: status === 200 ? { status: 400, spec: true } : { status } };
}

/** The original error: GraphQL wraps what a resolver throws, once or more. */
function rootOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}
