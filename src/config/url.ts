// URLs as text. Without zod, so that commands that ask a gateway start without it.
import { isLoopbackHost } from './loopback.ts';

/**
 * Whether nobody on the network path can read what is sent to the URL: https, or any scheme to loopback, as
 * {@link isLoopbackHost} has it; false for what is no URL.
 */
export function isSecureUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname));
}

/** The parsed URL (WHATWG URL), or null where the text is not an absolute URL. (Node 20.19 has no `URL.parse`.) */
export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
