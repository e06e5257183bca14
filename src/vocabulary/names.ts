// Many names, one meaning: a lookup in any case and spacing that answers only where a name has exactly one meaning.
import { fold } from '../model/fold.ts';

/** Longest text that is looked up at all, in UTF-16 code units; a longer one matches nothing. */
export const LONGEST_NAME = 1_024;

/** A name as it is compared: folded, and every run of white space one space. Null for what is too long to be a name. */
export function nameKey(text: string): string | null {
  if (text.length > LONGEST_NAME) return null;
  const key = fold(text).replace(/\s+/g, ' ');
  return key === '' ? null : key;
}

/** As {@link nameKey}, and hyphens, underscores and blanks never matter: `x-ray`, `X ray`, `xray` are one spelling. */
export function joinedKey(text: string): string | null {
  const key = nameKey(text)?.replace(/[\s\p{Pd}_]+/gu, '');
  return key === undefined || key === '' ? null : key;
}

/** Names and what each of them means. A name given to two meanings is ambiguous and means nothing. */
export class NameIndex<T> {
  readonly #key: (text: string) => string | null;
  readonly #meanings = new Map<string, T>();
  readonly #ambiguous = new Set<string>();

  constructor(key: (text: string) => string | null = nameKey) {
    this.#key = key;
  }

  /** The same meaning may be given twice; meanings are compared by identity. */
  add(name: string, meaning: T): void {
    const key = this.#key(name);
    if (key === null || this.#ambiguous.has(key)) return;
    const known = this.#meanings.get(key);
    if (known !== undefined && known !== meaning) {
      this.#meanings.delete(key);
      this.#ambiguous.add(key);
    } else {
      this.#meanings.set(key, meaning);
    }
  }

  get(text: string): T | null {
    const key = this.#key(text);
    return key === null ? null : (this.#meanings.get(key) ?? null);
  }
}
