// A lookup of names that ignores case and spacing, and answers only if a name has exactly one meaning.
import { fold } from '../model/fold.ts';

/** Maximum length of a text that is looked up, in UTF-16 code units; a longer one matches nothing. */
export const LONGEST_NAME = 1_024;

/**
 * A name as it is compared: folded, and each run of white space is one space. null if it is empty or longer than {@link
 * LONGEST_NAME} (1,024 UTF-16 units).
 */
export function nameKey(text: string): string | null {
  if (text.length > LONGEST_NAME) return null;
  const key = fold(text).replace(/\s+/g, ' ');
  return key === '' ? null : key;
}

/**
 * As {@link nameKey}, without hyphens, underscores and blanks: `x-ray`, `X ray` and `xray` have one key. null if
 * nothing is left, or as there.
 */
export function joinedKey(text: string): string | null {
  const key = nameKey(text)?.replace(/[\s\p{Pd}_]+/gu, '');
  return key === undefined || key === '' ? null : key;
}

/** Names with their meanings, which are compared by identity. */
export class NameIndex<T> {
  readonly #key: (text: string) => string | null;
  readonly #meanings = new Map<string, readonly T[]>();
  readonly #refused = new Set<string>();

  /** `key`: what names are compared by, null for one that is not kept; {@link nameKey} by default. */
  constructor(key: (text: string) => string | null = nameKey) {
    this.#key = key;
  }

  /** Adds a name; the same meaning may be added twice. */
  add(name: string, meaning: T): void {
    const key = this.#key(name);
    if (key === null) return;
    const known = this.#meanings.get(key) ?? [];
    if (!known.includes(meaning)) this.#meanings.set(key, [...known, meaning]);
  }

  /** Leaves a name without a meaning, whatever is added. */
  refuse(name: string): void {
    const key = this.#key(name);
    if (key !== null) this.#refused.add(key);
  }

  /** The one meaning of a text; null if it has none, or several. */
  get(text: string): T | null {
    const [only, ...others] = this.all(text);
    return only !== undefined && others.length === 0 ? only : null;
  }

  /** Every meaning of a text, in the order in which they were added. */
  all(text: string): readonly T[] {
    const key = this.#key(text);
    return key === null || this.#refused.has(key) ? [] : (this.#meanings.get(key) ?? []);
  }
}
