// What every kind of registry looks like to the catalog: a generation to compare, and a crawl in pages.

import type { Attachment } from '../model/attachment.ts';
import type { PackedNodes } from '../model/packed-nodes.ts';

/** The answer to one small request: has anything changed since? */
export interface RegistryInfo {
  /** Changes with any change; null where the registry has none, and every refresh is a full crawl. */
  readonly generation: string | null;
}

/**
 * In place of a node that could not be read at all, such as a line that is not JSON: ingest quarantines it, so that
 * nothing is lost without a trace.
 */
export class MalformedNode {
  /** Which one it was, as far as is known: `line 12`, a repository. */
  readonly subject: string;
  /** What was wrong with it, in our words. */
  readonly reason: string;
  /** What did arrive of it, unproven: whatever else has its repository and digest is then not the whole truth. */
  readonly node: unknown;

  /** `node`: null, by default, where nothing of it arrived. */
  constructor(subject: string, reason: string, node: unknown = null) {
    this.subject = subject;
    this.reason = reason;
    this.node = node;
  }
}

/** What a registry lists and a crawl could not read yet. The next one goes on with it. */
export interface UnfinishedCrawl {
  /** When it may go on, in milliseconds since the epoch; null: at once. */
  readonly resumeAt: number | null;
}

/**
 * One page of a crawl. Nodes are unproven: ingest validates each alone. They have the shape of registry.graphql's Image,
 * or are a {@link MalformedNode}.
 */
export interface SourcePage {
  readonly nodes: readonly unknown[];
  readonly generation: string | null;
  /** The same nodes as text, of a source that is stored. */
  readonly packed?: PackedNodes;
  /** On the last page of a crawl that had to end before it had read every image, of a source that {@link Source.resumes}. */
  readonly unfinished?: UnfinishedCrawl;
}

/** Repositories of the last crawl that notifications named since: what refers to their images is asked for again. */
export interface NotifiedRepositories {
  readonly names: ReadonlySet<string>;
  /**
   * Whether the crawl gives the nodes of these alone. It then rejects where one of them cannot be listed, and leaves half of
   * the registry's request budget to other crawls.
   */
  readonly alone: boolean;
}

/**
 * Digests of what is attached to the image with this digest by which a trusted signer, or a revoked key, vouches for it: as
 * long as it is listed, it is read, whatever else is. Never throws.
 */
export type Vouching = (repository: string, digest: string) => ReadonlySet<string>;

export interface CrawlContext {
  /** Ends the crawl at its deadline, or when the gateway stops. */
  readonly signal: AbortSignal;
  /** Waits for what is the gateway's own, such as a turn: the crawl's deadline stands still meanwhile. */
  readonly uncounted?: (<T>(waiting: Promise<T>) => Promise<T>) | undefined;
  /**
   * Aborts when enough time was spent. A source that {@link Source.resumes} then gives what it has once it has listed the
   * registry, and says that the crawl is unfinished.
   */
  readonly enough?: AbortSignal | undefined;
  /** Left out: none. Only for a source that {@link Source.resumes}. */
  readonly notified?: NotifiedRepositories | undefined;
  /** Left out: nothing vouches for any image. */
  readonly vouching?: Vouching | undefined;
}

/** Where a registry is and how it is read: what was stored of another address, or made by another mapping, is not used. */
export interface StoredAs {
  readonly address: string;
  /** Counts up with each change of how nodes are made of what the registry says. */
  readonly mapping: number;
}

/** Attachments of one image that are asked for. */
export interface WantedAttachments {
  readonly repository: string;
  /** The image's. */
  readonly digest: string;
  /** The registry's own id of the image; null: it has none. */
  readonly upstreamId: string | null;
  readonly attachments: readonly string[];
  /** Bytes of one layer, and of all of one attachment; what is larger is passed over. Default: 1 MiB, and 4 MiB of all. */
  readonly maxBytes?: number;
  /** Whether layers of this media type, without parameters and in small letters, are wanted. Default: all are. */
  readonly isWanted?: (mediaType: string) => boolean;
}

/** By the digest by which it was asked for. */
export type FetchedAttachments = ReadonlyMap<string, Attachment | null>;

/**
 * A client for one registry. Its methods reject with a FederationError whose code is one of SOURCE_*,
 * CONTRACT_UNSUPPORTED, PAGE_STUCK, CIRCUIT_OPEN, RATE_LIMITED or CONFIG_INVALID, or with the reason of a
 * signal that has aborted; what the registry wrote is in its `cause`, for the log alone.
 */
export interface Source {
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  /** As what its crawls are stored; without it they are not, as those of a file beside the gateway. */
  readonly stored?: StoredAs;
  /**
   * For a source that keeps what it read by its digest, and goes on with it in the next crawl: milliseconds after which a
   * crawl that nobody waits for any more is given up.
   */
  readonly resumes?: { readonly deadline: number };
  /** The registry's generation, by one small request, or none where it has no generation. */
  info(context: CrawlContext): Promise<RegistryInfo>;
  /**
   * Attachments of an image, by their digests; left out: the registry has none. null: it cannot be one, whoever is asked. One
   * that could not be had now is not in it, as one that is listed and not there. Rejects where the registry is not to be
   * asked for more now.
   */
  readonly attachments?: (wanted: WantedAttachments, signal: AbortSignal) => Promise<FetchedAttachments>;
  /**
   * So many attachments of an image at most are asked for together: else those of strangers could leave no room for a
   * signature. Left out: all are.
   */
  readonly attachmentsTogether?: number;
  /** All images of the registry, in pages; begins when the first is asked for. */
  crawl(context: CrawlContext): AsyncIterable<SourcePage>;
  /** Ends what the source has of its own. Never rejects. */
  close(): Promise<void>;
}
