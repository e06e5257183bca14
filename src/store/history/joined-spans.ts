// The rows of tag history with those of their images, and which of them are what was written.
import type { Kysely } from 'kysely';
import type { Schema } from '../schema/schema.ts';
import { textUpTo } from '../up-to.ts';
import { MAX_TEXT_BYTES } from './history-bounds.ts';
import type { HistorySeal } from './history-seal.ts';

/**
 * The query, not yet run, for the rows of one registry's tags, each with all that its own MAC and its image's MAC
 * cover; times are milliseconds since the epoch. Text of more than {@link MAX_TEXT_BYTES} (4,096) is empty: such a row is not
 * valid. Whoever runs it gets the engine's error (see {@link faultOf}).
 */
export const joinedSpans = (db: Kysely<Schema>, registryId: number) =>
  db
    .selectFrom('tag')
    .innerJoin('image', 'image.id', 'tag.image_id')
    .select(['tag.id', 'tag.since', 'tag.until', 'image.there_since', 'image.kept_until'])
    .select([
      textUpTo('tag.repository', MAX_TEXT_BYTES).as('repository'),
      textUpTo('tag.tag', MAX_TEXT_BYTES).as('tag'),
      textUpTo('tag.mac', MAX_TEXT_BYTES).as('mac'),
      textUpTo('image.digest', MAX_TEXT_BYTES).as('digest'),
      textUpTo('image.mac', MAX_TEXT_BYTES).as('image_mac'),
    ])
    .where('tag.registry_id', '=', registryId);

export type JoinedSpan = Awaited<ReturnType<ReturnType<typeof joinedSpans>['execute']>>[number];

/**
 * Whether a row and its image's are what was written. The image's MAC is compared with the names of the row: so it is not the
 * image of another repository or registry.
 */
export const isValidSpan = (seal: HistorySeal, row: JoinedSpan): boolean =>
  seal.isSpan(row) && seal.isImage({ ...row, mac: row.image_mac });
