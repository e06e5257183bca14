// One crawl of one registry: pages → valid records and quarantine, all of one generation. If the generation changes
// during the crawl it starts again, at most three times.
import type { RepositoryRule } from '../config/repository.ts';
import { FederationError } from '../model/errors.ts';
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { LabelProblem } from '../sources/labels.ts';
import { pack } from '../sources/parsed.ts';
import type {
  NotifiedRepositories,
  Source,
  SourcePage,
  UnfinishedCrawl,
  Vouching,
} from '../sources/source.ts';
import type { TrustSettings } from '../trust/settings.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Deadline } from './deadline.ts';
import type { RegistryAddress } from './ids.ts';
import { ingest } from './ingest/ingest.ts';
import { createMerge } from './ingest/merge.ts';
import { MAX_LISTED, type Quarantine } from './ingest/quarantine.ts';
import { repositoryRules } from './ingest/rules.ts';
import type { Recorder, Recording } from './recorder.ts';
import type { Quarantined } from './snapshot.ts';

/** Maximum number of restarts of a crawl because the registry changed during it. */
export const MAX_RESTARTS = 3;

export interface CrawlJob {
  readonly source: Source;
  readonly place: RegistryAddress;
  readonly rules: readonly RepositoryRule[];
  readonly vocabulary: Vocabulary;
  readonly trustSettings: TrustSettings;
  /** Maximum number of records of one registry. */
  readonly maxRecords: number;
  readonly pace: Pace;
  readonly deadline: Deadline;
  /** Aborts when enough time was spent: see `CrawlContext`. */
  readonly enough?: AbortSignal | undefined;
  /** See `CrawlContext`. */
  readonly notified?: NotifiedRepositories | undefined;
  /** See `CrawlContext`. */
  readonly vouching?: Vouching | undefined;
  /** Where the crawl is stored as it comes; without it, or with null, it is not. */
  readonly recorder?: Pick<Recorder, 'begin'> | null;
  /** Called after each page with the number of records so far. */
  readonly onPage: (records: number) => void;
}

export interface CrawlResult {
  readonly generation: string | null;
  /** Ordered by id. */
  readonly records: readonly ImageRecord[];
  readonly quarantine: Quarantine;
  /** Patterns of `repositories[]` that matched nothing; none of a crawl that is unfinished. */
  readonly unmatchedRules: readonly string[];
  /** Labels that could not be read: how many, and the first. */
  readonly labelProblems: { readonly count: number; readonly first: LabelProblem | null };
  /** The recording of what the registry said, to be committed; null: it is not stored. */
  readonly recording: Recording | null;
  /** null: every image that the registry lists was read. */
  readonly unfinished: UnfinishedCrawl | null;
  /** The first fault of panfed itself that lost a record; undefined if there was none. */
  readonly fault: unknown;
}

/**
 * Crawls a registry until its deadline, again if its generation changes meanwhile, {@link MAX_RESTARTS} times at most.
 * Rejects with GENERATION_UNSTABLE if it changes once more, with SOURCE_TOO_LARGE beyond `maxRecords` records, with the
 * reason of the deadline's signal, or as {@link Source} does.
 */
export async function crawl(job: CrawlJob): Promise<CrawlResult> {
  for (let attempt = 0; attempt <= MAX_RESTARTS; attempt += 1) {
    const crawlResult = await crawlOnce(job);
    if (crawlResult !== null) return crawlResult;
  }
  throw new FederationError(
    'GENERATION_UNSTABLE',
    `the registry changed during each of ${MAX_RESTARTS + 1} crawls`,
  );
}

/** null: the generation changed between two pages. */
async function crawlOnce(job: CrawlJob): Promise<CrawlResult | null> {
  const rules = repositoryRules(job.rules);
  const context = { place: job.place, rules, vocabulary: job.vocabulary, trustSettings: job.trustSettings };
  const merge = createMerge();
  const recording = job.recorder?.begin() ?? null;
  const listed: Quarantined[] = [];
  let quarantinedCount = 0;
  let problemCount = 0;
  let firstProblem: LabelProblem | null = null;
  let fault: unknown;
  let generation: string | null | undefined;
  let unfinished: UnfinishedCrawl | null = null;

  const refuse = (entry: Quarantined) => {
    quarantinedCount += 1;
    if (listed.length < MAX_LISTED) listed.push(entry);
  };
  const take = (node: unknown) => {
    const result = ingest(node, context);
    if ('quarantined' in result) {
      refuse(result.quarantined);
      for (const id of result.ids) merge.doubt(id);
      fault ??= result.cause;
      return;
    }
    for (const record of result.records) merge.add(record);
    problemCount += result.problems.length;
    firstProblem ??= result.problems[0] ?? null;
  };

  const { signal, uncounted } = job.deadline;
  const { enough, notified, vouching } = job;
  for await (const page of inTime(
    job.source.crawl({ signal, uncounted, enough, notified, vouching }),
    job.deadline,
  )) {
    if (generation === undefined) generation = page.generation;
    if (page.generation !== generation) return null;
    if (recording !== null) recording.add(page.packed ?? pack(page.nodes));
    await paced(page.nodes, job.pace, take);
    signal.throwIfAborted();
    refuseTooMany(merge.size + Math.max(quarantinedCount, merge.doubts), job.maxRecords);
    unfinished = page.unfinished ?? unfinished;
    job.onPage(merge.size);
  }

  const merged = await merge.finish(job.pace);
  merged.quarantined.forEach(refuse);
  return {
    generation: generation ?? null,
    records: merged.records,
    quarantine: { listed, count: quarantinedCount },
    unmatchedRules: unfinished === null ? rules.unmatched() : [],
    labelProblems: { count: problemCount, first: firstProblem },
    recording,
    unfinished,
    fault,
  };
}

/**
 * Throws SOURCE_TOO_LARGE beyond `max` records (`limits.records`). A source bounds its entries; but an entry without a digest
 * becomes one record for each tag, or as many doubts.
 */
export function refuseTooMany(records: number, max: number): void {
  if (records <= max) return;
  throw new FederationError('SOURCE_TOO_LARGE', `more than ${max} records`, {
    hint: 'Raise limits.records if the registry is meant to be that large.',
  });
}

/** The pages until the deadline, also from a source that does not observe its signal. */
async function* inTime(pages: AsyncIterable<SourcePage>, deadline: Deadline): AsyncGenerator<SourcePage> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await deadline.awaiting(iterator.next());
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not awaited: a source that hangs would block the crawl.
    iterator.return?.().catch(() => undefined);
  }
}
