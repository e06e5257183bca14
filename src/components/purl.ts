// Package URLs (purl): the one form in which they are kept, and their parts.
import { PackageURL } from 'packageurl-js';
import { COMPONENT_BOUNDS } from './component-bounds.ts';

/** A purl's parts, decoded; `subpath` and each of `qualifiers` (`key=value`) as the canonical text has them. */
export interface PurlParts {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: readonly string[];
  readonly subpath: string | null;
}

/** The canonical text is percent-encoded: nothing but these is in it. */
const CANONICAL = /^pkg:[\x21-\x7e]+$/;

/**
 * The purl in its canonical form (package-url specification: type, percent-encoding, qualifiers sorted). null for what
 * is none, is not text, or has more than 2,048 UTF-16 units. Never throws.
 */
export function canonicalPurl(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > COMPONENT_BOUNDS.purl) return null;
  let canonical: string;
  try {
    canonical = PackageURL.fromString(text.trim()).toString();
  } catch {
    // The library throws its own errors, TypeErrors and URIErrors; packageurl-js 2.0.1 also a ReferenceError, for a Go
    // version such as v1.0 that is not semantic.
    return null;
  }
  return CANONICAL.test(canonical) && canonical.length <= COMPONENT_BOUNDS.purl ? canonical : null;
}

/** The parts of a purl that {@link canonicalPurl} gave. Never throws: another text gives parts that mean nothing. */
export function purlParts(canonical: string): PurlParts {
  const [beforeSubpath, subpath] = splitAt(canonical, canonical.indexOf('#'));
  const [path, query] = splitAt(beforeSubpath, beforeSubpath.indexOf('?'));
  const [whole, version] = splitAt(path, path.lastIndexOf('@'));
  const [type, rest] = splitAt(whole.slice('pkg:'.length), whole.indexOf('/') - 'pkg:'.length);
  const slash = (rest ?? '').lastIndexOf('/');
  return {
    type,
    namespace: slash < 1 ? null : decoded((rest ?? '').slice(0, slash)),
    name: decoded((rest ?? '').slice(slash + 1)),
    version: version === null ? null : decoded(version),
    qualifiers: query === null || query === '' ? [] : query.split('&'),
    subpath,
  };
}

function splitAt(text: string, index: number): readonly [string, string | null] {
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
