// Tag history: from when to when each tag pointed to each image. Compared in each commit of a crawl with what was open
// before. All that is written and removed of an image follows from when its registry had it and which tags pointed to it
// then: those who may not see an image see the history of the others as if it had never been there. So a tag that is gone
// has no row; who reads may tell by the images that they know. A row that is not what was written is removed, as if it had
// never been there: nothing that is forged goes on, or is sealed anew.
import { sql } from 'kysely';
import { paced, preparing } from '../../model/pace.ts';
import { chunksOf } from '../chunks.ts';
import type { TaggedImage } from '../store.ts';
import { textUpTo } from '../up-to.ts';
import { MAX_TEXT_BYTES, PAGE_ROWS } from './history-bounds.ts';
import type { SealedSpan } from './history-seal.ts';
import { type Images, nameOf, type RecordedImages, type Recording, recordImages } from './image-rows.ts';

/**
 * Brings the history of a registry in line with all its images at a time (`recording.at`, milliseconds since the epoch), those
 * without a tag included, in the transaction of `recording.db`. Gives how many rows were not what was written: they are
 * removed, and reported to the seal. Rejects with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function recordTags(recording: Recording, images: Iterable<TaggedImage>): Promise<number> {
  const there = await byName(images);
  const recorded = await recordImages(recording, there);
  const { db, registryId, seal, at } = recording;
  const begun = new Map<string, SealedSpan & { image_id: number }>();
  await paced(there, preparing, ([name, { repository, digest, tags }]) => {
    const image_id = recorded.ids.get(name);
    if (image_id === undefined) return;
    for (const tag of tags) {
      begun.set(`${image_id} ${tag}`, { repository, digest, tag, image_id, since: at, until: null });
    }
  });
  const goesOn = (image: number, tag: string): boolean => begun.delete(`${image} ${tag}`);
  const { ended, invalid } = await changedSpans(recording, recorded, goesOn);
  await removeSpans(recording, invalid);
  await endSpans(recording, ended);
  for (const some of chunksOf([...begun.values()])) {
    const rows = some.map(({ digest, ...span }) => ({
      ...{ registry_id: registryId, ...span, mac: seal.span({ digest, ...span }) },
    }));
    await db.insertInto('tag').values(rows).execute();
  }
  seal.report(recorded.invalid + invalid.length);
  return recorded.invalid + invalid.length;
}

/** Each image once, with all its tags. */
async function byName(images: Iterable<TaggedImage>): Promise<Images> {
  const known = new Map<string, TaggedImage>();
  await paced(images, preparing, (image) => {
    const name = nameOf(image);
    const before = known.get(name);
    known.set(name, before === undefined ? image : { ...image, tags: [...before.tags, ...image.tags] });
  });
  return known;
}

interface OpenSpan extends SealedSpan {
  readonly id: number;
  readonly image_id: number;
}

/** The open spans of a registry that do not go on, and the ids of those that are not what was written. */
async function changedSpans(
  recording: Recording,
  { byId }: RecordedImages,
  goesOn: (image: number, tag: string) => boolean,
): Promise<{ readonly ended: readonly OpenSpan[]; readonly invalid: readonly number[] }> {
  const { seal, isWhole } = recording;
  const ended: OpenSpan[] = [];
  const invalid = await longTags(recording);
  for await (const row of openSpans(recording)) {
    if (!isWhole && goesOn(row.image_id, row.tag)) continue;
    const image = byId.get(row.image_id);
    const span = { ...row, digest: image?.digest ?? '' };
    // What is not valid does not go on: its tag begins anew.
    if (image?.repository !== row.repository || !seal.isSpan(span)) invalid.push(row.id);
    else if (!isWhole || !goesOn(row.image_id, row.tag)) ended.push(span);
  }
  return { ended, invalid };
}

const isLong = sql<boolean>`octet_length(tag.tag) > ${sql.lit(MAX_TEXT_BYTES)}`;

/** Open rows that panfed did not write, some of them where there are very many. */
async function longTags({ db, registryId }: Recording): Promise<number[]> {
  const rows = await db
    .selectFrom('tag')
    .select('id')
    .where('registry_id', '=', registryId)
    .where('until', 'is', null)
    .where(isLong)
    .limit(PAGE_ROWS)
    .execute();
  return rows.map(({ id }) => id);
}

/** All other open rows, page by page. */
async function* openSpans({ db, registryId }: Recording) {
  // In the order of the index, which has one row of each image and tag.
  for (let after: readonly [image: number, tag: string] = [Number.MIN_SAFE_INTEGER, '']; ; ) {
    const rows = await db
      .selectFrom('tag')
      .select(['id', 'image_id', 'since', 'until'])
      .select([
        textUpTo('repository', MAX_TEXT_BYTES).as('repository'),
        textUpTo('tag', MAX_TEXT_BYTES).as('tag'),
        textUpTo('mac', MAX_TEXT_BYTES).as('mac'),
      ])
      .where('registry_id', '=', registryId)
      .where('until', 'is', null)
      .where(sql<boolean>`octet_length(tag.tag) <= ${sql.lit(MAX_TEXT_BYTES)}`)
      .where(sql<boolean>`(image_id, tag) > (${after[0]}, ${after[1]})`)
      .orderBy('image_id')
      .orderBy('tag.tag')
      .limit(PAGE_ROWS)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = [last.image_id, last.tag];
  }
}

async function removeSpans({ db }: Recording, ids: readonly number[]): Promise<void> {
  for (const some of chunksOf(ids)) await db.deleteFrom('tag').where('id', 'in', some).execute();
}

async function endSpans(recording: Recording, spans: readonly OpenSpan[]): Promise<void> {
  const { db, registryId, seal, at, bounds } = recording;
  // A clock that was set back, or stood still: no span ends before it has begun.
  await removeSpans(
    recording,
    spans.filter(({ since }) => since >= at).map(({ id }) => id),
  );
  for (const some of chunksOf(spans.filter(({ since }) => since < at))) {
    const rows = some.map(({ id, image_id, repository, digest, tag, since }) => {
      const mac = seal.span({ repository, digest, tag, since, until: at });
      return { id, registry_id: registryId, repository, tag, image_id, since, until: at, mac };
    });
    await db
      .insertInto('tag')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet(({ ref }) => ({ until: ref('excluded.until'), mac: ref('excluded.mac') })),
      )
      .execute();
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
