// Results of crawls → snapshots, which never change. Equal content gives the same snapshot, with the same object and
// serial, so that everything computed for it (classes, bitsets, indexes) stays valid.
import { createHash } from 'node:crypto';
import { type Pace, paced } from '../model/pace.ts';
import type { CrawlResult } from './crawl.ts';
import type { RegistryAddress } from './ids.ts';
import type { Snapshot } from './snapshot.ts';

/** A snapshot and the hash (SHA-256, base64) of its content. */
export interface HashedSnapshot {
  readonly snapshot: Snapshot;
  readonly content: string;
}

/** What a snapshot is made of. */
export type SnapshotContent = Pick<CrawlResult, 'generation' | 'records' | 'quarantine'>;

/** The number of snapshots made in this process. */
let serials = 0;

/** The serial of another snapshot. */
export function nextSerial(): number {
  serials += 1;
  return serials;
}

/**
 * The previous snapshot if its content is unchanged, whatever its generation and trust; else a new one, frozen, with the next
 * serial, whose lists are those of `crawlResult`, frozen too. `previous` null: there is none. `crawledAt`: milliseconds since
 * the epoch. Rests where `pace` is due, and never rejects.
 */
export async function hashedSnapshot(
  crawlResult: SnapshotContent,
  place: RegistryAddress,
  crawledAt: number,
  previous: HashedSnapshot | null,
  pace: Pace,
): Promise<HashedSnapshot> {
  const content = await contentOf(crawlResult, pace);
  if (previous?.content === content) return previous;
  const snapshot: Snapshot = Object.freeze({
    serial: nextSerial(),
    facility: place.facility,
    registry: place.registry,
    generation: crawlResult.generation,
    records: Object.freeze(crawlResult.records),
    quarantined: Object.freeze(crawlResult.quarantine.listed),
    quarantinedCount: crawlResult.quarantine.count,
    crawledAt,
  });
  return { snapshot, content };
}

/**
 * The hash of the content. Records are ordered by id, and their lists are sorted: equal content has equal bytes. What was found
 * of their signatures is not of the registry's content.
 */
async function contentOf(crawlResult: SnapshotContent, pace: Pace): Promise<string> {
  const hash = createHash('sha256');
  await paced(crawlResult.records, pace, (record) => hash.update(JSON.stringify({ ...record, trust: null })));
  return hash.update(JSON.stringify(crawlResult.quarantine)).digest('base64');
}
