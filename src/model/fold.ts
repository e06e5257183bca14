// Comparison that ignores case: the one folding that choices, names and search share.

/**
 * The text in Unicode NFKC (UAX #15), lower case, trimmed; the result is the same in every locale. Its length is not
 * bounded: one character may become eighteen.
 */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
