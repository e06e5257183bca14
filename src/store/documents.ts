// Documents by their digest. What is read has the digest that it is asked by, or is not there.
import type { Kysely } from 'kysely';
import { digestOf } from '../model/digest.ts';
import { FederationError } from '../model/errors.ts';
import { bytesOf, type Schema } from './schema/schema.ts';
import type { DocumentStore } from './store.ts';
import { textUpTo, upTo } from './up-to.ts';

/** Milliseconds: the time of the last use is written once in so long, so that reading is not writing. */
const NAMED_AGAIN_MS = 3_600_000;

/** Bytes of one document: more than any manifest, configuration or signature has, and than most SBOMs. */
export const MAX_DOCUMENT_BYTES = 64 * 1_048_576;

/** Bytes of a media type: RFC 6838 allows 127 characters on each side of its slash. */
const MAX_MEDIA_TYPE_BYTES = 255;

/**
 * The documents in this table, read over `reading`, each of at most {@link MAX_DOCUMENT_BYTES}; `now` is in milliseconds since the epoch.
 * One whose bytes have another digest is removed when it is read. Errors are those of {@link DocumentStore}.
 */
export function createDocumentStore(db: Kysely<Schema>, now: () => number, reading = db): DocumentStore {
  return {
    async read(digest) {
      const row = await reading
        .selectFrom('document')
        .select([
          'named_at',
          textUpTo('media_type', MAX_MEDIA_TYPE_BYTES).as('media_type'),
          upTo('body', MAX_DOCUMENT_BYTES).as('body'),
        ])
        .where('digest', '=', digest)
        .executeTakeFirst();
      if (row === undefined) return null;
      const bytes = row.body === null ? null : bytesOf(row.body);
      if (bytes === null || digestOf(bytes) !== digest) {
        await tolerated(db.deleteFrom('document').where('digest', '=', digest));
        return null;
      }
      if (row.named_at <= now() - NAMED_AGAIN_MS) {
        await tolerated(db.updateTable('document').set({ named_at: now() }).where('digest', '=', digest));
      }
      return { mediaType: row.media_type, bytes };
    },

    async write(digest, { mediaType, bytes }) {
      const actual = digestOf(bytes);
      if (actual !== digest) {
        throw new FederationError('STORE_INVALID', `A document of ${digest} has the digest ${actual}.`);
      }
      if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
        throw new FederationError(
          'STORE_INVALID',
          `A document of ${digest} has more than ${MAX_DOCUMENT_BYTES} bytes.`,
        );
      }
      if (Buffer.byteLength(mediaType) > MAX_MEDIA_TYPE_BYTES) {
        throw new FederationError(
          'STORE_INVALID',
          `The media type of the document ${digest} has more than ${MAX_MEDIA_TYPE_BYTES} bytes.`,
        );
      }
      const named_at = now();
      await db
        .insertInto('document')
        .values({ digest, media_type: mediaType, body: bytes, named_at })
        .onConflict((conflict) =>
          conflict.column('digest').doUpdateSet({ media_type: mediaType, body: bytes, named_at }),
        )
        .execute();
    },

    async prune(before) {
      const { numDeletedRows } = await db
        .deleteFrom('document')
        .where('named_at', '<', before)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** A full disk keeps nobody from reading. */
async function tolerated(change: { execute(): Promise<unknown> }): Promise<void> {
  await change.execute().catch(() => undefined);
}
