// Text for a terminal that shows ASCII alone, as one of the locale C does.

/** Whether the locale (LC_ALL, LC_CTYPE, LANG: the first that is set) says so; where none is set, UTF-8 is assumed. */
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

/** Each other character as ASCII spells it, letters without their accents; `?` where there is no such spelling. */
export function asciiText(text: string): string {
  return text.replace(
    /\P{ASCII}/gu,
    (character) => SPELLED[character] ?? (character.normalize('NFKD').replace(/\P{ASCII}/gu, '') || '?'),
  );
}
