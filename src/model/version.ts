// One total order over version strings as labs write them: `4.0.1`, `4.0-beta-2`, `2023.1`, `v1.2`, `1.3.1-3-deb`.

export type VersionPart = number | string;

const PRERELEASE = /^(a|alpha|b|beta|c|rc|pre|preview|dev|snapshot|nightly)$/;
const PARTS = /\d+|[a-z]+/g;
/** Longer runs of digits are compared as text, so that no number loses precision. */
const EXACT_DIGITS = 15;

/**
 * The numbers and words (a to z) of a version, in lower case and without a leading `v`; everything else, letters of other
 * alphabets too, only separates them. A number of more than 15 digits stays text. Empty if there is neither.
 */
export function versionParts(version: string): readonly VersionPart[] {
  const text = version.toLowerCase().replace(/^v(?=\d)/, '');
  return (text.match(PARTS) ?? []).map((part) =>
    part.length <= EXACT_DIGITS && part.charCodeAt(0) < 58 ? Number(part) : part,
  );
}

/** Words of a pre-release come first, then the end of the version, other words, and numbers. */
function rank(part: VersionPart | undefined): number {
  if (part === undefined) return 1;
  if (typeof part === 'number') return 3;
  return PRERELEASE.test(part) ? 0 : 2;
}

/**
 * Compares the parts of two versions: negative if `a` is older than `b`, positive if it is newer, and zero for
 * spellings of one version, whose raw strings must then break the tie.
 */
export function compareVersionParts(a: readonly VersionPart[], b: readonly VersionPart[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i];
    const right = b[i];
    const order = rank(left) - rank(right);
    if (order !== 0) return order;
    if (left === undefined || right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}
