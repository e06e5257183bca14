// One total order over version strings as labs write them: `4.0.1`, `4.0-beta-2`, `2.0.dev1`, `1.3.1-3-deb`, `29Sep2021`,
// `relion-5.0`. Whatever scheme a text follows, it becomes one list of parts, and lists are compared part by part: so the order
// is transitive where schemes meet.
import { fold } from './fold.ts';
import { versionText } from './version-text.ts';

/**
 * A number, or a text: a word, or a mark. Words of a pre-release have one spelling (`dev`, `alpha`, `beta`, `rc`). Marks are `!` with
 * an epoch, `~` of Debian, `+` before a local version, and `-` before a revision; `_` stands before a word of a pre-release's own.
 */
export type VersionPart = number | string;

/** Words of a pre-release, as they are compared. */
const PRERELEASES: ReadonlyMap<string, string> = new Map([
  ...['dev', 'devel', 'snapshot', 'nightly'].map((word) => [word, 'dev'] as const),
  ['alpha', 'alpha'],
  ['beta', 'beta'],
  ['milestone', 'milestone'],
  ...['rc', 'cr', 'pre', 'preview', 'candidate'].map((word) => [word, 'rc'] as const),
]);
/** PEP 440's short forms, which are a release's own letter where no number follows: `2021a`, `1.1.1k`. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['c', 'rc'],
]);
const TOKENS = /\d+|[a-z]+|[~+]|-(?=\d)/g;
const EPOCH = /^(\d{1,15})[:!](?=\d)/;
const ASCII = /^[\x20-\x7e]*$/;
/** Longer runs of digits are compared as text, so that no number loses precision. */
const EXACT_DIGITS = 15;

/**
 * The parts of a version, in lower case and without what is not compared: a leading `v`, and the name of the software. A date, as
 * `29Sep2021`, `2021-09-29` or `20210929`, is year, month and day. A number of more than 15 digits stays text. Empty for what is no
 * version: a commit, `latest`, or a text without ASCII letters and digits. Never throws.
 *
 * PEP 440, SemVer 2.0.0 (11) and deb-version(7) are followed as far as they agree; where they do not, as labs mean it: `1.0-1` is
 * Debian's revision of 1.0, and later.
 */
export function versionParts(version: string): readonly VersionPart[] {
  const text = versionText(ASCII.test(version) ? version.toLowerCase() : fold(version));
  if (text === null) return [];
  const epoch = Number(EPOCH.exec(text)?.[1] ?? 0);
  const parts: VersionPart[] = epoch > 0 ? [`!${String(epoch).padStart(EXACT_DIGITS, '0')}`] : [];
  const tokens = text.replace(EPOCH, '').match(TOKENS) ?? [];
  let isPrerelease = false;
  let isRevision = false;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1] ?? '';
    if (isDigits(token)) parts.push(numberOf(token));
    else if (token === '-') {
      if (typeof parts.at(-1) === 'number') parts.push(token);
      isRevision = true;
    } else if (token === '~' && wordOf(next, tokens[index + 2] ?? '', isRevision) !== undefined) {
      // Debian's `1.0~rc1` is 1.0rc1, which is before 1.0 anyway.
    } else if (token === '~' || token === '+') {
      parts.push(token);
      // Debian's `1.0~` is before `1.0~beta1`.
      isPrerelease ||= token === '~';
    } else {
      const word = wordOf(token, next, isRevision);
      // Behind `alpha` another word is an identifier of SemVer; `dev` is PEP 440's everywhere.
      if (word !== undefined && (word === 'dev' || !isPrerelease)) parts.push(word);
      else parts.push(isPrerelease ? `_${word ?? token}` : token);
      isPrerelease ||= word !== undefined;
    }
  }
  return parts;
}

/** The word of a pre-release that a token is. Behind a revision a letter is none: Debian's `1b1` is a rebuild, `1+b1`. */
function wordOf(token: string, next: string, isRevision: boolean): string | undefined {
  return PRERELEASES.get(token) ?? (isDigits(next) && !isRevision ? SHORT.get(token) : undefined);
}

function numberOf(digits: string): VersionPart {
  if (digits.length <= EXACT_DIGITS) return Number(digits);
  const exact = digits.replace(/^0+(?=\d)/, '');
  return exact.length <= EXACT_DIGITS ? Number(exact) : exact;
}

const isDigits = (token: string): boolean => token.charCodeAt(0) >= 48 && token.charCodeAt(0) < 58;

/** What comes first in the place of another: Debian's `~`, pre-releases, the end of the version, words, numbers, epochs. */
function rank(part: VersionPart | undefined): number {
  if (part === undefined) return 3;
  if (typeof part === 'number' || isDigits(part)) return 5;
  switch (part) {
    case '~':
      return 0;
    case 'dev':
      return 1;
    case 'alpha':
    case 'beta':
    case 'milestone':
    case 'rc':
      return 2;
    default:
      return part.startsWith('_') ? 6 : part.startsWith('!') ? 7 : 4;
  }
}

/**
 * Compares the parts of two versions: negative if `a` is older than `b`, positive if it is newer, and zero for
 * spellings of one version, whose raw strings must then break the tie. A version without parts is the oldest.
 */
export function compareVersionParts(a: readonly VersionPart[], b: readonly VersionPart[]): number {
  if (a.length === 0 || b.length === 0) return a.length - b.length;
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i];
    const right = b[i];
    const order = rank(left) - rank(right);
    if (order !== 0) return order;
    if (left === undefined || right === undefined || left === right) continue;
    if (typeof left === typeof right && !isLong(left)) return left < right ? -1 : 1;
    return compareLong(String(left), String(right));
  }
  return 0;
}

const isLong = (part: VersionPart): boolean => typeof part === 'string' && isDigits(part);

/** Compares numbers that are not exact as numbers, by their digits. */
function compareLong(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
