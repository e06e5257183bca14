// The two engines: SQLite in a file, PostgreSQL for several gateways. Both run in the store's thread: SQLite's binding
// blocks whoever calls it.
import type { Kysely } from 'kysely';
import type { Schema } from '../schema/schema.ts';

/** Where the store is. */
export type StorePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

export type StoreDatabase = Kysely<Schema>;

/** An open engine. Its methods reject with its own errors, of which `faultOf` makes store faults. */
export interface Engine {
  readonly kind: StorePlace['kind'];
  readonly db: StoreDatabase;
  /** The same for what is only read: it does not wait for a transaction of `db`, and sees what was committed. */
  readonly reading: StoreDatabase;
  /** Bytes on the disk. */
  size(): Promise<number>;
  /** Which file it has; null: none, or it only reads. */
  readonly file: string | null;
  /** Whether its file was removed or replaced. */
  isReplaced(): boolean;
  /** The names of its tables. */
  tables(): Promise<ReadonlySet<string>>;
  /** Closes its connections; nothing may be asked of it any more. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Milliseconds for one statement of PostgreSQL, null: as long as it takes; 30 s unless said. */
  readonly statementMs?: number | null;
}
