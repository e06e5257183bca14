// The tables of the store, the same in SQLite and in PostgreSQL. Times are milliseconds since the epoch.
import type { Generated } from 'kysely';

/** SQLite's binding returns an ArrayBuffer, PostgreSQL's a Buffer. */
export type Bytes = Uint8Array | ArrayBuffer;

/** Facts about the store itself: the version of its schema. */
interface MetaTable {
  readonly key: string;
  readonly value: string;
}

/** The last complete crawl of each registry. */
interface RegistryTable {
  readonly id: Generated<number>;
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  readonly address: string;
  /** Version of the mapping by which the source made nodes of what the registry said. */
  readonly mapping: number;
  /** As JSON: a registry may say a NUL, which PostgreSQL has no text with, or half of a surrogate pair. */
  readonly generation: string | null;
  readonly crawled_at: number;
  readonly checked_at: number;
  readonly nodes: number;
  /** SHA-256 of each part's hashes, one behind the other. */
  readonly parts: Bytes;
  /** HMAC-SHA-256 of all the above. */
  readonly mac: Bytes;
}

/** The order of a crawl's nodes: the hashes of up to 1,000 of them, one behind the other. */
interface PartTable {
  readonly registry_id: number;
  readonly part: number;
  readonly hashes: Bytes;
}

/** What a registry said of one image, compressed, by the SHA-256 of its text. */
interface NodeTable {
  readonly registry_id: number;
  readonly hash: Bytes;
  readonly body: Bytes;
  readonly written_at: number;
}

/** What a repository served by its digest: manifests, configurations, signatures, attestations, SBOMs. */
interface DocumentTable {
  readonly registry_id: number;
  readonly repository: string;
  readonly digest: string;
  /** The kind and the address of the registry when it served it. */
  readonly source: string;
  readonly body: Bytes;
  /** When something last named it. */
  readonly named_at: number;
  /** Short MAC of the registry's name and all the above; the body is compared with the digest. */
  readonly mac: string;
}

/** What decides about trust or policy, each with its MAC. */
interface StateTable {
  readonly key: string;
  readonly value: string;
  readonly mac: Bytes;
  /** null: it is of no registry, and has no bound but that of a value. */
  readonly registry_id: Generated<number | null>;
  /** When it was written last. */
  readonly named_at: Generated<number>;
}

/** Bytes of what a registry has in the table `kind`, as `registry-usage.ts` counts them. */
interface RegistryUsageTable {
  readonly registry_id: number;
  readonly kind: string;
  readonly bytes: number;
}

/** Images that a tag pointed to: as long as their rows are there, so is the history of their tags. */
interface ImageTable {
  readonly id: Generated<number>;
  readonly registry_id: number;
  readonly repository: string;
  readonly digest: string;
  /** Since when its registry has it; later by twice the times in which it had it not. */
  readonly there_since: number;
  /** Until when its history is kept, where its registry has it no more; null: it has. */
  readonly kept_until: number | null;
  /** Short MAC of all but the ids, and of the registry's name. */
  readonly mac: string;
}

/** Where each tag pointed, from when to when. */
interface TagTable {
  readonly id: Generated<number>;
  /** That of the image, as is `repository`: the history of a tag is read by them. */
  readonly registry_id: number;
  readonly repository: string;
  readonly tag: string;
  readonly image_id: number;
  readonly since: number;
  /** null: it does so still. */
  readonly until: number | null;
  /** Short MAC of all but the ids, of the registry's name and of the image's digest. */
  readonly mac: string;
}

export interface Schema {
  readonly meta: MetaTable;
  readonly registry: RegistryTable;
  readonly registry_part: PartTable;
  readonly node: NodeTable;
  readonly registry_usage: RegistryUsageTable;
  readonly document: DocumentTable;
  readonly state: StateTable;
  readonly image: ImageTable;
  readonly tag: TagTable;
}

/** A generation as its column has it: as a JSON string, null where there is none. */
export const writeGeneration = (generation: string | null): string | null =>
  generation === null ? null : JSON.stringify(generation);

/**
 * The generation of a column that {@link writeGeneration} wrote; null where there is none. Throws a SyntaxError for
 * other text.
 */
export const readGeneration = (column: string | null): string | null =>
  column === null ? null : JSON.parse(column);

/** The bytes of a column, without a copy; empty for null and what is not bytes: SQLite has any type in any column. */
export const bytesOf = (value: unknown): Buffer => {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.alloc(0);
};
