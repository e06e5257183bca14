// Asks for as many pages as were wanted, one after the other, each from the cursor of the one before.
import type { FederationError } from '../../model/errors.ts';

/** The largest page that a gateway answers. */
const PAGE = 100;

/** Rows at most, however many there are: more than this is useful neither to a person nor to a pipe. */
const MAX_ROWS = 100_000;

export interface Wanted {
  /** Rows; null: all of them. */
  readonly first: number | null;
  /** Where to go on (Relay's cursor); null: from the beginning. */
  readonly after: string | null;
}

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** One page as it was answered. */
export interface Fetched<P extends Page> {
  readonly page: P;
  /** How many it has. */
  readonly rows: number;
  /** GraphQL errors beside the data. */
  readonly failures: readonly FederationError[];
}

export interface Pages<P extends Page> {
  /** At least one. */
  readonly pages: readonly P[];
  readonly last: P;
  /** Where to go on; null at the end. */
  readonly endCursor: string | null;
  readonly warnings: readonly string[];
}

export type Progress = (fetched: number, of: number) => void;

/**
 * The pages of at most 100 rows, as `ask` gives them, until `first` rows or {@link MAX_ROWS} (100,000) are there; `progress` is called
 * after each page but the last. Ends where a gateway does not advance. Rejects as `ask` does; errors beside data are in `warnings`.
 */
export async function askPages<P extends Page>(
  wanted: Wanted,
  ask: (first: number, after: string | null) => Promise<Fetched<P>>,
  progress: Progress,
): Promise<Pages<P>> {
  const limit = Math.min(wanted.first ?? MAX_ROWS, MAX_ROWS);
  const pages: P[] = [];
  const warnings: string[] = [];
  let fetched = 0;
  for (let after = wanted.after; ; ) {
    const { page, rows, failures } = await ask(Math.min(PAGE, limit - fetched), after);
    pages.push(page);
    fetched += rows;
    warnings.push(...failures.map(({ message }) => message));
    const { hasNextPage, endCursor } = page.pageInfo;
    const more = hasNextPage && endCursor !== null && endCursor !== after;
    if (!more || rows === 0 || fetched >= limit) {
      return { pages, last: page, endCursor: more ? endCursor : null, warnings };
    }
    progress(fetched, page.totalCount);
    after = endCursor;
  }
}
