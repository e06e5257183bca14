// Histories of tags for tests: from the store's own tables, by crawls at given times.
import { preparing } from '../../src/model/pace.ts';
import type { HistoryBounds } from '../../src/store/history/history-bounds.ts';
import { writeTagged } from '../../src/store/history/tagged-images.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, TaggedImage, TagHistory, TagSpan } from '../../src/store/store.ts';

/** Which images one registry had at a time, with which tags. */
export interface TagCrawl {
  readonly facility: string;
  readonly registry: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly images: readonly TaggedImage[];
}

/** A store in a file of its own; close it. `now`: as {@link openStore} has it. */
export async function storeOfTags(
  path: string,
  crawls: readonly TagCrawl[],
  bounds: HistoryBounds,
  now: number,
): Promise<Store> {
  const place = { kind: 'sqlite', path } as const;
  const store = await openStore({ place, secret: Buffer.alloc(32, 7), bounds, now: () => now });
  for (const { facility, registry, at, images } of crawls) {
    const key = { facility, registry, kind: 'graphql', address: 'http://127.0.0.1:1/', mapping: 1 };
    const facts = { generation: null, crawledAt: at, checkedAt: at };
    await store.crawls.commit(key, facts, Buffer.alloc(0), await writeTagged(images, preparing));
  }
  return store;
}

/** A history with these spans of `<facility>/<registry>/<repository>:<tag>`, and what was asked of it. */
export function historyOf(
  known: Readonly<Record<string, readonly TagSpan[]>>,
): TagHistory & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    tags: async ({ facility, registry }, repository, tags) =>
      tags.flatMap((tag) => {
        const name = `${facility}/${registry}/${repository}:${tag}`;
        asked.push(name);
        return (known[name] ?? []).map((span) => ({ tag, ...span }));
      }),
  };
}
