// Where a store is, for people.
import { readStoreAddress } from '../config/store-address.ts';
import type { StorePlace } from './engine/engine.ts';

/** Where it is, for people: of PostgreSQL's address without password and parameters, which may have one too. */
export function placeText(place: StorePlace): string {
  if (place.kind === 'sqlite') return place.path;
  const address = readStoreAddress(place.url);
  if (address === null) return 'PostgreSQL, at an address that cannot be read';
  return `postgres://${address.user}@${address.host}:${address.port}/${address.database}`;
}
