// Classifies a failed request: its code, whether the server is the cause, and whether a retry can help.
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { ADDRESS_REFUSED } from './connection.ts';
import { retryAfter } from './retry-after.ts';
import { upstreamText } from './upstream-text.ts';

export interface Failure {
  readonly error: FederationError;
  /** `down`: it did not answer, or cannot serve. `alive`: it answered, wrongly. `unsaid`: the client gave up first. */
  readonly server: 'down' | 'alive' | 'unsaid';
  /** Milliseconds after which a retry may help; null: it will not. */
  readonly retryAfter: number | null;
  /** The HTTP status, with the code SOURCE_HTTP_STATUS; else left out. */
  readonly status?: number;
}

/**
 * A failure of a server that answered, but not with what was asked for: a retry does not help. The message is
 * in our words; `cause`, the server's, is for the log alone.
 */
export function wrongAnswer(code: ErrorCode, message: string, cause?: Error): Failure {
  return { error: new FederationError(code, message, { cause }), server: 'alive', retryAfter: null };
}

/**
 * The failure for a status other than 2xx: SOURCE_REDIRECTED for 3xx but 304, SOURCE_REFUSED for 401 and 403,
 * else SOURCE_HTTP_STATUS. A retry may help for 502 and 504 at once, and for 429 and 503 as
 * {@link retryAfter} has it, at once where there is neither Retry-After nor X-Retry-After, and not where they
 * cannot be read. `text` is the beginning of the body, for the log; `now` is in milliseconds since the epoch.
 * Names of headers are in lower case.
 */
export function statusFailure(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
  now: number,
): Failure {
  const cause = upstreamText(text);
  if (status >= 300 && status < 400 && status !== 304) {
    return wrongAnswer(
      'SOURCE_REDIRECTED',
      `the server redirects (HTTP ${status}); redirects are not followed`,
      cause,
    );
  }
  if (status === 401 || status === 403) {
    return {
      error: new FederationError('SOURCE_REFUSED', `the server refuses the gateway (HTTP ${status})`, {
        cause,
        hint: 'check the token that federation.yaml names for it',
      }),
      server: 'alive',
      retryAfter: null,
    };
  }
  const error = new FederationError('SOURCE_HTTP_STATUS', `the server answered HTTP ${status}`, { cause });
  const overloaded = status === 429 || status === 503;
  if (overloaded || status === 502 || status === 504) {
    return { error, server: 'down', retryAfter: overloaded ? waitAsked(headers, now) : 0, status };
  }
  return { error, server: status >= 500 ? 'down' : 'alive', retryAfter: null, status };
}

/**
 * The failure for what undici and Node.js throw: {@link abortFailure}'s where the signal has aborted; else
 * SOURCE_TIMEOUT, SOURCE_UNAVAILABLE (no connection, a broken one, a certificate that is not accepted),
 * SOURCE_MALFORMED (no HTTP, or it does not decompress), SOURCE_TOO_LARGE (its headers) or SOURCE_REDIRECTED
 * (an address that is not allowed). What is not known is SOURCE_UNAVAILABLE. A retry may help at once for a
 * time-out and for a connection that broke or was not made; not for a name that does not exist, a
 * certificate, an address that is not allowed, or what is not HTTP.
 */
export function transportFailure(thrown: unknown, signal: AbortSignal): Failure {
  const cause = upstreamText(describe(thrown));
  if (signal.aborted) return abortFailure(signal);
  const code = codeOf(thrown);
  const reading = READINGS[code];
  if (reading !== undefined) {
    const [errorCode, message, retryAfter] = reading;
    return {
      error: new FederationError(errorCode, message, { cause }),
      server: ALIVE.has(errorCode) ? 'alive' : 'down',
      retryAfter,
    };
  }
  if (/^HPE_/.test(code) || (thrown instanceof Error && thrown.name === 'HTTPParserError')) {
    return wrongAnswer('SOURCE_MALFORMED', 'the answer is not HTTP', cause);
  }
  if (/^(?:Z_|ERR__ERROR_|ERR_BROTLI_|ERR_PADDING|ERR_STREAM_PREMATURE)/.test(code)) {
    return wrongAnswer('SOURCE_MALFORMED', 'the answer does not decompress', cause);
  }
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return {
      error: new FederationError('SOURCE_UNAVAILABLE', 'the server’s certificate is not accepted', {
        cause,
        hint: 'complete its chain of certificates, or name the authority in NODE_EXTRA_CA_CERTS, or in `ca` of a registry whose kind has it',
      }),
      server: 'down',
      retryAfter: null,
    };
  }
  return {
    error: new FederationError('SOURCE_UNAVAILABLE', 'the server could not be reached', { cause }),
    server: 'down',
    retryAfter: 0,
  };
}

