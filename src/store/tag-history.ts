// Reads from when to when tags pointed to images. What is asked for by digests costs what they cost, however many others
// they pointed to.
import type { Kysely } from 'kysely';
import { chunksOf } from './chunks.ts';
import type { HistoryBounds } from './history-bounds.ts';
import type { Schema } from './schema.ts';
import type { NamedTagSpan, TagHistory } from './store.ts';

export function createTagHistory(
  db: Kysely<Schema>,
  now: () => number,
  { read: most }: HistoryBounds,
): TagHistory {
  /** Rows with the digests of images whose history is not forgotten: that they go at a commit is nobody's matter. */
  const spansOf = (registryId: number, repository: string, tags: readonly string[]) =>
    db
      .selectFrom('tag')
      .innerJoin('image', 'image.id', 'tag.image_id')
      .select(['tag.tag', 'image.digest', 'tag.since', 'tag.until'])
      .where('tag.registry_id', '=', registryId)
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
      .execute();
    return rows.map(({ id }) => id);
  }

  return {
    async tags({ facility, registry }, repository, tags, digests) {
      const known = await db
        .selectFrom('registry')
        .select('id')
        .where('facility', '=', facility)
        .where('registry', '=', registry)
        .executeTakeFirst();
      if (known === undefined || tags.length === 0) return [];
      const spans = spansOf(known.id, repository, tags);
      if (digests === null) {
        const all = await spans.limit(most + 1).execute();
        return all.length > most ? null : all;
      }
      const found: NamedTagSpan[] = [];
      for (const some of chunksOf(digests)) {
        const ids = await idsOf(known.id, repository, some);
        if (ids.length > 0) found.push(...(await spans.where('tag.image_id', 'in', ids).execute()));
      }
      return found;
    },
  };
}
