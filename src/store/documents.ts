// Documents by their digest, of the repository that served them. What is read has the digest that it is asked by, and was
// served by that repository of that registry at that address, or is not there.
import { type Kysely, sql } from 'kysely';
import { hasDigest } from '../model/digest.ts';
import { FederationError } from '../model/errors.ts';
import { chunksOf } from './chunks.ts';
import { idOf, knownIdOf, MAX_ADDRESS_BYTES, MAX_REGISTRIES } from './crawls/registry-rows.ts';
import { changingUsage, countedSize, fitting, makeRoom, ROW_BYTES, sumOf } from './registry-usage.ts';
import { bytesOf, type Schema } from './schema/schema.ts';
import type { Seal } from './seal.ts';
import type { DocumentStore, RegistryKey, StoredDocument } from './store.ts';
import { textUpTo, upTo } from './up-to.ts';

/** Milliseconds: the time of the last use is written once in so long, so that reading is not writing. */
const NAMED_AGAIN_MS = 3_600_000;

/** Bytes of one document: more than any manifest, configuration or signature has, and than most SBOMs. */
export const MAX_DOCUMENT_BYTES = 64 * 1_048_576;

/** Bytes of a short MAC, with some room. */
const MAX_MAC_BYTES = 64;

/** What a row says beside its names, bounded. */
export const DOCUMENT_COLUMNS = [
  textUpTo('source', MAX_ADDRESS_BYTES).as('source'),
  textUpTo('mac', MAX_MAC_BYTES).as('mac'),
  upTo('body', MAX_DOCUMENT_BYTES).as('body'),
] as const;

/** Bytes of the documents of one read. */
const MAX_READ_BYTES = MAX_DOCUMENT_BYTES;

export interface DocumentStoreOptions {
  readonly db: Kysely<Schema>;
  /** For what is read beside what is written; by default `db`. */
  readonly reading?: Kysely<Schema>;
  readonly seal: Seal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes that one registry may have, with {@link ROW_BYTES} for each document. */
  readonly maxBytes: number;
}

/**
 * The documents in this table, each of at most {@link MAX_DOCUMENT_BYTES} (64 MiB). One whose bytes have
 * another digest, or whose MAC is of another name, is removed when it is read. The time of a document's last
 * use is written once an hour, when it is read. `reading` is `db` unless said. Errors are those of
 * {@link DocumentStore}, STORE_INVALID of what is written among them; those of the engine come as they are,
 * and the caller makes store faults of them by {@link faultOf}.
 */
export function createDocumentStore({
  db,
  reading = db,
  seal,
  now,
  maxBytes,
}: DocumentStoreOptions): DocumentStore {
  /** The digests of documents that are read together. */
  async function withinBound(name: Served, digests: readonly string[]): Promise<string[]> {
    const sizes = await of(name, reading.selectFrom('document'), digests)
      .where('source', '=', name.source)
      .select(({ fn }) => ['digest', fn<number>('octet_length', ['body']).as('size')])
      .execute();
    let bytes = 0;
    return sizes
      .filter(({ size }) => {
        bytes += Number(size);
        return bytes <= MAX_READ_BYTES;
      })
      .map(({ digest }) => digest);
  }

  async function readSome(name: Served, digests: readonly string[]): Promise<StoredDocument[]> {
    const wanted = await withinBound(name, digests);
    if (wanted.length === 0) return [];
    const rows = await of(name, reading.selectFrom('document'), wanted)
      .select(['digest', 'named_at', ...DOCUMENT_COLUMNS])
      .execute();
    const found = rows.flatMap(({ digest, source, body, mac }) => {
      const bytes = body === null ? null : bytesOf(body);
      const isWhole = bytes !== null && hasDigest(bytes, digest);
      return isWhole && isSealedDocument(seal, { ...name, source, digest, mac }) ? [{ digest, bytes }] : [];
    });
    const valid = new Set(found.map(({ digest }) => digest));
    const old = rows.filter(({ named_at }) => named_at <= now() - NAMED_AGAIN_MS);
    const invalid = rows.filter(({ digest }) => !valid.has(digest));
    if (invalid.length > 0) await tolerated({ execute: () => remove(name, digestsOf(invalid)) });
    if (old.length > 0) {
      await tolerated(of(name, db.updateTable('document').set({ named_at: now() }), digestsOf(old)));
    }
    return found;
  }

  /** Gives the bytes that they had. */
  async function removeSome(
    transaction: Kysely<Schema>,
    name: Served,
    digests: readonly string[],
  ): Promise<number> {
    const rows = await of(name, transaction.deleteFrom('document'), digests)
      .returning(countedSize('document').as('size'))
      .execute();
    return sumOf(rows);
  }

  const remove = (name: Served, digests: readonly string[]) =>
    changingUsage(
      db,
      rowsOf(name.registryId),
      async (transaction, used) => used - (await removeSome(transaction, name, digests)),
    );

  return {
    async read(key, repository, digests) {
      const registryId = await knownIdOf(reading, key);
      if (registryId === undefined) return [];
      const name: Served = { ...nameOf(key, repository), registryId };
      const found: StoredDocument[] = [];
      let bytes = 0;
      for (const some of chunksOf([...new Set(digests)])) {
        for (const document of await readSome(name, some)) {
          bytes += document.bytes.byteLength;
          if (bytes > MAX_READ_BYTES) return found;
          found.push(document);
        }
      }
      return found;
    },

    async write(key, repository, documents) {
      for (const { digest, bytes } of documents) refuseInvalid(digest, bytes);
      const registryId = await idOf(db, key);
      const named_at = now();
      const name: Served = { ...nameOf(key, repository), registryId };
      // Each once: a digest has one document.
      const distinct = [...new Map(documents.map((document) => [document.digest, document])).values()];
      const added = fitting(
        distinct.map((document) => ({ ...document, size: document.bytes.byteLength + ROW_BYTES })),
        maxBytes,
      );
      const rows = added.rows.map(({ digest, bytes }) => ({
        ...{ registry_id: registryId, repository, digest, source: name.source, body: bytes, named_at },
        mac: seal.rowMac('document', sealedOf({ ...name, digest })),
      }));
      await changingUsage(db, rowsOf(registryId), async (transaction, before) => {
        let used = before;
        for (const some of chunksOf(rows)) used -= await removeSome(transaction, name, digestsOf(some));
        used = await makeRoom(transaction, rowsOf(registryId), { used, added: added.bytes, maxBytes });
        for (const some of chunksOf(rows)) await transaction.insertInto('document').values(some).execute();
        return used + added.bytes;
      });
    },

    prune: (before) => pruneDocuments(db, before),
  };
}