/**
 * The failure for an aborted signal, which no retry mends: SOURCE_TIMEOUT if its deadline passed, which
 * counts against the server; else SOURCE_UNAVAILABLE or the signal's own FederationError, which do not.
 */
export function abortFailure(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof FederationError) return { error: reason, server: 'unsaid', retryAfter: null };
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return {
    error: late
      ? new FederationError('SOURCE_TIMEOUT', 'the deadline passed before the answer was complete')
      : new FederationError('SOURCE_UNAVAILABLE', 'the request was given up before it was answered'),
    server: late ? 'down' : 'unsaid',
    retryAfter: null,
  };
}

/** Whether nothing more is to be asked of a server now, whatever it is: CIRCUIT_OPEN and RATE_LIMITED. */
export const isOfRegistry = (error: unknown): boolean =>
  error instanceof FederationError && (error.code === 'CIRCUIT_OPEN' || error.code === 'RATE_LIMITED');

type Reading = readonly [ErrorCode, message: string, retryAfter: number | null];

/** Codes that say nothing against the server's ability to answer. */
const ALIVE: ReadonlySet<ErrorCode> = new Set(['SOURCE_MALFORMED', 'SOURCE_TOO_LARGE', 'SOURCE_REDIRECTED']);

const READINGS: Readonly<Record<string, Reading>> = {
  UND_ERR_CONNECT_TIMEOUT: ['SOURCE_TIMEOUT', 'no connection in time', 0],
  UND_ERR_HEADERS_TIMEOUT: ['SOURCE_TIMEOUT', 'no answer in time', 0],
  UND_ERR_BODY_TIMEOUT: ['SOURCE_TIMEOUT', 'the answer paused for too long', 0],
  ETIMEDOUT: ['SOURCE_TIMEOUT', 'no connection in time', 0],
  UND_ERR_HEADERS_OVERFLOW: ['SOURCE_TOO_LARGE', 'the answer’s headers are too large', null],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['SOURCE_UNAVAILABLE', 'the answer ended before it was complete', 0],
  UND_ERR_SOCKET: ['SOURCE_UNAVAILABLE', 'the connection broke before the answer was complete', 0],
  ECONNRESET: ['SOURCE_UNAVAILABLE', 'the connection broke before the answer was complete', 0],
  EPIPE: ['SOURCE_UNAVAILABLE', 'the connection broke before the answer was complete', 0],
  ECONNREFUSED: ['SOURCE_UNAVAILABLE', 'the server refused the connection', 0],
  ENOTFOUND: ['SOURCE_UNAVAILABLE', 'the server’s name does not resolve', null],
  EAI_AGAIN: ['SOURCE_UNAVAILABLE', 'the server’s name does not resolve at the moment', 0],
  [ADDRESS_REFUSED]: [
    'SOURCE_REDIRECTED',
    'the server redirects to a host without a public address, which federation.yaml does not name',
    null,
  ],
  UND_ERR_DESTROYED: ['SOURCE_UNAVAILABLE', 'the gateway is stopping', null],
  UND_ERR_CLOSED: ['SOURCE_UNAVAILABLE', 'the gateway is stopping', null],
};

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

const describe = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name} ${codeOf(thrown)}: ${thrown.message}` : String(thrown);

/** Milliseconds that the server asks to wait; what it says and cannot be read counts as "not soon": null. */
const waitAsked = (headers: Readonly<Record<string, string>>, now: number): number | null =>
  headers['retry-after'] === undefined && headers['x-retry-after'] === undefined
    ? 0
    : retryAfter(headers, now);
