// Reads WWW-Authenticate (RFC 9110, section 11.6.1): the challenges of a 401, strictly by the grammar.

/** One challenge of a server. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case; quoted values without their quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Characters of a header that is read; a longer one is none. */
const LONGEST = 16_384;

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SEPARATORS = /[ \t,]*/y;
const SCHEME = new RegExp(`(${TOKEN})(?=[ \\t]*(?:,|$)|[ ])`, 'y');
const SPACES = / +/y;
const PARAMETER = new RegExp(
  `(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*(?=,|$)`,
  'sy',
);
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
/** What a quoted string may have: tab, and all but control characters. */
const QUOTED = /^[\t\x20-\x7e\x80-\uffff]*$/;

/**
 * The challenges of the value of WWW-Authenticate (RFC 9110, section 11.6.1), in order; several headers are
 * joined by commas. Empty where anything in it breaks the grammar, a parameter comes twice in one challenge,
 * or it has more than 16,384 characters. Never throws.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  if (header.length > LONGEST) return [];
  const challenges: Challenge[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (match(SEPARATORS); at < header.length; match(SEPARATORS)) {
    const scheme = match(SCHEME)?.[1];
    if (scheme === undefined) return [];
    const parameters = new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    if (match(SPACES) === null) continue;
    let parameter = match(PARAMETER);
    if (parameter === null && match(TOKEN68) !== null) continue;
    while (parameter !== null) {
      const name = (parameter[1] ?? '').toLowerCase();
      const value = parameter[2] ?? unquoted(parameter[3] ?? '');
      if (value === null || parameters.has(name)) return [];
      parameters.set(name, value);
      match(SEPARATORS);
      parameter = match(PARAMETER);
    }
  }
  return challenges;
}

function unquoted(text: string): string | null {
  return QUOTED.test(text) ? text.replaceAll(/\\(.)/gs, '$1') : null;
}
