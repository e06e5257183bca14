// The gateway's only way to the network, as its users see it; fetch.ts makes one.
import type { Credential } from './credential.ts';

/**
 * What a request is for. Each purpose has connections and a circuit breaker of its own to each origin, so that nothing
 * that a caller sets off (own fields of images, keys for a token) is ever in the way of a crawl to the same host.
 */
export type Purpose = 'crawl' | 'extension' | 'issuerKeys' | 'policyBundles' | 'decisionLog';

/** Makes of an answer's JSON what is wanted of it. Rejects with a FederationError SOURCE_*. */
export type ReadBody = (bytes: Buffer) => unknown;

/** One request for JSON. */
export interface HttpRequest {
  readonly purpose: Exclude<Purpose, 'policyBundles' | 'decisionLog'>;
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** POST where there is a body, else GET. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Sent as `application/json`. */
  readonly body?: unknown;
  /** Beyond those that the door sets itself; `authorization` and `cookie` are refused: a credential has its own field. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent only if the request goes to the origin that the credential was made for; else the request is not sent. */
  readonly credential?: Credential | null | undefined;
  /** Ends the request, its retries and the waiting between them. */
  readonly signal: AbortSignal;
  /** The most bytes of the answer's body, after decompression. */
  readonly maxBytes: number;
  /** Reads the body, which it may keep; parses JSON in place unless said. */
  readonly read?: ReadBody | undefined;
  /** Whether asking twice does no harm; only then is it retried. A GET is unless said, a POST is not unless said. */
  readonly idempotent?: boolean | undefined;
}

export interface HttpResponse {
  /** 200 to 299; any other status is an error. */
  readonly status: number;
  /** What the request's `read` made of it; unless said parsed JSON of unproven shape, at most 64 levels deep. */
  readonly body: unknown;
  /** Names in lower case; a header sent more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body after decompression, for limits that span several requests. */
  readonly bytes: number;
}

/** JSON that is handed over, to a server that has nothing to tell in return. */
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
  /** Of what is there already, as it came; null: there is nothing yet. */
  readonly etag: string | null;
  /** Seconds for which the server may hold its answer until there is a change (RFC 7240, `wait`); null: it is not asked to. */
  readonly wait: number | null;
  readonly credential?: Credential | null | undefined;
  readonly signal: AbortSignal;
  /** The most bytes of the answer's body, after its content coding was taken off. */
  readonly maxBytes: number;
}

export type Downloaded =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'new';
      readonly bytes: Uint8Array;
      /** null: the server named none that can be sent back. */
      readonly etag: string | null;
      /** By its media type, the server knows OPA's long polling: `wait` is honored. */
      readonly longPolls: boolean;
    };

/**
 * Rejects with a FederationError alone: SOURCE_UNAVAILABLE (no connection, or it broke), SOURCE_TIMEOUT, SOURCE_REFUSED
 * (401 or 403), SOURCE_HTTP_STATUS, SOURCE_REDIRECTED (none is followed), SOURCE_TOO_LARGE, SOURCE_MALFORMED (not
 * JSON), CIRCUIT_OPEN. What the other side wrote is only in its `cause`, bounded, for the log.
 */
export interface HttpClient {
  json(request: HttpRequest): Promise<HttpResponse>;
  /** One POST, never repeated here. Of the answer its status alone is read. */
  deliver(delivery: HttpDelivery): Promise<Delivered>;
  /**
   * A bundle, asked for as OPA asks for one. Never repeated here, and nobody waits behind an answer that is held.
   * https://www.openpolicyagent.org/docs/management-bundles
   */
  download(download: HttpDownload): Promise<Downloaded>;
  /** Ends every connection; requests under way fail with SOURCE_UNAVAILABLE. */
  close(): Promise<void>;
}
