// Text for a terminal that shows only ASCII, such as one with the locale C.

/**
 * Whether the locale is C or POSIX (LC_ALL, LC_CTYPE, LANG: the first that is not empty, as POSIX says); if
 * all are, UTF-8 is assumed. False for `C.UTF-8`.
 */
export function isAsciiLocale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /^(?:C|POSIX)$/.test(LC_ALL || LC_CTYPE || LANG || '');
}

const SPELLED: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '→': '->',
  '←': '<-',
  '≤': '<=',
  '≥': '>=',
  '×': 'x',
  '·': '-',
  µ: 'u',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
};

/**
 * The text in ASCII: letters without their accents, punctuation by its nearest sign, and `?` for any other character.
 */
export function asciiText(text: string): string {
  return text.replace(
    /\P{ASCII}/gu,
    (character) => SPELLED[character] ?? (character.normalize('NFKD').replace(/\P{ASCII}/gu, '') || '?'),
  );
}
