// How a request shows that a proxy passed it on, and so that it came from elsewhere though its connection is of this machine.

const PROXY_HEADERS = new Set(['forwarded', 'via', 'x-real-ip']);

/**
 * Whether a request came through a proxy: it has `Forwarded` (RFC 7239), `Via` (RFC 9110), `X-Real-IP` or any
 * `X-Forwarded-*`, even if empty.
 * @param names of the request's headers, in any case
 */
export function cameThroughProxy(names: Iterable<string>): boolean {
  for (const name of names) {
    const lower = name.toLowerCase();
    if (PROXY_HEADERS.has(lower) || lower.startsWith('x-forwarded-')) return true;
  }
  return false;
}
