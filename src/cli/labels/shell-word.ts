// The value of a word in a Dockerfile, as BuildKit's lexer has it: quotes, escapes and variables.
// https://docs.docker.com/reference/dockerfile/#environment-replacement

export interface WordContext {
  /** The escape character: a backslash, or a backtick by the directive `escape`. */
  readonly escape: string;
  /** The value of a variable; null: it is not known. */
  readonly lookUp: (variable: string) => string | null;
}

export interface ShellWord {
  readonly value: string;
  /** Names of the variables that stand for nothing here, as they are not known; each once. */
  readonly unknown: readonly string[];
}

/** `$name`, `${name}`, `${name:-word}` and `${name:+word}`; other forms are not replaced by the stable frontend. */
const VARIABLE = /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})/y;

/**
 * The value of the text: single quotes keep all, double quotes keep all but variables and what is escaped of `"`, `$` and the escape
 * character, and outside of quotes an escaped character is itself. Never throws: quotes that do not end, end with the text.
 */
export function shellWord(text: string, { escape: escaping, lookUp }: WordContext): ShellWord {
  const unknown = new Set<string>();
  let value = '';
  let quote: '' | '"' | "'" = '';

  /** Puts in the variable that begins at the index, and gives how long its name is; 0: none begins there. */
  function variableAt(index: number): number {
    VARIABLE.lastIndex = index;
    const found = VARIABLE.exec(text);
    if (found === null) return 0;
    const [whole, plain, braced, operator, word = ''] = found;
    const name = plain ?? braced ?? '';
    const known = lookUp(name);
    const isSet = known !== null && (known !== '' || operator?.startsWith(':') !== true);
    if (operator?.endsWith('+')) value += isSet ? word : '';
    else if (operator !== undefined) value += isSet ? known : word;
    else if (known === null) unknown.add(name);
    else value += known;
    return whole.length;
  }

  for (let index = 0; index < text.length; index += 1) {
    const unit = text[index] ?? '';
    const next = text[index + 1];
    if (quote === "'") {
      if (unit === "'") quote = '';
      else value += unit;
    } else if (unit === escaping) {
      if (next === undefined) break;
      const isEscaped = quote === '' || next === '"' || next === '$' || next === escaping;
      value += isEscaped ? next : `${escaping}${next}`;
      index += 1;
    } else if (unit === '"') quote = quote === '"' ? '' : '"';
    else if (unit === "'" && quote === '') quote = "'";
    else if (unit === '$') {
      const length = variableAt(index);
      if (length === 0) value += unit;
      else index += length - 1;
    } else value += unit;
  }
  return { value, unknown: [...unknown] };
}
