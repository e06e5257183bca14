// Reports of one registry for the operator: its progress at the start, and a log line when something is new.
import type { Logger } from 'pino';
import { FederationError } from '../model/errors.ts';
import { failureOf, type SourceFailure } from '../model/outcome.ts';
import type { RegistryPlace } from '../store/store.ts';
import type { CrawlResult } from './crawl.ts';
import type { RegistryAddress } from './ids.ts';

/** The progress of one registry's refresh. */
export interface Progress {
  readonly facility: string;
  readonly registry: string;
  readonly phase: 'crawling' | 'done' | 'failed';
  /** Records so far, or in the present snapshot. */
  readonly records: number;
  readonly failure: SourceFailure | null;
  /** Milliseconds; null while it is under way. */
  readonly tookMs: number | null;
}

export interface RefreshLog {
  /** A crawl is under way: so many records so far. */
  crawling(records: number): void;
  /** A crawl ended: what was left out, and what it found strange. */
  crawled(crawlResult: CrawlResult): void;
  /** What the store has of the registry cannot be used; the registry is crawled instead. */
  notRestored(error: unknown): void;
  /** Another gateway stores the registry as it reads it. */
  storedAs(place: RegistryPlace): void;
  /** A refresh ended, with so many records in use, after `tookMs` milliseconds; `failure` null: it did not fail. */
  done(records: number, tookMs: number, failure: SourceFailure | null, error: unknown): void;
  /** Signatures of so many images could not be fetched, or what was found not be used; null: nothing else failed. */
  doubted(images: number, failure: unknown): void;
  /** As `doubted`, of SBOMs. */
  unread(images: number, failure: unknown): void;
  /** Repositories that notifications named were asked again; undefined: nothing failed. */
  repositories(count: number, error: unknown): void;
}

/**
 * A log of one registry's refreshes, which writes to a child of `parent` with facility and registry; what a crawl finds
 * again is logged once. An error thrown by `onProgress` (by default nothing is called) is logged and ends nothing: its methods
 * never throw. Times are in milliseconds.
 */
export function createRefreshLog(
  { facility, registry }: RegistryAddress,
  parent: Logger,
  onProgress: (progress: Progress) => void = () => undefined,
): RefreshLog {
  const logger = parent.child({ facility, registry });
  const said = new Map<string, string>();

  /** A crawl every few minutes finds the same as the last one: it is logged once. */
  function isNews(topic: string, fact: unknown): boolean {
    const text = JSON.stringify(fact);
    if (said.get(topic) === text) return false;
    said.set(topic, text);
    return true;
  }

  function report(progress: Omit<Progress, 'facility' | 'registry'>): void {
    try {
      onProgress({ facility, registry, ...progress });
    } catch (error) {
      // An observer must not end what it observes.
      logger.error({ err: error }, 'progress could not be reported');
    }
  }

  return {
    crawling(records) {
      report({ phase: 'crawling', records, failure: null, tookMs: null });
    },
    crawled({ quarantine, unmatchedRules, labelProblems, fault }) {
      const { count, listed } = quarantine;
      if (isNews('quarantine', count) && count > 0) {
        logger.warn({ quarantined: count, first: listed[0] }, 'records are quarantined');
      }
      if (isNews('rules', unmatchedRules) && unmatchedRules.length > 0) {
        logger.warn({ match: unmatchedRules }, 'entries of repositories[] match nothing in this registry');
      }
      if (isNews('labels', labelProblems.count) && labelProblems.count > 0) {
        logger.info(labelProblems, 'labels cannot be read');
      }
      if (fault !== undefined)
        logger.error({ err: fault }, 'a record could not be ingested: a fault of panfed');
    },
    notRestored(error) {
      // The store has said so itself, once for all registries.
      if (error instanceof FederationError && error.code.startsWith('STORE_')) return;
      logger.warn({ err: error }, 'registry could not be restored from the store');
    },
    doubted(images, failure) {
      if (!isNews('doubted', [images, failure === null ? null : failureOf(failure).code])) return;
      const facts = failure === null ? { images } : { images, err: failure };
      logger.warn(facts, 'signatures could not be fetched or judged; it is tried again');
    },
    unread(images, failure) {
      if (!isNews('unread', [images, failure === null ? null : failureOf(failure).code])) return;
      const facts = failure === null ? { images } : { images, err: failure };
      logger.warn(facts, 'SBOMs could not be fetched or read; it is tried again');
    },
    storedAs(place) {
      if (!isNews('stored as', place)) return;
      logger.warn(
        place,
        `another gateway stores this registry as ${place.kind} at ${place.address} (mapping ${place.mapping}): one store keeps one`,
      );
    },
    done(records, tookMs, failure, error) {
      const phase = failure === null ? 'done' : 'failed';
      report({ phase, records, failure, tookMs });
      if (failure === null) logger.debug({ records, tookMs }, 'registry refreshed');
      else if (error === undefined) logger.info({ code: failure.code, records, tookMs }, failure.message);
      else logger.warn({ code: failure.code, tookMs, err: error }, 'registry could not be refreshed');
    },
    repositories(count, error) {
      const { code } = failureOf(error);
      if (error === undefined) logger.debug({ repositories: count }, 'notified repositories refreshed');
      else logger.warn({ code, repositories: count, err: error }, 'notified repositories stay as they were');
    },
  };
}
