// What of a text is a version: the name of the software before it is taken off, dates are put in one form, and commits and names
// of branches are none.

/** Names of tags that move, and of what is no version. */
const MOVING = new Set([
  ...['latest', 'stable', 'unstable', 'testing', 'main', 'master', 'trunk', 'head', 'tip', 'edge', 'current'],
  ...['nightly', 'dev', 'devel', 'develop', 'development', 'snapshot', 'rolling', 'none', 'unknown', 'n/a'],
]);

/** A commit: hexadecimal digits with a letter and a number among them, of a length that git abbreviates to. */
const COMMIT = /^(?:git|sha|commit|g)?[-_.:]?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}$/;
const DIGEST = /^sha(?:256|512)[:-][0-9a-f]{16,128}$/;

/** `v`, and what says the same. */
const SAID = /^(?:version|ver|v|release|rel)[-_. ]?(?=\d)/;
/** A name before the version: with a sign between them, or of three letters or more before one that has a dot. */
const NAMED = /^((?:[a-z][a-z0-9]*[-_ ])+)(?:v(?=\d))?(?=\d)|^([a-z]{3,})(?=\d+\.\d)/;
/** Words that are of a version themselves, so that what stands behind them is not the version. */
const OWN = new Set([
  ...['dev', 'devel', 'snapshot', 'nightly', 'alpha', 'beta', 'rc', 'cr', 'pre', 'preview', 'candidate'],
  ...['a', 'b', 'c', 'post', 'patch', 'update', 'build', 'rev', 'revision', 'deb', 'debian'],
]);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** As LAMMPS writes it. */
const WORDED_DATE = new RegExp(`^(\\d{1,2})[-_ ]?(${MONTHS.join('|')})[a-z]*[-_ ]?(\\d{4})(?!\\d)`);
/** ISO 8601, extended or basic. */
const DATE = /^((?:19|20)\d\d)(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)/;

/** Characters of a text that are looked at: longer ones are compared by these alone. */
const LONGEST = 512;

/**
 * The text of the version in a text in small letters, with a date at its beginning as `2021.9.29`; null: it is no version, but a
 * commit, a digest, or the name of what moves. Of a long text the first 512 UTF-16 units count. Never throws.
 */
export function versionText(lowered: string): string | null {
  const text = lowered.trim().slice(0, LONGEST);
  if (MOVING.has(text) || DIGEST.test(text)) return null;
  if (COMMIT.test(text) && !DATE.test(text)) return null;
  return dated(unnamed(text.replace(SAID, '')));
}

function unnamed(text: string): string {
  const named = NAMED.exec(text);
  if (named === null) return text;
  const words = (named[1] ?? named[2] ?? '').split(/[-_ ]/);
  return words.some((word) => OWN.has(word)) ? text : text.slice(named[0].length);
}

function dated(text: string): string {
  const worded = WORDED_DATE.exec(text);
  if (worded !== null) {
    const [whole, day, month = '', year] = worded;
    return `${year}.${MONTHS.indexOf(month) + 1}.${day}${text.slice(whole.length)}`;
  }
  return text.replace(DATE, (_, year: string, __, month: string, day: string) => `${year}.${month}.${day}`);
}
