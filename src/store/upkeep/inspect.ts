// The store as its operator looks at it: beside the gateway that has it, and without a change of anything.

import type { StorePlace } from '../engine/engine.ts';
import { openEngineToRead } from '../engine/open-engine.ts';
import { using } from '../open.ts';
import { createSeal } from '../seal.ts';
import type { StoreInfo } from '../store.ts';
import { checkStore, type StoreCheck } from './check.ts';
import { storeInfo } from './info.ts';

/**
 * What is in the store, as {@link storeInfo} gives it: bytes, and times in milliseconds since the epoch. Rejects with
 * STORE_UNAVAILABLE or STORE_DAMAGED where it cannot be read, and with STORE_NEWER.
 */
export const inspectStore = (place: StorePlace): Promise<StoreInfo> =>
  using(place, openEngineToRead(place), storeInfo);

/**
 * Reads back everything that the store has, by {@link checkStore}. What the engine cannot read to its end is a finding.
 * Rejects with STORE_UNAVAILABLE where the store cannot be opened or read at all, and with STORE_NEWER.
 *
 * @param secret `federation.secret`, 32 bytes or more
 */
export const readBack = (place: StorePlace, secret: Uint8Array): Promise<StoreCheck> =>
  using(place, openEngineToRead(place), (engine) => checkStore(engine, place, createSeal(secret)));
