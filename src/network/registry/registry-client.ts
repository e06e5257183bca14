// How a source asks an OCI registry, or a registry's own API: whatever stands between the question and the bytes (tokens,
// redirects to storage, budgets, waiting) is the client's.

/**
 * What a request needs the right to: a repository by its name in the registry, the list of repositories, or no more than
 * to be known. Each has a token of its own, so that scopes do not pile up in one.
 */
export type RegistryScope = { readonly repository: string } | 'catalog' | null;

/** One GET or HEAD of a registry. */
export interface RegistryRequest {
  /** By default GET. */
  readonly method?: 'GET' | 'HEAD' | undefined;
  /**
   * A path with its query from the registry's root, such as `/v2/<name>/tags/list?n=100`, or the target of a `Link`
   * relative to `of`. A target of another origin is not asked: SOURCE_REDIRECTED; what is no address is
   * SOURCE_MALFORMED.
   */
  readonly path: string;
  /** The `url` of the response that had the `Link`; without it `path` begins at the registry's root. */
  readonly of?: URL | undefined;
  /**
   * The token has the right to read this and nothing else, whatever the registry asks for. Outside `/v2/`, which are
   * the registry's own interfaces, a user and password go with the first request, since those ask for none.
   */
  readonly scope: RegistryScope;
  /** Media types, in order of preference. */
  readonly accept?: readonly string[] | undefined;
  /** An entity tag as it was received (RFC 9110, section 13.1.2); with it 304 is an answer. By default there is none. */
  readonly ifNoneMatch?: string | null | undefined;
  /** Whether half of the configured budget is left to other requests; by default not. */
  readonly sparing?: boolean | undefined;
  /** Maximum bytes of the body: as they were sent, since nothing is compressed on the way. */
  readonly maxBytes: number;
  /** Ends the request and all that it waits for. */
  readonly signal: AbortSignal;
}

/** What a registry answered. */
export interface RegistryResponse {
  /**
   * 200 to 299; 304; 400, 404, 405, 406, 410 and 416; 401 and 403 where the credential does not help. After a redirect
   * to storage 200 to 299, 404, 410 and 416.
   */
  readonly status: number;
  /**
   * Names in lower case; a header sent more than once is joined by `, `. After a redirect they are those of the
   * storage.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent; empty for HEAD, 304 and statuses from 400 on. */
  readonly bytes: Buffer;
  /** The address that was asked of the registry itself, before any redirect to storage. */
  readonly url: URL;
}

/**
 * Asks one registry. Rejects only with a FederationError: SOURCE_UNAVAILABLE, SOURCE_TIMEOUT, SOURCE_REFUSED
 * (no token to be had, or no credential to be read), SOURCE_HTTP_STATUS, SOURCE_REDIRECTED (to where the
 * client does not go), SOURCE_TOO_LARGE, SOURCE_MALFORMED (a body that is compressed, a token server that
 * gives none), CIRCUIT_OPEN, CONFIG_INVALID (a user or password that cannot stand in a header), or
 * RATE_LIMITED, once the registry or the configured budget allows no more requests for now: its
 * `extensions.retryAfter` is the time from which to ask again, ISO 8601; `retryAfterOf` of rate-limit-error.ts
 * reads it as milliseconds since the epoch.
 */
export interface RegistryClient {
  /**
   * One request, sent again where the registry asks for a token, a wait of at most 10 seconds, or a redirect.
   */
  ask(request: RegistryRequest): Promise<RegistryResponse>;
}
