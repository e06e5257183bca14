// Versions as people choose them: `5` and `4.0` with all that begin so, `>=4.0`, `>=4.0 <5`. They are compared as
// releases, so that 5, 5.0 and 5.0.0 are equal, as in PEP 440.
import { fold } from './fold.ts';
import { compareVersionParts, type VersionPart, versionParts } from './version.ts';

/** A version's parts without trailing zeros of its numbers, save the first: 5.0 is 5, 4.0-beta is 4-beta, and 0.0 is 0. */
export type ReleaseParts = readonly VersionPart[];

interface Limit {
  readonly release: ReleaseParts;
  readonly inclusive: boolean;
}

/**
 * `family`: a version and all that begin with it (4.0 has 4.0.1 and 4.0-beta); `between`: from one limit to another,
 * null being no limit; `exact`: a text without ASCII letters and digits, which matches only itself.
 */
export type VersionRange =
  | { readonly kind: 'family'; readonly parts: readonly VersionPart[]; readonly release: ReleaseParts }
  | { readonly kind: 'between'; readonly lower: Limit | null; readonly upper: Limit | null }
  | { readonly kind: 'exact'; readonly folded: string };

/** A version prepared for comparison. */
export interface ComparableVersion {
  readonly folded: string;
  readonly parts: readonly VersionPart[];
  readonly release: ReleaseParts;
}

/** Operators: anywhere, but for a `=` behind the version, where conda has its build (`1.2=py39_0`). */
const OPERATORS = /[<>]|^=/;
const COMPARATOR = /^(>=|<=|==|=|>|<)([^<>=]+)$/;
/** Maximum number of comparators: two limits need no more than two, and repeating them adds nothing. */
const MAX_COMPARATORS = 4;

/**
 * Reads a version, or one to four comparators (`>=`, `>`, `<=`, `<`, `=`, `==`) that all must hold, with blanks or
 * commas between them. `4.x` and `4.*` are `4`, `≥` is `>=`. null for what has an operator and is no such list. The
 * text is folded, as versions are where they are compared.
 */
export function parseVersionRange(text: string): VersionRange | null {
  const folded = fold(text).replaceAll('≥', '>=').replaceAll('≤', '<=');
  if (!OPERATORS.test(folded)) return familyOf(folded);
  const comparators = folded
    .replace(/([<>=])\s+/g, '$1')
    .split(/[\s,]+/)
    .filter((piece) => piece !== '');
  if (comparators.length > MAX_COMPARATORS) return null;
  let lower: Limit | null = null;
  let upper: Limit | null = null;
  for (const comparator of comparators) {
    const [, operator, version] = COMPARATOR.exec(comparator) ?? [];
    if (operator === undefined || version === undefined) return null;
    const parts = versionParts(version);
    if (parts.length === 0) return null;
    const limit = { release: releaseParts(parts), inclusive: operator.endsWith('=') };
    if (!operator.startsWith('<')) lower = stricter(lower, limit, 1);
    if (!operator.startsWith('>')) upper = stricter(upper, limit, -1);
  }
  return { kind: 'between', lower, upper };
}

function familyOf(folded: string): VersionRange {
  const parts = versionParts(folded.replace(/\.[x*]$/, ''));
  return parts.length === 0 ? { kind: 'exact', folded } : familyRange(parts);
}

/**
 * The family of a version whose parts, as {@link versionParts} gives them, are known; without parts, that of every
 * version.
 */
export function familyRange(parts: readonly VersionPart[]): VersionRange {
  return { kind: 'family', parts, release: releaseParts(parts) };
}

/**
 * The stricter of two limits. `direction`: 1 for lower limits, where the higher one is stricter, and -1 for upper
 * limits.
 */
function stricter(before: Limit | null, limit: Limit, direction: 1 | -1): Limit {
  if (before === null) return limit;
  const order = compareVersionParts(limit.release, before.release) * direction;
  if (order !== 0) return order > 0 ? limit : before;
  return limit.inclusive ? before : limit;
}

/**
 * A version, as a lab writes it, prepared for {@link compareReleases} and {@link selectVersions}; one without ASCII
 * letters and digits has no parts. Never throws.
 */
export function comparableVersion(version: string): ComparableVersion {
  const parts = versionParts(version);
  return { folded: fold(version), parts, release: releaseParts(parts) };
}

/**
 * The order that {@link selectVersions} needs: by release, older first, then by the folded text in code units. Negative
 * if `a` is first, 0 if both are one version.
 */
