// The interface of the gateway's HTTP client, its only way to the network; create.ts makes one.
import type { Reach } from './connection.ts';
import type { Credential, SecretForm } from './credential.ts';

/**
 * The purpose of a request. Each purpose has connections and a circuit breaker of its own to each origin, so that
 * requests that callers cause (a lab's own fields of images, keys for a token, look-ups of data sets), or that come
 * behind a crawl (signatures), never delay a crawl of the same host.
 */
export type Purpose =
  | 'crawl'
  | 'attachments'
  | 'registryTokens'
  | 'extension'
  | 'issuerKeys'
  | 'dataCatalog'
  | 'policyBundles'
  | 'decisionLog';

/** Reads a value from the bytes of a JSON answer. Throws or rejects with a FederationError SOURCE_*. */
export type ReadBody = (bytes: Buffer) => unknown;

/** One request for JSON. */
export interface HttpRequest {
  readonly purpose: Extract<Purpose, 'crawl' | 'attachments' | 'extension' | 'issuerKeys'>;
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** By default POST if there is a body, else GET. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Sent as `application/json`. */
  readonly body?: unknown;
  /** Beyond those that the client sets itself; `authorization` and `cookie` are refused: use `credential`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For the origin of `url`; with a credential for another origin the request is not sent. */
  readonly credential?: Credential | null | undefined;
  /** Ends the request, its retries and the waiting between them. */
  readonly signal: AbortSignal;
  /** Maximum bytes of the answer's body, after decompression. */
  readonly maxBytes: number;
  /** Reads the body, which it may keep; by default it is parsed as JSON. */
  readonly read?: ReadBody | undefined;
  /** Whether sending it twice does no harm; only then it is retried. By default true for GET and false for POST. */
  readonly idempotent?: boolean | undefined;
}

export interface HttpResponse {
  /** 200 to 299; any other status is an error. */
  readonly status: number;
  /** The value of the request's `read`; by default parsed JSON of unchecked shape, at most 64 levels deep. */
  readonly body: unknown;
  /** Names in lower case; a header sent more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body after decompression, for limits that span several requests. */
  readonly bytes: number;
}

/** One request for bytes as they are sent: nothing is compressed on the way, since their digest may be checked. */
export interface BytesRequest {
  readonly purpose: Extract<Purpose, 'crawl' | 'registryTokens' | 'dataCatalog'>;
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** By default GET; without effect where there is a form. */
  readonly method?: 'GET' | 'HEAD' | undefined;
  /** Posted once, without retries. */
  readonly form?: SecretForm | null | undefined;
  /** As of {@link HttpRequest}. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For the origin of `url`; with a credential for another origin the request is not sent. */
  readonly credential?: Credential | null | undefined;
  /** Ends the request, its retries and the waiting between them. */
  readonly signal: AbortSignal;
  /** Maximum bytes of the answer's body. */
  readonly maxBytes: number;
  /** Statuses that are answers, beside 200 to 299: they do not count as failures of the server. */
  readonly statuses?: readonly number[] | undefined;
  /** Called before the request and each retry, which waits for it; what it rejects with ends the request. */
  readonly beforeAttempt?: (() => Promise<void>) | undefined;
}

export interface BytesResponse {
  /** 200 to 299, or one of the request's `statuses`. */
  readonly status: number;
  /** Names in lower case; a header sent more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent; empty for HEAD and for statuses from 300 on. */
  readonly bytes: Buffer;
  /** The beginning of a body of a status from 300 on, at most 1,024 characters, for the log alone. */
  readonly excerpt: string;
}

/** What one registry's requests are kept apart by. */
export interface Isolation {
  /** Connections to one origin at a time for the purpose `crawl`; further requests wait for one. */
  readonly atOnce: number;
  /** What is allowed of an origin, asked before the first connection to it. */
  readonly reach: (origin: URL) => Reach;
}

/** JSON that is sent to a server whose answer has no content of interest. */
export interface HttpDelivery {
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** JSON, compressed with gzip (RFC 1952). */
  readonly gzip: Uint8Array;
  readonly credential?: Credential | null | undefined;
  readonly signal: AbortSignal;
}

/** `large` and `refused`: the server will not take this body, however often it is sent (HTTP 413; 400, 415, 422). */
export type Delivered = 'taken' | 'large' | 'refused';

/** One GET for a file that changes seldom, by its entity tag (RFC 9110, section 8.8.3). */
export interface HttpDownload {
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** The entity tag of the present file, as it was received; null: there is no file yet. */
  readonly etag: string | null;
  /** Seconds for which the server may delay its answer until there is a change (RFC 7240, `wait`); null: not at all. */
  readonly wait: number | null;
  readonly credential?: Credential | null | undefined;
  readonly signal: AbortSignal;
  /** Maximum bytes of the answer's body, after decompression. */
  readonly maxBytes: number;
}

export type Downloaded =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'new';
      readonly bytes: Uint8Array;
      /** null: the server sent none that can be sent back. */
      readonly etag: string | null;
      /** Whether the media type says that the server supports OPA's long polling: it honors `wait`. */
      readonly longPolls: boolean;
    };

/**
 * Its methods reject only with a FederationError: SOURCE_UNAVAILABLE (no connection, or it broke),
 * SOURCE_TIMEOUT, SOURCE_REFUSED (401 or 403), SOURCE_HTTP_STATUS, SOURCE_REDIRECTED (none is followed, and
 * an address that is not allowed is not connected to), SOURCE_TOO_LARGE, SOURCE_MALFORMED (not what was asked
 * for), CIRCUIT_OPEN. Before anything is sent: CONFIG_INVALID for what is no address of http: or https:,
 * INTERNAL for a header that is the client's own or a credential of another origin. A signal that aborts with
 * a FederationError gives that one, and `beforeAttempt` its own. The other side's text is only in its
 * `cause`, at most 1,024 characters, for the log.
 */
export interface HttpClient {
  /** One request for JSON, retried if it is idempotent. */
  json(request: HttpRequest): Promise<HttpResponse>;
  /** One request for bytes, retried unless it posts a form. */
  bytes(request: BytesRequest): Promise<BytesResponse>;
  /**
   * One POST without retries. Only the status of the answer is read: 413 is `large`, and 400, 415 and 422 are
   * `refused`; what else is no 2xx rejects.
   */
  deliver(delivery: HttpDelivery): Promise<Delivered>;
  /**
   * Downloads a bundle by OPA's bundle API, without retries. A long poll does not delay other requests.
   * https://www.openpolicyagent.org/docs/management-bundles
   */
  download(download: HttpDownload): Promise<Downloaded>;
  /**
   * A client with the same times, and with connections and circuit breakers of its own, at most 64 of each. It is closed
   * with this one.
   */
  isolated(isolation: Isolation): HttpClient;
  /** Ends every connection; requests under way fail with SOURCE_UNAVAILABLE. */
  close(): Promise<void>;
}
