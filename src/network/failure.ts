// Classifies a failed request: its code, whether the server is the cause, and whether a retry can help.
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { upstreamText } from './upstream-text.ts';

export interface Failure {
  readonly error: FederationError;
  /** `down`: it did not answer, or cannot serve. `alive`: it answered, wrongly. `unsaid`: the client gave up first. */
  readonly server: 'down' | 'alive' | 'unsaid';
  /** Milliseconds after which a retry may help; null: it will not. */
  readonly retryAfter: number | null;
  /** The HTTP status, if that is the failure. */
  readonly status?: number;
}

/** A failure of a server that answered, but not with what was asked for: a retry does not help. */
export function wrongAnswer(code: ErrorCode, message: string, cause?: Error): Failure {
  return { error: new FederationError(code, message, { cause }), server: 'alive', retryAfter: null };
}

/**
 * The failure for a status other than 2xx. `text` is the beginning of the body; `header` is Retry-After (RFC 9110),
 * which counts for 429 and 503.
 */
export function statusFailure(status: number, header: string | undefined, text: string): Failure {
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
    return { error, server: 'down', retryAfter: overloaded ? waitAsked(header) : 0, status };
  }
  return { error, server: status >= 500 ? 'down' : 'alive', retryAfter: null, status };
}

/** The failure for a broken connection, a timeout or an abort, as undici and Node throw them. */
export function transportFailure(thrown: unknown, signal: AbortSignal): Failure {
  const cause = upstreamText(describe(thrown));
  if (signal.aborted) return abortFailure(signal);
  const code = codeOf(thrown);
  const reading = READINGS[code];
  if (reading !== undefined) {
    const [errorCode, message, retryAfter] = reading;
    return {
      error: new FederationError(errorCode, message, { cause }),
      server: errorCode === 'SOURCE_MALFORMED' || errorCode === 'SOURCE_TOO_LARGE' ? 'alive' : 'down',
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
        hint: 'complete its chain of certificates, or name the authority in NODE_EXTRA_CA_CERTS',
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
 * The failure for an aborted signal: SOURCE_TIMEOUT if its deadline passed, which counts against the server; else
 * SOURCE_UNAVAILABLE or the signal's own FederationError, which do not.
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

type Reading = readonly [ErrorCode, message: string, retryAfter: number | null];

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
  UND_ERR_DESTROYED: ['SOURCE_UNAVAILABLE', 'the gateway is stopping', null],
  UND_ERR_CLOSED: ['SOURCE_UNAVAILABLE', 'the gateway is stopping', null],
};

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

const describe = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name} ${codeOf(thrown)}: ${thrown.message}` : String(thrown);

/** Milliseconds of a Retry-After in seconds (RFC 9110); a date counts as "not soon": null. */
function waitAsked(header: string | undefined): number | null {
  if (header === undefined) return 0;
  return /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}
