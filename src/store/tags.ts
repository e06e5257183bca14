// Tag history: from when to when each tag pointed to each image. Compared in each commit of a crawl with what was open
// before. All that is written and removed of an image follows from when its registry had it and which tags pointed to it
// then: those who may not see an image see the history of the others as if it had never been there. So a tag that is gone
// has no row; who reads may tell by the images that they know.
import { type Kysely, sql } from 'kysely';
import { chunksOf } from './chunks.ts';
import type { HistoryBounds } from './history-bounds.ts';
import type { Schema } from './schema.ts';
import type { TaggedImage } from './store.ts';

/** What {@link recordTags} writes to. */
interface Recording {
  readonly db: Kysely<Schema>;
  readonly registryId: number;
  /** When the crawl was made. */
  readonly at: number;
  readonly bounds: HistoryBounds;
}

/** Brings the history of a registry in line with all its images at a time, those without a tag included. */
export async function recordTags(recording: Recording, images: Iterable<TaggedImage>): Promise<void> {
  const there = byName(images);
  const ids = await recordImages(recording, there);
  const begun = new Map<string, { readonly repository: string; readonly tag: string; image_id: number }>();
  for (const [name, { repository, tags }] of there) {
    const image_id = ids.get(name);
    if (image_id === undefined) continue;
    for (const tag of tags) begun.set(`${image_id} ${tag}`, { repository, tag, image_id });
  }
  const ended = await openSpans(recording, (image, tag) => begun.delete(`${image} ${tag}`));
  await endSpans(recording, ended);
  const { db, registryId, at } = recording;
  for (const some of chunksOf([...begun.values()])) {
    const rows = some.map((span) => ({ registry_id: registryId, ...span, since: at, until: null }));
    await db.insertInto('tag').values(rows).execute();
  }
}

type Images = ReadonlyMap<string, TaggedImage>;

const nameOf = ({ repository, digest }: Omit<TaggedImage, 'tags'>): string => `${repository}@${digest}`;

/** Each image once, with all its tags. */
function byName(images: Iterable<TaggedImage>): Images {
  const known = new Map<string, TaggedImage>();
  for (const image of images) {
    const name = nameOf(image);
    const before = known.get(name);
    known.set(name, before === undefined ? image : { ...image, tags: [...before.tags, ...image.tags] });
  }
  return known;
}

/** Brings the rows of images in line; gives the ids of those that are there and have a history, or begin one. */
async function recordImages(recording: Recording, there: Images): Promise<ReadonlyMap<string, number>> {
  const { db, registryId, at } = recording;
  const ids = new Map<string, number>();
  const change: Record<'leaves' | 'returns' | 'isForgotten', number[]> = {
    ...{ leaves: [], returns: [], isForgotten: [] },
  };
  const known = await db
    .selectFrom('image')
    .select(['id', 'repository', 'digest', 'kept_until'])
    .where('registry_id', '=', registryId)
    .execute();
  for (const { id, kept_until, ...image } of known) {
    const name = nameOf(image);
    const isThere = there.has(name);
    if (kept_until !== null && kept_until <= at) {
      change.isForgotten.push(id);
    } else {
      if (isThere) ids.set(name, id);
      if (isThere && kept_until !== null) change.returns.push(id);
      if (!isThere && kept_until === null) change.leaves.push(id);
    }
  }
  for (const some of chunksOf(change.isForgotten)) {
    await db.deleteFrom('image').where('id', 'in', some).execute();
  }
  await recordLeaving(recording, change.leaves);
  for (const some of chunksOf(change.returns)) {
    // As if it had been there for as long as it would still have been kept.
    await db
      .updateTable('image')
      .set({ there_since: sql`${at} - (kept_until - ${at})`, kept_until: null })
      .where('id', 'in', some)
      .execute();
  }
  const begun = [...there].filter(([name, { tags }]) => tags.length > 0 && !ids.has(name));
  for (const some of chunksOf(begun)) {
    const rows = some.map(([, { repository, digest }]) => ({
      ...{ registry_id: registryId, repository, digest, there_since: at, kept_until: null },
    }));
    const made = await db
      .insertInto('image')
      .values(rows)
      .returning(['id', 'repository', 'digest'])
      .execute();
    for (const { id, ...image } of made) ids.set(nameOf(image), id);
  }
  return ids;
}

/** What was there for a while is kept as long, at most. */
async function recordLeaving({ db, at, bounds }: Recording, ids: readonly number[]): Promise<void> {
  for (const some of chunksOf(ids)) {
    await db
      .updateTable('image')
      .set({
        kept_until: sql`CASE
          WHEN ${at} - there_since > ${bounds.keptMs} THEN ${at + bounds.keptMs}
          WHEN there_since < ${at} THEN ${at} + (${at} - there_since)
          ELSE ${at}
        END`,
      })
      .where('id', 'in', some)
      .execute();
  }
}

interface OpenSpan {
  readonly id: number;
  readonly image_id: number;
}

/** The open spans of a registry that do not go on. */
async function openSpans(
  { db, registryId }: Recording,
  goesOn: (image: number, tag: string) => boolean,
): Promise<readonly OpenSpan[]> {
  const open = await db
    .selectFrom('tag')
    .select(['id', 'image_id', 'tag'])
    .where('registry_id', '=', registryId)
    .where('until', 'is', null)
    .execute();
  return open.filter(({ image_id, tag }) => !goesOn(image_id, tag));
}

async function endSpans({ db, at, bounds }: Recording, spans: readonly OpenSpan[]): Promise<void> {
  for (const some of chunksOf(spans.map(({ id }) => id))) {
    // A clock that was set back, or stood still: no span ends before it has begun.
    await db.deleteFrom('tag').where('id', 'in', some).where('since', '>=', at).execute();
    await db.updateTable('tag').set({ until: at }).where('id', 'in', some).execute();
  }
  const images = [...new Set(spans.map(({ image_id }) => image_id))];
  for (const some of chunksOf(images)) {
    // The order is one of the image's own facts, and not that in which rows came.
    await sql`
      DELETE FROM tag WHERE id IN (
        SELECT id FROM (
          SELECT id, row_number() OVER (PARTITION BY image_id ORDER BY until DESC, since DESC, tag) AS place
          FROM tag WHERE until IS NOT NULL AND image_id IN (${sql.join(some)})
        ) AS spans
        WHERE place > ${bounds.ended}
      )`.execute(db);
  }
}
