// Versions as people choose them: `5` and `4.0` with all below them, `>=4.0`, `>=4.0 <5`. Compared as the releases that
// they name, so that 5, 5.0 and 5.0.0 are one, as in PEP 440.
import { fold } from './fold.ts';
import { compareVersionParts, type VersionPart, versionParts } from './version.ts';

/** A version's parts without the zeros that end its numbers: 5.0 is 5, and 4.0-beta is 4-beta. */
export type ReleaseParts = readonly VersionPart[];

interface Limit {
  readonly release: ReleaseParts;
  readonly inclusive: boolean;
}

/**
 * `family`: a version and all that go on as it does (4.0 has 4.0.1 and 4.0-beta); `between`: from one to another, null
 * being no limit; `exact`: a text without letters and digits of ASCII, which is itself alone.
 */
export type VersionRange =
  | { readonly kind: 'family'; readonly parts: readonly VersionPart[]; readonly release: ReleaseParts }
  | { readonly kind: 'between'; readonly lower: Limit | null; readonly upper: Limit | null }
  | { readonly kind: 'exact'; readonly folded: string };

/** A version made ready to be compared. */
export interface ComparableVersion {
  readonly folded: string;
  readonly parts: readonly VersionPart[];
  readonly release: ReleaseParts;
}

const OPERATORS = /[<>=]/;
const COMPARATOR = /^(>=|<=|==|=|>|<)([^<>=]+)$/;
/** More comparators than these say nothing new. */
const MAX_COMPARATORS = 4;

/**
 * Reads a version, or comparators (`>=`, `>`, `<=`, `<`, `=`) that all must hold, with blanks or commas between them.
 * `4.x` and `4.*` are `4`. Null for what has an operator and is no such list.
 */
export function parseVersionRange(text: string): VersionRange | null {
  const trimmed = text.trim();
  if (!OPERATORS.test(trimmed)) return familyOf(trimmed);
  const comparators = trimmed
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

function familyOf(text: string): VersionRange {
  const parts = versionParts(text.replace(/\.[x*]$/i, ''));
  if (parts.length === 0) return { kind: 'exact', folded: fold(text) };
  return { kind: 'family', parts, release: releaseParts(parts) };
}

/** `direction`: 1 for lower limits, of which the higher counts, and -1 for upper ones. */
function stricter(before: Limit | null, limit: Limit, direction: 1 | -1): Limit {
  if (before === null) return limit;
  const order = compareVersionParts(limit.release, before.release) * direction;
  if (order !== 0) return order > 0 ? limit : before;
  return limit.inclusive ? before : limit;
}

export function comparableVersion(version: string): ComparableVersion {
  const parts = versionParts(version);
  return { folded: fold(version), parts, release: releaseParts(parts) };
}

/** The order in which {@link selectVersions} wants versions: by release, older first, then by their text. */
export function compareReleases(a: ComparableVersion, b: ComparableVersion): number {
  return (
    compareVersionParts(a.release, b.release) || (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0)
  );
}

/** The versions within the range, of a list in the order of {@link compareReleases}. */
export function selectVersions<T extends ComparableVersion>(
  sorted: readonly T[],
  range: VersionRange,
): readonly T[] {
  switch (range.kind) {
    case 'exact':
      return sorted.filter(({ folded }) => folded === range.folded);
    case 'between': {
      const { lower, upper } = range;
      const from =
        lower === null ? 0 : firstWhere(sorted, ({ release }) => isPast(release, lower, lower.inclusive));
      const to =
        upper === null
          ? sorted.length
          : firstWhere(sorted, ({ release }) => isPast(release, upper, !upper.inclusive));
      return sorted.slice(from, Math.max(from, to));
    }
    case 'family': {
      // What begins with the release stands together; of that, 5.0 leaves out 5.1.
      const { release, parts } = range;
      const beginning = (version: T): number =>
        compareVersionParts(version.release.slice(0, release.length), release);
      const from = firstWhere(sorted, (version) => beginning(version) >= 0);
      const to = firstWhere(sorted, (version) => beginning(version) > 0);
      return sorted
        .slice(from, to)
        .filter((version) => begins(version.parts, parts) || areEqual(version.release, release));
    }
  }
}

/** Whether the other's release begins as the version's does: of a sorted list, only neighbors of such are in its family. */
export function isFamily(version: ComparableVersion, other: ComparableVersion | undefined): boolean {
  return other !== undefined && begins(other.release, version.release);
}

/** Whether a release comes after the limit, or is it where that counts. */
function isPast(release: ReleaseParts, limit: Limit, orEqual: boolean): boolean {
  const order = compareVersionParts(release, limit.release);
  return orEqual ? order >= 0 : order > 0;
}

function releaseParts(parts: readonly VersionPart[]): ReleaseParts {
  let numbers = 0;
  while (typeof parts[numbers] === 'number') numbers++;
  let kept = numbers;
  while (kept > 0 && parts[kept - 1] === 0) kept--;
  return kept === numbers ? parts : [...parts.slice(0, kept), ...parts.slice(numbers)];
}

function begins(parts: readonly VersionPart[], beginning: readonly VersionPart[]): boolean {
  return beginning.every((part, index) => parts[index] === part);
}

function areEqual(a: ReleaseParts, b: ReleaseParts): boolean {
  return a.length === b.length && begins(a, b);
}

/** Index of the first for which it is true, in a list in which it stays true from there on. */
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
