// What of a text is a version: the name of the software before it is taken off, dates are put in one form, and commits and names
// of branches are none.

/** Names of tags that move, and of what is no version. */
const MOVING = new Set([
  ...['latest', 'stable', 'unstable', 'testing', 'main', 'master', 'trunk', 'head', 'tip', 'edge', 'current'],
  ...['nightly', 'dev', 'devel', 'develop', 'development', 'snapshot', 'rolling', 'none', 'unknown', 'n/a'],
]);

/** A commit: hexadecimal digits with a letter and a number among them, of a length that git abbreviates to. */
const COMMIT =
  /^(?:git|sha|commit|g|dev|devel|develop|snapshot|nightly)?[-_.:]?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}$/;
/** What is said to be one needs no letter; and biocontainers' images of several packages have a hash and a build. */
const DIGEST =
  /^sha(?:256|512)[:-][0-9a-f]{16,128}$|^(?:git|sha|commit)[-_.:]?[0-9a-f]{7,64}$|^[0-9a-f]{40}-\d+$/;

/** `v`, and what says the same. */
const SAID = /^(?:(?:version|ver|v|release|rel)[-_. ]?(?=\d)|r(?=(?:19|20)\d\d[ab]))/;
/** A name before the version: with a sign between them, or of three letters or more before one that has a dot. */
const NAMED = /^((?:[a-z][a-z0-9]*[-_ /:])+)(?:v(?=\d))?(?=\d)|^([a-z]{3,})(?=\d+\.\d)/;
/** Words that are of a version themselves, so that what stands behind them is not the version. */
const OWN = new Set([
  ...['dev', 'devel', 'snapshot', 'nightly', 'alpha', 'beta', 'rc', 'cr', 'pre', 'preview', 'candidate'],
  ...['a', 'b', 'c', 'post', 'patch', 'update', 'build', 'rev', 'revision', 'deb', 'debian'],
]);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** As LAMMPS writes it, and Beagle, with two digits of the year. */
const WORDED_DATE = new RegExp(
  `^(\\d{1,2})[-_ ]?(${MONTHS.join('|')})(?:[a-z]*[-_ ]?(\\d{4})|(\\d\\d))(?!\\d)`,
);
/** ISO 8601, extended or basic, and in digits alone with a time. */
const DATE = /^((?:19|20)\d\d)(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(\d{4}|\d{6})?(?!\d)/;

/** Characters of a text that are looked at: longer ones are compared by these alone. */
const LONGEST = 512;

/**
 * The text of the version in a text in small letters, with a date at its beginning as `2021.9.29`; null: it is no version, but a
 * commit, a digest, or the name of what moves. Of a long text the first 512 UTF-16 units count. Never throws.
 */
export function versionText(lowered: string): string | null {
  const text = lowered.trim().slice(0, LONGEST);
  if (MOVING.has(text) || DIGEST.test(text)) return null;
  if (isCommit(text)) return null;
  const own = unnamed(text.replace(SAID, ''));
  return own !== text && isCommit(own) ? null : plain(dated(own));
}

/** conda compares builds by their number, and what is before it is a hash, or what it was built with. */
const CONDA_BUILD = /--([a-z\d.]*?)_?(\d+)$/;

const isCommit = (text: string): boolean => COMMIT.test(text) && !DATE.test(text) && !WORDED_DATE.test(text);

/**
 * In one form what tags write otherwise, which have neither `+` nor `~`: `dfsg` is apart from what it follows, and a backport, `bpo`,
 * has its tilde. Biocontainers' mark of Debian's packages is left out, as it would come between 1 and its rebuild, 1b1; conda's
 * build begins with its number, and Maven's milestones are a word.
 */
function plain(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replace(/-deb(?=$|-py\d$)/, '')
    .replace(CONDA_BUILD, (_, name: string, number: string) => `-${number}${name === '' ? '' : `-${name}`}`)
    .replace(/(?<=\d)bpo(?=\d)/, '~bpo')
    .replace(/\+?dfsg/g, '.dfsg')
    .replace(/(?<=\d[-.])m(?=\d)/g, 'milestone');
}

/** What any of that is done to: most versions have nothing of it. */
const SPECIAL = /--|-deb|bpo|dfsg|[-.]m\d/;

function unnamed(text: string): string {
  const named = NAMED.exec(text);
  if (named === null) return text;
  const words = (named[1] ?? named[2] ?? '').split(/[-_ /:]/);
  const rest = text.slice(named[0].length);
  // LAMMPS's tags are `stable_2Aug2023` and `patch_2Aug2023`: its patches are releases.
  return words.some((word) => OWN.has(word)) && !WORDED_DATE.test(rest) ? text : rest;
}

function dated(text: string): string {
  const worded = WORDED_DATE.exec(text);
  if (worded !== null) {
    const [whole, day, month = '', year, short] = worded;
    return `${year ?? `20${short}`}.${MONTHS.indexOf(month) + 1}.${day}${text.slice(whole.length)}`;
  }
  return text.replace(DATE, (_, year: string, __, month: string, day: string, time?: string) =>
    time === undefined ? `${year}.${month}.${day}` : `${year}.${month}.${day}.${time}`,
  );
}
