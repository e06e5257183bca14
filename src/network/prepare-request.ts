// From what a caller asks to a request that can be sent: its address is checked, its headers are the client's own and
// those that are allowed, its credential is for its origin.
import { FederationError } from '../model/errors.ts';
import type { Credential } from './credential.ts';
import type {
  BytesRequest,
  BytesResponse,
  HttpDelivery,
  HttpDownload,
  HttpRequest,
  HttpResponse,
} from './http-client.ts';
import type { Prepared } from './origin-pool.ts';
import { readBytes, readDownload, readJsonResponse, readStatus } from './response-reader.ts';

const OWN_HEADERS = { 'user-agent': 'panfed' } as const;

const FORBIDDEN_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'host',
  'accept-encoding',
]);

/**
 * A request for JSON, by default POST if it has a body, else GET.
 * @throws FederationError CONFIG_INVALID for an address that is not absolute, not http: or https:, or has a
 * user in it; INTERNAL for a header that is the client's own, and for a credential of another origin
 */
export function prepareJson(request: HttpRequest): Prepared<HttpResponse> {
  const url = addressOf(request.url);
  const headers = withHeaders({ accept: 'application/json', ...OWN_HEADERS }, request.headers);
  authorize(headers, url, request.credential);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  if (body !== null) headers['content-type'] = 'application/json';
  const method = request.method ?? (body === null ? 'GET' : 'POST');
  return {
    url,
    method,
    headers,
    body,
    signal: request.signal,
    read: readJsonResponse(request.maxBytes, request.read),
  };
}

/**
 * A request for bytes as they are sent, by default GET; POST where there is a form.
 * @throws FederationError as {@link prepareJson} does, and INTERNAL for a form of another origin
 */
export function prepareBytes(request: BytesRequest): Prepared<BytesResponse> {
  const url = addressOf(request.url);
  const { form, statuses = [], maxBytes, beforeAttempt } = request;
  const method = form == null ? (request.method ?? 'GET') : 'POST';
  const headers = withHeaders({ ...OWN_HEADERS }, request.headers);
  authorize(headers, url, request.credential);
  if (form != null) headers['content-type'] = form.contentType;
  return {
    url,
    method,
    headers,
    body: form == null ? null : form.body(url),
    signal: request.signal,
    statuses,
    acceptEncoding: 'identity',
    beforeAttempt,
    read: readBytes(maxBytes, method),
  };
}

/**
 * A delivery, a POST of JSON that is compressed already, whose answer's status alone is read.
 * @throws FederationError as {@link prepareJson} does
 */
export function prepareDelivery({ url: to, gzip, credential, signal }: HttpDelivery): Prepared<number> {
  const url = addressOf(to);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    ...OWN_HEADERS,
  };
  authorize(headers, url, credential);
  return { url, method: 'POST', headers, body: gzip, signal, read: readStatus };
}

/**
 * A download of a bundle by OPA's bundle API: `wait`, in seconds, is a preference (RFC 7240), for which the
 * answer's headers have as much longer (`patience`, milliseconds), null: not at all; 304 is an answer where
 * there is an entity tag.
 * @throws FederationError as {@link prepareJson} does
 */
export function prepareDownload({ url: to, etag, wait, credential, signal, maxBytes }: HttpDownload) {
  const url = addressOf(to);
  // Only whole bundles: a bundle is signed, a delta from one to the next is not.
  const headers: Record<string, string> = {
    prefer: wait === null ? 'modes=snapshot' : `modes=snapshot;wait=${wait}`,
    ...OWN_HEADERS,
  };
  if (etag !== null) headers['if-none-match'] = etag;
  authorize(headers, url, credential);
  const shared = { url, method: 'GET', headers, body: null, signal, read: readDownload(maxBytes) } as const;
  // 304 is an answer only to a request that had an entity tag.
  return { ...shared, statuses: etag === null ? [] : [304], patience: (wait ?? 0) * 1_000 };
}

function withHeaders(
  headers: Record<string, string>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  for (const [name, value] of Object.entries(more)) {
    if (FORBIDDEN_HEADERS.has(name.toLowerCase())) {
      throw new FederationError('INTERNAL', `the header ${name} is set by the HTTP client alone`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function authorize(headers: Record<string, string>, url: URL, credential: Credential | null | undefined) {
  if (credential != null) headers.authorization = credential.authorization(url);
}

function addressOf(to: string | URL): URL {
  const url = typeof to === 'string' ? parseUrl(to) : to;
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') {
    throw new FederationError(
      'CONFIG_INVALID',
      `not an address that can be asked: ${url.protocol}//${url.host}`,
      {
        hint: 'write an http: or https: URL, and the secret as `token`, not in the address',
      },
    );
  }
  return url;
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new FederationError('CONFIG_INVALID', `not an absolute URL: ${text.slice(0, 256)}`);
}
