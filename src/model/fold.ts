// Comparison in any case: the one folding that choices, names and search share.

/** Unicode NFKC, lower case, trimmed. The same text folds to the same bytes in every locale. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