/**
 * Removes the documents that nothing has named since a time, in milliseconds since the epoch; gives how many. Those of up to
 * {@link MAX_REGISTRIES} (10,000) registries, each in a transaction of its own. Rejects with the engine's error
 * (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}): what was removed before stays removed.
 */
export async function pruneDocuments(db: Kysely<Schema>, before: number): Promise<number> {
  let removed = 0;
  for (const { id } of await db.selectFrom('registry').select('id').limit(MAX_REGISTRIES).execute()) {
    await changingUsage(db, rowsOf(id), async (transaction, used) => {
      const old = await transaction
        .selectFrom('document')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .select(sql<number>`coalesce(sum(${countedSize('document')}), 0)`.as('bytes'))
        .where('registry_id', '=', id)
        .where('named_at', '<', before)
        .executeTakeFirstOrThrow();
      if (Number(old.count) === 0) return used;
      await transaction
        .deleteFrom('document')
        .where('registry_id', '=', id)
        .where('named_at', '<', before)
        .execute();
      removed += Number(old.count);
      return used - Number(old.bytes);
    });
  }
  return removed;
}

const rowsOf = (registryId: number) => ({ table: 'document', registryId }) as const;

/** What served a document. */
export interface DocumentSource {
  readonly facility: string;
  readonly registry: string;
  /** The kind and the address of the registry when it did. */
  readonly source: string;
  readonly repository: string;
}

interface Served extends DocumentSource {
  readonly registryId: number;
}

/** Without the version of the mapping: what a repository served does not depend on it. */
const nameOf = ({ facility, registry, kind, address }: RegistryKey, repository: string): DocumentSource => ({
  facility,
  registry,
  source: `${kind} ${address}`,
  repository,
});

const sealedOf = (row: DocumentSource & { readonly digest: string }) => [
  ...[row.facility, row.registry, row.source, row.repository, row.digest],
];

/**
 * Whether panfed wrote, with this secret, that this repository of the registry, at that address, served the digest. The
 * document's bytes are not looked at. False for a MAC of any other type or length.
 */
export const isSealedDocument = (
  seal: Seal,
  row: DocumentSource & { readonly digest: string; readonly mac: unknown },
): boolean => seal.isValidRow('document', sealedOf(row), row.mac);

const digestsOf = (rows: readonly { readonly digest: string }[]): string[] =>
  rows.map(({ digest }) => digest);

/** The rows of some digests of a repository. */
function of<Q extends Restrictable>(name: Served, query: Q, digests: readonly string[]): Q {
  return query
    .where('registry_id', '=', name.registryId)
    .where('repository', '=', name.repository)
    .where('digest', 'in', digests) as Q;
}

interface Restrictable {
  where(column: 'registry_id' | 'repository' | 'digest', operator: '=' | 'in', value: unknown): Restrictable;
}

function refuseInvalid(digest: string, bytes: Uint8Array): void {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    throw new FederationError(
      'STORE_INVALID',
      `A document of ${digest} has more than ${MAX_DOCUMENT_BYTES} bytes.`,
    );
  }
  if (!hasDigest(bytes, digest)) {
    throw new FederationError('STORE_INVALID', `The bytes of a document of ${digest} have another digest.`);
  }
}

/** A full disk keeps nobody from reading. */
async function tolerated(change: { execute(): Promise<unknown> }): Promise<void> {
  await change.execute().catch(() => undefined);
}
