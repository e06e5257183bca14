// A snapshot in which some repositories are as a crawl of these alone found them: all of their records and of their
// quarantine are replaced, and no others.
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../model/sorted.ts';
import type { SnapshotContent } from './hashed-snapshot.ts';
import { MAX_LISTED } from './ingest/quarantine.ts';
import type { Snapshot } from './snapshot.ts';

type Content = Pick<SnapshotContent, 'records' | 'quarantine'>;

/**
 * The content of the snapshot after the crawl of these repositories, ordered by id, with {@link MAX_LISTED} (1,000) listed
 * entries of its quarantine at most; records of others in the crawl are left out. Where more is quarantined than is listed,
 * its count stays until the next whole crawl: nobody knows of which repositories the rest is. Rests where `pace` is due, and
 * never rejects.
 */
export async function withRepositories(
  snapshot: Pick<Snapshot, 'records' | 'quarantined' | 'quarantinedCount'>,
  crawlResult: Content,
  repositories: ReadonlySet<string>,
  pace: Pace,
): Promise<Content> {
  const isReplaced = ({ repository }: { readonly repository: string | null }) =>
    repository !== null && repositories.has(repository);
  const records: ImageRecord[] = [];
  await paced(snapshot.records, pace, (record) => {
    if (!isReplaced(record)) records.push(record);
  });
  const fresh = crawlResult.records.filter(isReplaced);
  const kept = snapshot.quarantined.filter((entry) => !isReplaced(entry));
  const { listed, count } = crawlResult.quarantine;
  const isWhole = snapshot.quarantinedCount === snapshot.quarantined.length;
  return {
    records: await sortedInTurns([...records, ...fresh], pace, byId),
    quarantine: {
      listed: [...kept, ...listed].slice(0, MAX_LISTED),
      count: isWhole ? kept.length + count : snapshot.quarantinedCount,
    },
  };
}

const byId = (one: ImageRecord, other: ImageRecord): number => byCodeUnits(one.id, other.id);
