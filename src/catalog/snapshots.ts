// Harvests → snapshots that never change. The same content is the same snapshot, object and serial, so that what was
// computed for it (classes, bitsets, indexes) stays valid.
import { createHash } from 'node:crypto';
import { type Pace, paced } from '../model/pace.ts';
import type { Snapshot } from './catalog.ts';
import type { Harvest } from './crawl.ts';
import type { Place } from './ids.ts';

/** A snapshot and the hash of what is in it. */
export interface Held {
  readonly snapshot: Snapshot;
  readonly content: string;
}

/** Counts the snapshots of one process. */
let serials = 0;

/** The previous one if nothing of its content changed, whatever its generation, else a new one. */
export async function holdHarvest(
  harvest: Harvest,
  place: Place,
  crawledAt: number,
  previous: Held | null,
  pace: Pace,
): Promise<Held> {
  const content = await contentOf(harvest, pace);
  if (previous?.content === content) return previous;
  serials += 1;
  const snapshot: Snapshot = Object.freeze({
    serial: serials,
    facility: place.facility,
    registry: place.registry,
    generation: harvest.generation,
    records: Object.freeze(harvest.records),
    quarantined: Object.freeze(harvest.quarantine.listed),
    quarantinedCount: harvest.quarantine.count,
    crawledAt,
  });
  return { snapshot, content };
}

/** Records are in the order of ids, and their lists are sorted: equal content has equal bytes. */
async function contentOf(harvest: Harvest, pace: Pace): Promise<string> {
  const hash = createHash('sha256');
  await paced(harvest.records, pace, (record) => hash.update(JSON.stringify(record)));
  return hash.update(JSON.stringify(harvest.quarantine)).digest('base64');
}
