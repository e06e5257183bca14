// License texts of an SBOM that are made of several statements.

/** SPDX's way to say that nothing is said. */
const NOTHING = 'NOASSERTION';

/** The first text that states a license, trimmed; null if none does, as what is no text, blank or SPDX's NOASSERTION. */
export function firstStated(...texts: readonly unknown[]): string | null {
  for (const text of texts) {
    if (typeof text !== 'string') continue;
    const trimmed = text.trim();
    if (trimmed !== '' && trimmed !== NOTHING) return trimmed;
  }
  return null;
}

/**
 * The licenses as one expression; null if there is none. One that has a joiner of its own is put in parentheses. Longer
 * than `bound` UTF-16 units: null, as soon as that is seen.
 */
export function joined(texts: Iterable<string>, joiner: 'AND' | 'OR', bound: number): string | null {
  const kept = new Set<string>();
  let length = 0;
  for (const text of texts) {
    if (kept.has(text)) continue;
    kept.add(text);
    length += text.length;
    if (length > bound) return null;
  }
  const [only] = kept;
  if (only === undefined || kept.size === 1) return only ?? null;
  return [...kept].map((text) => (/ (?:AND|OR) /i.test(text) ? `(${text})` : text)).join(` ${joiner} `);
}
