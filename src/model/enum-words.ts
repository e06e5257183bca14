// The words of enumerations, in the three spellings that people meet: GraphQL's, that of addresses and flags, and the
// records'.

/**
 * A word in capitals with underscores, as GraphQL spells values of enumerations: `nonCommercial` and `non-commercial`
 * give `NON_COMMERCIAL`.
 */
export function enumName(text: string): string {
  return text
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toUpperCase();
}

/**
 * A value of an enumeration as it is typed, in small letters with hyphens: `NON_COMMERCIAL` gives `non-commercial`.
 */
export function typedWord(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** The first of `known` that is meant, whatever the case, blanks, hyphens and underscores; null: none is. */
export function meantWord(text: string, known: readonly string[]): string | null {
  const plain = (word: string): string => word.replace(/[\s_-]/g, '').toLowerCase();
  return known.find((word) => plain(word) === plain(text)) ?? null;
}
