// Lists in one order, so that equal sets are equal records, and records that policies cannot tell apart are one class.

/** Each value once, by UTF-16 code units. */
export function sortedSet(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort();
}
