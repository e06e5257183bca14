// Values of a bounded size: what somebody put into the store may be of any, and is loaded whole where it is selected.
import { type RawBuilder, sql } from 'kysely';
import type { Bytes } from './schema/schema.ts';

/** The SQL of a column's bytes; null where they are more than `maxBytes`: then they are not loaded at all. */
export const upTo = (column: string, maxBytes: number): RawBuilder<Bytes | null> =>
  // Both engines know the length of bytes without reading them.
  sql<Bytes | null>`CASE WHEN octet_length(${sql.ref(column)}) <= ${sql.lit(maxBytes)} THEN ${sql.ref(column)} END`;

/**
 * The SQL of a column's text; where it has more than `maxBytes` bytes, or is null, an empty one, which no row that panfed
 * wrote has: a row that is sealed is then not what was written.
 */
export const textUpTo = (column: string, maxBytes: number): RawBuilder<string> =>
  sql<string>`CASE WHEN octet_length(${sql.ref(column)}) <= ${sql.lit(maxBytes)} THEN ${sql.ref(column)} ELSE '' END`;
