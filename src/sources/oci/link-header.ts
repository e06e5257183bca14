// The next page in a Link header (RFC 8288), also as registries write it that do not keep to the grammar.
import LinkHeader from 'http-link-header';

/** Characters of a header that is read; a longer one is cut, since a page has one next and not thousands. */
const MAX_HEADER = 8_192;

/** Characters of a header with all its blanks, of which many are looked at as one. */
const MAX_RAW = 65_536;

/** Characters of a target. */
const MAX_TARGET = 2_048;

/** Blanks and semicolons of a header: the library makes an object for each relation, with all parameters of the link. */
const MAX_SEPARATORS = 128;

/** A target without its angle brackets, as some registries write it. */
const BARE = /^\s*<?([^<>;,\s]+)>?\s*;\s*rel\s*=\s*["']?next["']?\s*(?:;|,|$)/i;

/**
 * The target of the first link whose relation is `next` (RFC 8288), as it is written, relative or absolute;
 * null where there is none, or one of more than 2,048 characters, and for a header with more than 128 blanks
 * and semicolons. Nothing is read beyond 8,192 characters, of which a run of blanks is one. Relations are
 * compared without case and quotes. Never throws, and takes time linear in the header.
 */
export function nextTarget(header: string | undefined): string | null {
  if (header === undefined) return null;
  // Runs of blanks are made one: the library trims by an expression that takes the square of their length.
  const text = header.slice(0, MAX_RAW).replace(/\s+/g, ' ').slice(0, MAX_HEADER);
  if ((text.match(/[ ;]/g)?.length ?? 0) > MAX_SEPARATORS) return null;
  const next = linksOf(text)?.find(({ rel }) => isNext(rel))?.uri ?? BARE.exec(text)?.[1];
  return next === undefined || next === '' || next.length > MAX_TARGET ? null : next;
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
