// Crawls that can be told apart by their number, in every node, in their facts, and in where their tags point.
import type { CrawlFacts, TaggedImage } from '../../src/store/store.ts';

const NODES = 1_500;

/** Two thirds of the nodes change from one crawl to the next, and their number does, too: crawls have one part or two. */
export const textsOf = (crawl: number): string[] =>
  Array.from({ length: NODES - (crawl % 3) * 400 }, (_, index) =>
    JSON.stringify(index % 3 === 0 ? { index } : { index, crawl }),
  );

export const factsOf = (crawl: number): CrawlFacts => ({
  generation: `g${crawl}`,
  crawledAt: crawl,
  checkedAt: crawl,
});

export const TAG = { repository: 'em/relion', tag: 'latest' } as const;

export const imagesOf = (crawl: number): TaggedImage[] => [
  { repository: TAG.repository, tags: [TAG.tag], digest: `sha256:${crawl}` },
];