export function compareReleases(a: ComparableVersion, b: ComparableVersion): number {
  return (
    compareVersionParts(a.release, b.release) || (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0)
  );
}

/** Neighbors of a sorted list, from one index up to another; `holds`: those of them alone for which it is true. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly holds: ((version: ComparableVersion) => boolean) | null;
}

/**
 * The versions within the range, in their order, of a list in the order of {@link compareReleases}; empty where there
 * is none. A list in another order gives a result that means nothing.
 */
export function selectVersions<T extends ComparableVersion>(
  sorted: readonly T[],
  range: VersionRange,
): readonly T[] {
  const { from, to, holds } = spanOf(sorted, range);
  const span = sorted.slice(from, to);
  return holds === null ? span : span.filter(holds);
}

/**
 * The versions within any of the ranges, of a list in the order of {@link compareReleases}; looked at once where a
 * hundred ranges overlap. A version may come twice where a range that a family narrows overlaps another.
 */
export function* selectAny<T extends ComparableVersion>(
  sorted: readonly T[],
  ranges: readonly VersionRange[],
): Generator<T> {
  const spans = ranges.map((range) => spanOf(sorted, range)).sort((a, b) => a.from - b.from);
  let end = 0;
  for (const { from, to, holds } of spans) {
    for (let index = Math.max(from, end); index < to; index++) {
      const version = sorted[index] as T;
      if (holds === null || holds(version)) yield version;
    }
    if (holds === null) end = Math.max(end, to);
  }
}

function spanOf(sorted: readonly ComparableVersion[], range: VersionRange): Span {
  switch (range.kind) {
    case 'exact': {
      const wanted = { folded: range.folded, parts: [], release: [] };
      const at = firstWhere(sorted, (version) => compareReleases(version, wanted) >= 0);
      return { from: at, to: sorted[at]?.folded === range.folded ? at + 1 : at, holds: null };
    }
    case 'between': {
      const { lower, upper } = range;
      const from =
        lower === null
          ? firstWhere(sorted, ({ parts }) => parts.length > 0)
          : firstWhere(sorted, ({ release }) => isPast(release, lower, lower.inclusive));
      const to =
        upper === null
          ? sorted.length
          : firstWhere(sorted, ({ release }) => isPast(release, upper, !upper.inclusive));
      return { from, to: Math.max(from, to), holds: null };
    }
    case 'family': {
      // Versions that begin with the release are adjacent; among them, 5.0 excludes 5.1.
      const { release, parts } = range;
      const beginning = (version: ComparableVersion): number =>
        compareVersionParts(version.release.slice(0, release.length), release);
      const from = firstWhere(sorted, (version) => beginning(version) >= 0);
      const to = firstWhere(sorted, (version) => beginning(version) > 0);
      const isAll = parts.length === release.length;
      return {
        from,
        to,
        holds: isAll ? null : (version) => begins(version.parts, parts) || areEqual(version.release, release),
      };
    }
  }
}

/**
 * Whether the other's release begins with the version's; false where there is no other. In a sorted list, a family's
 * versions are adjacent.
 */
export function isFamily(version: ComparableVersion, other: ComparableVersion | undefined): boolean {
  return other !== undefined && begins(other.release, version.release);
}

/** Whether a release comes after the limit, or, with `orEqual`, equals it. */
function isPast(release: ReleaseParts, limit: Limit, orEqual: boolean): boolean {
  const order = compareVersionParts(release, limit.release);
  return orEqual ? order >= 0 : order > 0;
}

/** A version's parts, as {@link versionParts} gives them, for the order in which 5.0 and 5.0.0 are equal. */
export function releaseParts(parts: readonly VersionPart[]): ReleaseParts {
  // Behind an epoch, where there is one.
  const first = String(parts[0]).startsWith('!') ? 1 : 0;
  let numbers = first;
  while (typeof parts[numbers] === 'number') numbers++;
  let kept = numbers;
  while (kept > first + 1 && parts[kept - 1] === 0) kept--;
  return kept === numbers ? parts : [...parts.slice(0, kept), ...parts.slice(numbers)];
}

function begins(parts: readonly VersionPart[], beginning: readonly VersionPart[]): boolean {
  return beginning.every((part, index) => parts[index] === part);
}

function areEqual(a: ReleaseParts, b: ReleaseParts): boolean {
  return a.length === b.length && begins(a, b);
}

/** The index of the first value for which `isTrue` holds, in a list where it holds for all after that one. */
function firstWhere<T>(sorted: readonly T[], isTrue: (value: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(sorted[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
