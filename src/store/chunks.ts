// What is asked or written many times over goes in statements of a few hundred rows.

/** Rows of one statement: SQLite binds at most 32,766 values, and a failure repeats as many. */
const ROWS = 250;

/**
 * The items in lists of `size`, from 1: 250 unless said, as many as one statement takes. The last list may be shorter; no
 * items are no lists.
 */
export function chunksOf<T>(items: readonly T[], size = ROWS): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
