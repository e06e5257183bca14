// The gateway's only way to the network, as its users see it; fetch.ts makes one.
import type { Credential } from './credential.ts';

/** One request for JSON. */
export interface DoorRequest {
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
  /** Whether asking twice does no harm; only then is it retried. A GET is unless said, a POST is not unless said. */
  readonly idempotent?: boolean | undefined;
}

export interface DoorAnswer {
  /** 200 to 299; any other status is an error. */
  readonly status: number;
  /** Parsed JSON of unproven shape, at most 64 levels deep. */
  readonly body: unknown;
  /** Names in lower case; a header sent more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body after decompression, for limits that span several requests. */
  readonly bytes: number;
}

/** JSON that is handed over, to a server that has nothing to tell in return. */
export interface DoorDelivery {
  /** http: or https:, absolute. */
  readonly url: string | URL;
  /** JSON, compressed with gzip (RFC 1952). */
  readonly gzip: Uint8Array;
  readonly credential?: Credential | null | undefined;
  readonly signal: AbortSignal;
}

/** `large` and `refused`: the server will not take this body, however often it is sent (HTTP 413; 400, 415, 422). */
export type Delivered = 'taken' | 'large' | 'refused';

/**
 * Rejects with a FederationError alone: SOURCE_UNAVAILABLE (no connection, or it broke), SOURCE_TIMEOUT, SOURCE_REFUSED
 * (401 or 403), SOURCE_HTTP_STATUS, SOURCE_REDIRECTED (none is followed), SOURCE_TOO_LARGE, SOURCE_MALFORMED (not
 * JSON), CIRCUIT_OPEN. What the other side wrote is only in its `cause`, bounded, for the log.
 */
export interface Door {
  json(request: DoorRequest): Promise<DoorAnswer>;
  /** One POST, never repeated here. Of the answer its status alone is read. */
  deliver(delivery: DoorDelivery): Promise<Delivered>;
  /** Ends every connection; requests under way fail with SOURCE_UNAVAILABLE. */
  close(): Promise<void>;
}
