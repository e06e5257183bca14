// The failures of panfed: one class, and the one table of its codes.

/** How a code leaves the process: exit status of the command line, and HTTP status. */
export interface ErrorEntry {
  readonly exit: 0 | 1 | 2 | 3 | 4 | 5;
  readonly http: number;
}

/**
 * The one table. Exit codes: 1 unexpected, 2 usage, 3 configuration or policy, 4 a test or a check failed, a change
 * that was to be stopped, or no job, 5 a source is unavailable.
 */
export const ERRORS = Object.freeze({
  // The question
  GRAPHQL_PARSE_FAILED: { exit: 2, http: 400 },
  GRAPHQL_VALIDATION_FAILED: { exit: 2, http: 400 },
  BAD_CHOICE: { exit: 2, http: 200 },
  AMBIGUOUS_TERM: { exit: 2, http: 200 },
  BAD_CURSOR: { exit: 2, http: 200 },
  BAD_INPUT: { exit: 2, http: 200 },
  BAD_REQUEST: { exit: 2, http: 400 },
  LIMIT_EXCEEDED: { exit: 2, http: 400 },
  PAYLOAD_TOO_LARGE: { exit: 2, http: 413 },
  NOT_ACCEPTABLE: { exit: 2, http: 406 },
  UNSUPPORTED_MEDIA_TYPE: { exit: 2, http: 415 },
  METHOD_NOT_ALLOWED: { exit: 2, http: 405 },
  NOT_FOUND: { exit: 2, http: 404 },
  CSRF_PREVENTED: { exit: 2, http: 400 },
  PERSISTED_QUERY_NOT_SUPPORTED: { exit: 2, http: 200 },
  HISTORY_NOT_KEPT: { exit: 2, http: 200 },
  NO_JOB: { exit: 4, http: 200 },
  REQUEST_TIMEOUT: { exit: 1, http: 408 },
  // The caller
  UNAUTHENTICATED: { exit: 2, http: 401 },
  FORBIDDEN: { exit: 2, http: 403 },
  ISSUER_UNAVAILABLE: { exit: 5, http: 503 },
  // Policies
  POLICY_FAILED: { exit: 1, http: 200 },
  POLICY_INVALID: { exit: 3, http: 500 },
  POLICY_TOO_COSTLY: { exit: 3, http: 500 },
  POLICY_UNSIGNED: { exit: 3, http: 500 },
  POLICY_TESTS_FAILED: { exit: 4, http: 500 },
  POLICY_CHANGED: { exit: 4, http: 500 },
  POLICY_UNJUDGED: { exit: 4, http: 500 },
  POLICY_REPLAYED: { exit: 3, http: 500 },
  POLICY_STATE_INVALID: { exit: 3, http: 500 },
  OPA_MISSING: { exit: 3, http: 500 },
  // Sources: as outcomes in the data, or at the command line
  SOURCE_UNAVAILABLE: { exit: 5, http: 200 },
  SOURCE_TIMEOUT: { exit: 5, http: 200 },
  SOURCE_REFUSED: { exit: 5, http: 200 },
  SOURCE_HTTP_STATUS: { exit: 5, http: 200 },
  SOURCE_TOO_LARGE: { exit: 5, http: 200 },
  SOURCE_MALFORMED: { exit: 5, http: 200 },
  SOURCE_REDIRECTED: { exit: 5, http: 200 },
  CONTRACT_UNSUPPORTED: { exit: 5, http: 200 },
  GENERATION_UNSTABLE: { exit: 5, http: 200 },
  PAGE_STUCK: { exit: 5, http: 200 },
  CRAWL_UNFINISHED: { exit: 5, http: 200 },
  SIGNATURES_UNAVAILABLE: { exit: 5, http: 200 },
  CIRCUIT_OPEN: { exit: 5, http: 200 },
  RATE_LIMITED: { exit: 5, http: 200 },
  // The process
  CONFIG_INVALID: { exit: 3, http: 500 },
  CATALOG_INVALID: { exit: 3, http: 500 },
  CONFORMANCE_FAILED: { exit: 4, http: 500 },
  PORT_TAKEN: { exit: 3, http: 500 },
  STORE_IN_USE: { exit: 3, http: 500 },
  STORE_NEWER: { exit: 3, http: 500 },
  STORE_INVALID: { exit: 3, http: 500 },
  STORE_DAMAGED: { exit: 3, http: 500 },
  STORE_UNAVAILABLE: { exit: 5, http: 503 },
  GATEWAY_UNREACHABLE: { exit: 5, http: 502 },
  USAGE: { exit: 2, http: 400 },
  NOT_READY: { exit: 5, http: 503 },
  INTERNAL: { exit: 1, http: 500 },
} as const satisfies Record<string, ErrorEntry>);

export type ErrorCode = keyof typeof ERRORS;

/**
 * Whether clients see the message: false for INTERNAL alone, for which they get the code and a neutral sentence, and
 * the log has the rest.
 */
export const isAnswered = (code: ErrorCode): boolean => code !== 'INTERNAL';

export interface ErrorDetail {
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined;
  /** Where it happened: `federation.yaml:12:3`, a policy's file and line, a field's path. */
  readonly at?: string | undefined;
  readonly cause?: unknown;
  /** Machine-readable facts that go into `extensions` beside the code, such as `suggestions`. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** A failure with a code of {@link ERRORS}; its message says what was wrong, `at` where, `hint` what to do. */
export class FederationError extends Error {
  override readonly name = 'FederationError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;

  /** `detail`: by default neither hint, place, cause nor extensions. */
  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.at = detail.at;
    this.extensions = detail.extensions;
  }

  /** The exit status and the HTTP status of its code, as {@link ERRORS} has them. */
  get entry(): ErrorEntry {
    return ERRORS[this.code];
  }
}
