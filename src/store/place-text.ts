// Where a store is, for people. By itself, for it takes PostgreSQL's client, which a gateway loads in the store's thread.
import pg from 'pg';
import type { StorePlace } from './engine.ts';

/** Where it is, for people: of PostgreSQL's address without password and parameters, which may have one too. */
export function placeText(place: StorePlace): string {
  if (place.kind === 'sqlite') return place.path;
  const unreadable = 'PostgreSQL, at an address that cannot be read';
  // pg makes an address of anything else, too, by whichever part of it.
  if (!/^postgres(?:ql)?:\/\//.test(place.url)) return unreadable;
  try {
    // As the connection reads it, with what it takes from PGHOST and its like.
    const { user, host, port, database } = new pg.Client({ connectionString: place.url });
    return `postgres://${user ?? ''}@${host}:${port}/${database ?? ''}`;
  } catch {
    return unreadable;
  }
}
