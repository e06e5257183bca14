// Persistent identifiers of data: DOIs and other handles (RFC 3650), in the ways in which people write them.

/** UTF-16 units. */
const MAX_PID = 512;

/** `https://doi.org/`, `https://hdl.handle.net/`, `doi:` and `hdl:`. */
const RESOLVER = /^https?:\/\/(?:(?:dx\.|www\.)?doi\.org|hdl\.handle\.net)\//i;
const SCHEME = /^(?:doi|hdl):\s*/i;

/**
 * A naming authority of digits and a local name, without white space, quotes, backslashes, and characters that are not shown: catalogs
 * put it into their own queries.
 */
const PID = /^\d+(?:\.\d+)+\/[^\s\p{C}"'`\\]+$/u;

/**
 * The PID of a text without resolver and scheme, as `10.5072/abc`, in its own case; null where it is none, or longer than 512
 * characters.
 */
export function parsePid(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 2 * MAX_PID) return null;
  const pid = RESOLVER.test(trimmed) ? decoded(trimmed.replace(RESOLVER, '')) : trimmed.replace(SCHEME, '');
  return pid.length <= MAX_PID && PID.test(pid) ? pid : null;
}

/** Whether two PIDs are one: case makes no difference (ISO 26324, and the Handle System by default). */
export const isSamePid = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * Whether a PID begins with a prefix: a naming authority as a whole (`10.16907`), or with the beginning of the local name
 * (`10.5286/ISIS.`).
 */
export function hasPrefix(pid: string, prefix: string): boolean {
  const start = prefix.includes('/') ? prefix : `${prefix}/`;
  return pid.toLowerCase().startsWith(start.toLowerCase());
}

/** Empty for what is not percent-encoded as URLs are: that is no PID. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
