// Registries that serve images by the OCI distribution specification, whatever the kind by which they list them.
import type { Source } from '../source.ts';
import { fetchAttachments, TOGETHER } from './attachments.ts';
import { crawlOci, type OciCrawl } from './crawl.ts';

/** Counts up with each change of how nodes are made of what a registry says. */
const MAPPING = 4;

/** Milliseconds in which a registry is listed, whoever waits: thousands of repositories, of a registry that is slow. */
const CRAWL_MS = 3_600_000;

export interface OciSourceOptions extends OciCrawl {
  /** The kind of registry, as federation.yaml names it. */
  readonly kind: string;
  /** The registry's root. */
  readonly url: string;
}

/**
 * A source that has no generation: each refresh asks for the list of tags of each repository and where each
 * tag points that the list does not say, and for documents alone that are not known. It does not own its
 * client. Asks nobody yet; `info` never rejects, and `crawl` rejects as {@link crawlOci} does, `attachments`
 * as {@link fetchAttachments}. A crawl that nobody waits for is given up after 3,600,000 ms.
 */
export function createOciSource({ kind, url, ...crawl }: OciSourceOptions): Source {
  return {
    facility: crawl.facility,
    registry: crawl.registry,
    kind,
    stored: { address: url, mapping: MAPPING },
    resumes: { deadline: CRAWL_MS },
    async info() {
      return { generation: null };
    },
    crawl: (context) => crawlOci(crawl, context),
    attachments: (wanted, signal) => fetchAttachments(crawl, wanted, signal),
    attachmentsTogether: TOGETHER,
    async close() {},
  };
}
