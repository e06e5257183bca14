// A snapshot in which some repositories are as a crawl of these alone found them: all of their records and of their
// quarantine are replaced, and no others.
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { CrawlResult } from './crawl.ts';
import { MAX_LISTED } from './ingest/quarantine.ts';
import type { Snapshot } from './snapshot.ts';
import { byCodeUnits, sortedInTurns } from './sorted.ts';

/** What a snapshot is made of, and what it does not have any more. */
export interface ReplacedContent extends Pick<CrawlResult, 'records' | 'quarantine'> {
  /** Ids of records that were in the snapshot. */
  readonly withdrawn: readonly string[];
}

/**
 * The content of the snapshot after the crawl of these repositories, ordered by id, with {@link MAX_LISTED} (1,000) listed
 * entries of its quarantine at most; records of others in the crawl are left out. Where more is quarantined than is listed,
 * its count stays until the next whole crawl: nobody knows of which repositories the rest is. Rests where `pace` is due, and
 * never rejects.
 */
export async function withRepositories(
  snapshot: Pick<Snapshot, 'records' | 'quarantined' | 'quarantinedCount'>,
  crawlResult: Pick<CrawlResult, 'records' | 'quarantine'>,
  repositories: ReadonlySet<string>,
  pace: Pace,
): Promise<ReplacedContent> {
  const isReplaced = ({ repository }: { readonly repository: string | null }) =>
    repository !== null && repositories.has(repository);
  const records: ImageRecord[] = [];
  const before: string[] = [];
  await paced(snapshot.records, pace, (record) => {
    if (isReplaced(record)) before.push(record.id);
    else records.push(record);
  });
  const fresh = crawlResult.records.filter(isReplaced);
  const ids = new Set(fresh.map(({ id }) => id));
  const kept = snapshot.quarantined.filter((entry) => !isReplaced(entry));
  const { listed, count } = crawlResult.quarantine;
  const isWhole = snapshot.quarantinedCount === snapshot.quarantined.length;
  return {
    records: await sortedInTurns([...records, ...fresh], pace, byId),
    quarantine: {
      listed: [...kept, ...listed].slice(0, MAX_LISTED),
      count: isWhole ? kept.length + count : snapshot.quarantinedCount,
    },
    withdrawn: before.filter((id) => !ids.has(id)),
  };
}

const byId = (one: ImageRecord, other: ImageRecord): number => byCodeUnits(one.id, other.id);
