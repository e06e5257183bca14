// What a failed request means: its code, whether the server is to blame, and whether asking again can help.
import { errors } from 'undici';
import { type ErrorCode, FederationError } from '../model/errors.ts';

export interface Failure {
  readonly error: FederationError;
  /** `down`: it did not answer, or said that it cannot. `alive`: it answered, wrongly. `unsaid`: we gave up first. */
  readonly server: 'down' | 'alive' | 'unsaid';
  /** Milliseconds after which asking again may help; null: it will not. */
  readonly again: number | null;
  /** The HTTP status, where that is what was wrong. */
  readonly status?: number;
}

/** Characters of foreign text that are kept for the log. */
const CAUSE_LENGTH = 1_024;

/** What the other side wrote, as a cause for the log: bounded, and never part of a message. */
export function upstreamText(text: string): Error {
  return new Error(text.slice(0, CAUSE_LENGTH).toWellFormed());
}

/** The server answered, but not with what was asked for. */
export function wrongAnswer(code: ErrorCode, message: string, cause?: Error): Failure {
  return { error: new FederationError(code, message, { cause }), server: 'alive', again: null };
}

/** A status other than 2xx. `text` is the beginning of the body. */
export function statusFailure(status: number, retryAfter: string | undefined, text: string): Failure {
  const cause = upstreamText(text);
  if (status >= 300 && status < 400 && status !== 304) {
    return wrongAnswer('SOURCE_REDIRECTED', `the server redirects (HTTP ${status}); none is followed`, cause);
  }
  if (status === 401 || status === 403) {
    return {
      error: new FederationError('SOURCE_REFUSED', `the server refuses the gateway (HTTP ${status})`, {
        cause,
        hint: 'check the token that federation.yaml names for it',
      }),
      server: 'alive',
      again: null,
    };
  }
  const error = new FederationError('SOURCE_HTTP_STATUS', `the server answered HTTP ${status}`, { cause });
  const overloaded = status === 429 || status === 503;
  if (overloaded || status === 502 || status === 504) {
    return { error, server: 'down', again: overloaded ? waitAsked(retryAfter) : 0, status };
  }
  return { error, server: status >= 500 ? 'down' : 'alive', again: null, status };
}

/** A connection that failed, a timeout or an abort, as undici and Node report them. */
export function transportFailure(thrown: unknown, signal: AbortSignal): Failure {
  const cause = upstreamText(describe(thrown));
  if (signal.aborted) return abortFailure(signal);
  const code = codeOf(thrown);
  const reading = READINGS[code];
  if (reading !== undefined) {
    const [errorCode, message, again] = reading;
    return {
      error: new FederationError(errorCode, message, { cause }),
      server: errorCode === 'SOURCE_MALFORMED' || errorCode === 'SOURCE_TOO_LARGE' ? 'alive' : 'down',
      again,
    };
  }
  if (thrown instanceof errors.HTTPParserError || /^HPE_/.test(code)) {
    return wrongAnswer('SOURCE_MALFORMED', 'the answer is not HTTP', cause);
  }
  if (/^(?:Z_|ERR__ERROR_|ERR_BROTLI_|ERR_PADDING|ERR_STREAM_PREMATURE)/.test(code)) {
    return wrongAnswer('SOURCE_MALFORMED', 'the answer does not decompress', cause);
  }
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return {
      error: new FederationError('SOURCE_UNAVAILABLE', 'the server’s certificate is not accepted', {
        cause,
        hint: 'have its chain complete, or name the authority in NODE_EXTRA_CA_CERTS',
      }),
      server: 'down',
      again: null,
    };
  }
  return {
    error: new FederationError('SOURCE_UNAVAILABLE', 'the server could not be reached', { cause }),
    server: 'down',
    again: 0,
  };
}

/** The caller's signal ended it. A deadline that passed says something about the server, a caller who left does not. */
export function abortFailure(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof FederationError) return { error: reason, server: 'unsaid', again: null };
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return {
    error: late
      ? new FederationError('SOURCE_TIMEOUT', 'the deadline passed before the answer was complete')
      : new FederationError('SOURCE_UNAVAILABLE', 'the request was given up before it was answered'),
    server: late ? 'down' : 'unsaid',
    again: null,
  };
}

type Reading = readonly [ErrorCode, message: string, again: number | null];

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

/** Retry-After (RFC 9110) in seconds, as milliseconds; a date counts as "not soon". */
function waitAsked(retryAfter: string | undefined): number | null {
  if (retryAfter === undefined) return 0;
  return /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null;
}
