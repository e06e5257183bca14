// Checks the target of a request: one valid Host (RFC 9112, section 3.2) and a path in normal form, so that a proxy in
// front of the gateway and the gateway see the same path.
import type { IncomingMessage } from 'node:http';
import { FederationError } from '../model/errors.ts';

/** `uri-host [ ":" port ]` of RFC 9110, section 7.2; the URL parser then checks addresses and ports. */
const HOST = /^(?:\[[\dA-Fa-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\dA-Fa-f]{2})+)(?::\d{1,5})?$/;

/** Replaces the authority, which decides nothing here. */
const BASE = 'http://localhost';

/**
 * The target's path and query (HTTP/1.1, RFC 9112), with a fixed host; `*` gives `/`. Throws BAD_REQUEST for
 * a Host that is missing (in HTTP/1.1), repeated or invalid, and for a target that is neither a path nor an
 * absolute URL; NOT_FOUND for a path with dot segments or in another spelling than the normal one, which no
 * route has.
 */
export function targetOf(request: IncomingMessage): URL {
  checkHost(request);
  const target = request.url ?? '';
  if (target === '*') return new URL(BASE);
  const path = target.startsWith('/') ? target : pathOfAbsolute(target);
  if (!URL.canParse(BASE + path)) throw malformed('The target of the request is not a path.');
  const url = new URL(BASE + path);
  const written = path.split(/[?#]/, 1)[0];
  if (url.pathname !== written) throw new FederationError('NOT_FOUND', 'There is nothing here.');
  return url;
}

/**
 * The request's host in lower case, without its port; null where an HTTP/1.0 client sent none. Call {@link targetOf}
 * first, which refuses an invalid one.
 */
export function hostOf({ headers: { host } }: IncomingMessage): string | null {
  return host === undefined ? null : new URL(`http://${host}`).hostname;
}

function checkHost({ headersDistinct, httpVersionMajor, httpVersionMinor }: IncomingMessage): void {
  const [host, ...more] = headersDistinct.host ?? [];
  if (host === undefined) {
    if (httpVersionMajor === 1 && httpVersionMinor === 0) return;
    throw malformed('The request has no Host.');
  }
  if (more.length > 0) throw malformed('The request has more than one Host.');
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) throw malformed('The Host is not a host.');
}

/** Every server must accept the absolute form, even if it is not a proxy (RFC 9112, section 3.2.2). */
function pathOfAbsolute(target: string): string {
  const path = /^https?:\/\/[^/?#]+(\/[^#]*|\?[^#]*)?/i.exec(target);
  if (path === null || !URL.canParse(target)) throw malformed('The target of the request is not a path.');
  const [, rest = '/'] = path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function malformed(message: string): FederationError {
  return new FederationError('BAD_REQUEST', message, {
    hint: 'Send one Host, and a path that begins with `/`.',
  });
}
