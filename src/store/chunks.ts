// What is asked or written many times over goes in statements of a few hundred rows.

/** Rows of one statement: SQLite binds at most 32,766 values, and a failure repeats as many. */
const ROWS = 250;

/** The items in lists of as many as one statement takes. */
export function chunksOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS) }, (_, index) =>
    items.slice(index * ROWS, (index + 1) * ROWS),
  );
}
