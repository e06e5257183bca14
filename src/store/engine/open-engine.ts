// Opens the store's engine, which is loaded where it is used alone.
import type { Engine, EngineOptions, StorePlace } from './engine.ts';

/**
 * PostgreSQL's client takes PGPASSWORD, PGOPTIONS and their like from the process, of which the gateway's thread has none:
 * a command beside it would use another schema or session.
 */
function postgres() {
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];
  return import('./postgres.ts');
}

/**
 * Opens the engine for writing, SQLite's alone, with a file that is made where there is none. Rejects as
 * {@link openSqlite} does; PostgreSQL is not reached before it is used. `options` are for PostgreSQL: a
 * statement has 30 s unless said. For PostgreSQL the variables of this process that begin with `PG` are
 * removed, so that its client takes nothing of them.
 */
export async function openEngine(place: StorePlace, options: EngineOptions = {}): Promise<Engine> {
  if (place.kind === 'sqlite') return (await import('./sqlite.ts')).openSqlite(place.path);
  return (await postgres()).openPostgres(place.url, options);
}

/**
 * Opens the engine beside whoever has it: creates, locks and changes nothing. Rejects as {@link readSqlite}
 * does, with STORE_UNAVAILABLE where there is no SQLite file; PostgreSQL is not reached before it is used,
 * with 30 s for a statement. Removes variables of this process as {@link openEngine} does.
 */
export async function openEngineToRead(place: StorePlace): Promise<Engine> {
  if (place.kind === 'sqlite') return (await import('./sqlite.ts')).readSqlite(place.path);
  return (await postgres()).openPostgres(place.url, { readOnly: true });
}
