// Comparison that ignores case: the one folding that choices, names and search share.

/** The text in Unicode NFKC, lower case, trimmed; the result is the same in every locale. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
