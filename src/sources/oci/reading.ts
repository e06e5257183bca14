// How documents are read in one crawl.
import type { CrawlContext } from '../source.ts';

export interface Reading extends CrawlContext {
  readonly facility: string;
  /** Names of the labels that policies read, which are never dropped. */
  readonly policyLabels: ReadonlySet<string>;
  /** Manifests of one image at most. */
  readonly maxManifests: number;
  /** Resolves at once, or in a later turn of the event loop where this one is over. */
  rest(): Promise<void>;
}
