// The images that have a history of tags: since when their registry has them, and until when what it has no more is kept.
import type { Kysely } from 'kysely';
import { chunksOf } from '../chunks.ts';
import type { Schema } from '../schema/schema.ts';
import type { TaggedImage } from '../store.ts';
import { textUpTo } from '../up-to.ts';
import { type HistoryBounds, MAX_TEXT_BYTES, PAGE_ROWS } from './history-bounds.ts';
import type { HistorySeal, SealedImage } from './history-seal.ts';

/** One crawl whose history is written. */
export interface Recording {
  readonly db: Kysely<Schema>;
  readonly registryId: number;
  readonly seal: HistorySeal;
  /** When the crawl was made, in milliseconds since the epoch. */
  readonly at: number;
  readonly bounds: HistoryBounds;
  /** Whether rows that go on unchanged are compared with their MACs, too. */
  readonly isWhole: boolean;
}

/** The images of a registry at one time, by {@link nameOf}. */
export type Images = ReadonlyMap<string, TaggedImage>;

/** Those that have a history. */
export interface RecordedImages {
  /** The ids of those that are there, by name. */
  readonly ids: ReadonlyMap<string, number>;
  /** These, and those that are kept, by id. */
  readonly byId: ReadonlyMap<number, Pick<TaggedImage, 'repository' | 'digest'>>;
  /** How many rows were not what was written. They are gone with all that was theirs. */
  readonly invalid: number;
}

/**
 * The name of an image within its registry, `<repository>@<digest>`, without the host that an OCI reference begins
 * with.
 */
export const nameOf = ({ repository, digest }: Pick<TaggedImage, 'repository' | 'digest'>): string =>
  `${repository}@${digest}`;

type ImageRow = SealedImage & { readonly id: number };

/**
 * Brings the rows of images in line with what is there, in the transaction of `recording.db`; gives those that have a history,
 * or begin one, as an image with a tag does. What has gone is kept for as long as it was there, `bounds.keptMs` milliseconds
 * at most. Rejects with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function recordImages(recording: Recording, there: Images): Promise<RecordedImages> {
  const { db, registryId, seal, at, bounds, isWhole } = recording;
  const ids = new Map<string, number>();
  const byId = new Map<number, ImageRow>();
  const removed: number[] = [];
  const changed: ImageRow[] = [];
  let invalid = 0;
  for await (const image of knownImages(recording)) {
    const name = nameOf(image);
    const isThere = there.has(name);
    const goesOn = isThere === (image.kept_until === null);
    const isValid = (goesOn && !isWhole) || seal.isImage(image);
    if (!isValid) invalid += 1;
    if (!isValid || (image.kept_until !== null && image.kept_until <= at)) {
      removed.push(image.id);
      continue;
    }
    byId.set(image.id, image);
    if (isThere) ids.set(name, image.id);
    if (goesOn) continue;
    const { kept_until } = image;
    changed.push(kept_until === null ? left(image, at, bounds) : returned(image, kept_until, at));
  }
  for (const some of chunksOf(removed)) await db.deleteFrom('image').where('id', 'in', some).execute();
  await writeImages(recording, changed);
  const begun = [...there].filter(([name, { tags }]) => tags.length > 0 && !ids.has(name));
  for (const some of chunksOf(begun)) {
    const rows = some.map(([, { repository, digest }]) => {
      const image = { repository, digest, there_since: at, kept_until: null };
      return { registry_id: registryId, ...image, mac: seal.image(image) };
    });
    const made = await db
      .insertInto('image')
      .values(rows)
      .returning(['id', 'repository', 'digest', 'there_since', 'kept_until'])
      .execute();
    for (const image of made) {
      ids.set(nameOf(image), image.id);
      byId.set(image.id, image);
    }
  }
  return { ids, byId, invalid };
}

/** All rows of images, page by page. */
async function* knownImages({
  db,
  registryId,
}: Recording): AsyncGenerator<ImageRow & { readonly mac: string }> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await db
      .selectFrom('image')
      .select(['id', 'there_since', 'kept_until'])
      .select([
        textUpTo('repository', MAX_TEXT_BYTES).as('repository'),
        textUpTo('digest', MAX_TEXT_BYTES).as('digest'),
        textUpTo('mac', MAX_TEXT_BYTES).as('mac'),
      ])
      .where('registry_id', '=', registryId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE_ROWS)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** As if it had been there for as long as it would still have been kept. */
const returned = (image: ImageRow, keptUntil: number, at: number): ImageRow => ({
  ...image,
  there_since: at - (keptUntil - at),
  kept_until: null,
});

/** What was there for a while is kept as long, at most. */
const left = (image: ImageRow, at: number, { keptMs }: HistoryBounds): ImageRow => ({
  ...image,
  kept_until: at + Math.min(Math.max(at - image.there_since, 0), keptMs),
});

async function writeImages({ db, registryId, seal }: Recording, images: readonly ImageRow[]): Promise<void> {
  for (const some of chunksOf(images)) {
    // Each has other values: so they are changed as rows that are there already.
    const rows = some.map(({ id, repository, digest, there_since, kept_until }) => {
      const image = { repository, digest, there_since, kept_until };
      return { id, registry_id: registryId, ...image, mac: seal.image(image) };
    });
    await db
      .insertInto('image')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          there_since: ref('excluded.there_since'),
          kept_until: ref('excluded.kept_until'),
          mac: ref('excluded.mac'),
        })),
      )
      .execute();
  }
}
