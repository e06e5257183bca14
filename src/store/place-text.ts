// Where a store is, for people.
import { readStoreAddress } from '../config/store-address.ts';
import type { StorePlace } from './engine/engine.ts';

/**
 * Where it is, for people: the path of SQLite's file, or PostgreSQL's address without password and parameters, which may
 * have one too. A sentence without any of the address where that cannot be read; never throws.
 */
export function placeText(place: StorePlace): string {
  if (place.kind === 'sqlite') return place.path;
  const address = readStoreAddress(place.url);
  if (address === null) return 'PostgreSQL, at an address that cannot be read';
  return `postgres://${address.user}@${address.host}:${address.port}/${address.database}`;
}
