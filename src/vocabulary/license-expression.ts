// License text → SPDX expression in canonical case, by known names and joiners whose meaning is certain.
import { withPlus } from './license-key.ts';
import type { LicenseNames } from './license-names.ts';
import { LONGEST_NAME } from './names.ts';

/**
 * SPDX and Debian have `and`, `or` and `with`, `and` binding tighter; R has `|` for "or". Commas and slashes mean
 * either.
 */
const JOINERS = new Map([
  ['and', 'AND'],
  ['or', 'OR'],
  ['|', 'OR'],
  ['||', 'OR'],
  ['with', 'WITH'],
]);
/** Prefixes that are not part of the license's name: BioContainers' `SPDX:`, Python's classifiers. */
const PREFIX = /^(?:spdx:+|license\s*::(?:\s*osi approved\s*::)?)\s*/i;
/** A name that says the same twice: `Apache License 2.0 (Apache-2.0)`. */
const TWICE = /^([^()]*[^()\s])\s*\(([^()]+)\)$/;
/** A version that stands for its name too, behind "or": `GPL v2 or v3`. */
const VERSION = /^(?:version |v\.? ?)?\d+(?:\.\d+)*\+?$/i;
const VERSIONED = /^(.*?[^\s\d.-])[\s-]*(?:version |v\.? ?|(?<=[\s-]))\d+(?:\.\d+)*\+?$/i;

type Token = { readonly joiner: string } | { readonly name: string };

/** An expression with its precedence: 0 for OR, 1 for AND, 2 for a license. */
interface Part {
  readonly text: string;
  readonly binds: 0 | 1 | 2;
}

/**
 * Splits a text into joiners and names. Words between joiners are one name. Spaces separate joiners, except `|` and
 * `()`.
 */
function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let words: string[] = [];
  const endName = (): void => {
    if (words.length > 0) tokens.push({ name: words.join(' ') });
    words = [];
  };
  for (const word of text.match(/[()]|\|{1,2}|[^\s()|]+/g) ?? []) {
    const joiner = word === '(' || word === ')' ? word : JOINERS.get(word.toLowerCase());
    if (joiner === undefined) words.push(word);
    else {
      endName();
      tokens.push({ joiner });
    }
  }
  endName();
  return withVersions(tokens);
}

/**
 * Whether a comma beside a joiner may bind what "and" and "or" do not: by Debian's copyright format `A or B, and C` asks for C in
 * either case, and without the comma it does not.
 */
function isDoubtful(tokens: readonly Token[]): boolean {
  const joins = (joiner: string) => tokens.some((token) => 'joiner' in token && token.joiner === joiner);
  const hasComma = tokens.some((token) => /^,|,$/.test(nameOf(token) ?? ''));
  return hasComma && joins('AND') && joins('OR');
}

/**
 * `v3` behind `GPL v2 or` is GPL v3, and both are one license that may be had in either version: in parentheses, so that `XDS and
 * GPL v2 or v3` asks for XDS whatever the version.
 */
function withVersions(tokens: readonly Token[]): Token[] {
  const all: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const name = nameOf(tokens[at]);
    const family = name === null ? undefined : VERSIONED.exec(name)?.[1];
    const names: Token[] = [tokens[at] as Token];
    while (family !== undefined && isOr(tokens[at + 1]) && VERSION.test(nameOf(tokens[at + 2]) ?? '')) {
      names.push({ joiner: 'OR' }, { name: `${family} ${nameOf(tokens[at + 2])}` });
      at += 2;
    }
    all.push(...(names.length === 1 ? names : [{ joiner: '(' }, ...names, { joiner: ')' }]));
  }
  return all;
}

const nameOf = (token: Token | undefined): string | null =>
  token !== undefined && 'name' in token ? token.name : null;
const isOr = (token: Token | undefined): boolean =>
  token !== undefined && 'joiner' in token && token.joiner === 'OR';

const atLeast = (part: Part, binds: number): string => (part.binds < binds ? `(${part.text})` : part.text);

/** A recursive-descent parser; each method consumes tokens from the front, and null means "not understood". */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #names: LicenseNames;
  #at = 0;

  constructor(tokens: readonly Token[], names: LicenseNames) {
    this.#tokens = tokens;
    this.#names = names;
  }

  all(): Part | null {
    const part = this.#joined(0);
    return this.#at === this.#tokens.length ? part : null;
  }

  #take(joiner: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || !('joiner' in token) || token.joiner !== joiner) return false;
    this.#at += 1;
    return true;
  }

  #name(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || !('name' in token)) return null;
    this.#at += 1;
    return token.name;
  }

  #joined(binds: 0 | 1): Part | null {
    const next = (): Part | null => (binds === 0 ? this.#joined(1) : this.#single());
    const joiner = binds === 0 ? 'OR' : 'AND';
    const first = next();
    if (first === null) return null;
    const parts = [first];
    while (this.#take(joiner)) {
      const part = next();
      if (part === null) return null;
      parts.push(part);
    }
    return parts.length === 1
      ? first
      : { text: parts.map((part) => atLeast(part, binds)).join(` ${joiner} `), binds };
  }

  #single(): Part | null {
    if (this.#take('(')) {
      const inner = this.#joined(0);
      return this.#take(')') ? inner : null;
    }
    const name = this.#name();
    const text = name === null ? null : readName(name, this.#names);
    if (text === null) return null;
    if (!this.#take('WITH')) return { text, binds: binding(text) };
    const exception = this.#names.exception(this.#name() ?? '');
    return exception === null || binding(text) !== 2 ? null : { text: `${text} WITH ${exception}`, binds: 2 };
  }
}

/** The precedence of a name's expression: a reviewed name may stand for several licenses, as Perl's does with OR. */
function binding(expression: string): Part['binds'] {
  if (/ OR /.test(expression)) return 0;
  return / AND /.test(expression) ? 1 : 2;
}

const readName = (text: string, names: LicenseNames): string | null =>
  names.expression(text.replace(PREFIX, ''));

/** The expression of a name whose parenthesis says the same license again; null where it says anything else. */
function saidTwice(text: string, names: LicenseNames): string | null {
  const [, name, again] = TWICE.exec(text) ?? [];
  if (name === undefined || again === undefined) return null;
  const expression = names.expression(withPlus(name));
  return expression !== null && expression === names.expression(withPlus(again)) ? expression : null;
}

/**
 * The SPDX expression (SPDX 2, annex D) of a license text, its ids in canonical case, or null if any part of it is not
 * known: nothing is guessed. A text longer than {@link LONGEST_NAME} (1,024 UTF-16 units) gives null. Never throws.
 */
export function licenseExpression(text: string, names: LicenseNames): string | null {
  if (text.length > LONGEST_NAME) return null;
  const bare = text.trim().replace(PREFIX, '');
  const plus = withPlus(bare);
  const known = names.expression(bare) ?? names.expression(plus) ?? saidTwice(bare, names);
  if (known !== null) return known;
  const tokens = tokenize(plus);
  return isDoubtful(tokens) ? null : (new Parser(tokens, names).all()?.text ?? null);
}
