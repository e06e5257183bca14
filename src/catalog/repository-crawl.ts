// A snapshot in which some repositories are as a crawl of these alone found them: all of their records and of their
// quarantine are replaced, and no others.
import type { ImageRecord } from '../model/image.ts';
import type { CrawlResult } from './crawl.ts';
import { MAX_LISTED } from './ingest/quarantine.ts';
import type { Snapshot } from './snapshot.ts';
import { byCodeUnits } from './sorted.ts';

/**
 * The content of the snapshot after the crawl of these repositories. Records of other repositories in the crawl are left
 * out. What is quarantined but not listed stays counted until the next whole crawl.
 */
export function withRepositories(
  snapshot: Pick<Snapshot, 'records' | 'quarantined' | 'quarantinedCount'>,
  crawlResult: Pick<CrawlResult, 'records' | 'quarantine'>,
  repositories: ReadonlySet<string>,
): Pick<CrawlResult, 'records' | 'quarantine'> {
  const isReplaced = ({ repository }: { readonly repository: string | null }) =>
    repository !== null && repositories.has(repository);
  const kept = snapshot.quarantined.filter((entry) => !isReplaced(entry));
  const { listed, count } = crawlResult.quarantine;
  return {
    records: [
      ...snapshot.records.filter((record) => !isReplaced(record)),
      ...crawlResult.records.filter(isReplaced),
    ].sort(byId),
    quarantine: {
      listed: [...kept, ...listed].slice(0, MAX_LISTED),
      count: snapshot.quarantinedCount - (snapshot.quarantined.length - kept.length) + count,
    },
  };
}

const byId = (one: ImageRecord, other: ImageRecord): number => byCodeUnits(one.id, other.id);
