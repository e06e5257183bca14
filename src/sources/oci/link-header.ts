// The next page in a Link header (RFC 8288), also as registries write it that do not keep to the grammar.
import LinkHeader from 'http-link-header';

/** Characters of a header that is read; a longer one is cut, since a page has one next and not thousands. */
const MAX_HEADER = 8_192;

/** A target without its angle brackets, as some registries write it. */
const BARE = /^\s*<?([^<>;,\s]+)>?\s*;\s*rel\s*=\s*["']?next["']?\s*(?:;|,|$)/i;

/**
 * The target of the first link whose relation is `next`, as it is written, relative or absolute; null where there is none.
 * Relations are compared without case and quotes. Never throws.
 */
export function nextTarget(header: string | undefined): string | null {
  if (header === undefined) return null;
  const text = header.slice(0, MAX_HEADER);
  const next = linksOf(text)?.find(({ rel }) => isNext(rel))?.uri ?? BARE.exec(text)?.[1];
  return next === undefined || next === '' ? null : next;
}

/** null: it does not follow the grammar. */
function linksOf(header: string): readonly { readonly uri: string; readonly rel: string }[] | null {
  try {
    // An empty element between commas is allowed in lists (RFC 9110, section 5.6.1), and not by the library.
    return LinkHeader.parse(header.replace(/^[\s,]+/, '')).refs;
  } catch {
    return null;
  }
}

const isNext = (relation: unknown): boolean =>
  typeof relation === 'string' && relation.replace(/^'(.*)'$/, '$1').toLowerCase() === 'next';
