// Reads from when to when tags pointed to images. What is asked for by digests costs what they cost, however many others
// they pointed to. A row that is not what was written is not used, nor is what belongs to an image whose row is not.
import type { Kysely } from 'kysely';
import type { FederationError } from '../../model/errors.ts';
import { chunksOf } from '../chunks.ts';
import { knownIdOf } from '../crawls/registry-rows.ts';
import type { Schema } from '../schema/schema.ts';
import type { Seal } from '../seal.ts';
import type { NamedTagSpan, TagHistory } from '../store.ts';
import type { HistoryBounds } from './history-bounds.ts';
import { createHistorySeal, type HistorySeal } from './history-seal.ts';
import { isValidSpan, type JoinedSpan, joinedSpans } from './joined-spans.ts';

export interface TagHistoryOptions {
  readonly db: Kysely<Schema>;
  readonly seal: Seal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly bounds: HistoryBounds;
  /** Called with what was found not to be what was written. */
  readonly onInvalid: (error: FederationError) => void;
}

/**
 * The tag history in these tables; `now` is in milliseconds since the epoch, and `bounds.read` is the most spans
 * that a question for all digests may have, beyond which it gives null. A row that is not what was written is left
 * out and reported to `onInvalid` (STORE_INVALID). `tags` rejects with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED
 * by {@link faultOf}); for no tags, and a registry that the store does not have, it gives none.
 */
export function createTagHistory({
  db,
  seal,
  now,
  bounds: { read: most, ended },
  onInvalid,
}: TagHistoryOptions): TagHistory {
  /** Rows of images whose history is not forgotten: that they go at a commit is nobody's matter. */
  const spansOf = (registryId: number, repository: string, tags: readonly string[]) =>
    joinedSpans(db, registryId)
      .where('tag.repository', '=', repository)
      .where('tag.tag', 'in', tags)
      .where((where) =>
        where.or([where('image.kept_until', 'is', null), where('image.kept_until', '>', now())]),
      );

  /** By the ids of images, which the index of tags has: joined, an engine might read all of the tag's rows instead. */
  async function idsOf(registryId: number, repository: string, digests: readonly string[]) {
    const rows = await db
      .selectFrom('image')
      .select('id')
      .where('registry_id', '=', registryId)
      .where('repository', '=', repository)
      .where('digest', 'in', digests)
      .limit(digests.length)
      .execute();
    return rows.map(({ id }) => id);
  }

  return {
    async tags(key, repository, tags, digests) {
      const registryId = await knownIdOf(db, key);
      if (registryId === undefined || tags.length === 0) return [];
      const rowSeal = createHistorySeal(seal, key, onInvalid);
      const spans = spansOf(registryId, repository, tags);
      if (digests === null) {
        const all = await spans.limit(most + 1).execute();
        return all.length > most ? null : validSpans(rowSeal, all);
      }
      const found: NamedTagSpan[] = [];
      for (const some of chunksOf(digests)) {
        const ids = await idsOf(registryId, repository, some);
        if (ids.length === 0) continue;
        // All that panfed writes of these images, and no more.
        const limited = spans.where('tag.image_id', 'in', ids).limit(ids.length * (ended + tags.length));
        found.push(...validSpans(rowSeal, await limited.execute()));
      }
      return found;
    },
  };
}

function validSpans(seal: HistorySeal, rows: readonly JoinedSpan[]): NamedTagSpan[] {
  const valid = rows.filter((row) => isValidSpan(seal, row));
  seal.report(rows.length - valid.length);
  return valid.map(({ tag, digest, since, until }) => ({ tag, digest, since, until }));
}
