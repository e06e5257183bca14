// Histories of tags for tests: from the store's own tables, by crawls at given times.
import { preparing } from '../../src/model/pace.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, TagHistory, TagPointer, TagSpan } from '../../src/store/store.ts';
import { writePointers } from '../../src/store/tag-pointers.ts';

/** Where the tags of one registry pointed at a time. */
export interface TagCrawl {
  readonly facility: string;
  readonly registry: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pointers: readonly TagPointer[];
}

/** A store in a file of its own; close it. */
export async function storeOfTags(path: string, crawls: readonly TagCrawl[]): Promise<Store> {
  const store = await openStore({ place: { kind: 'sqlite', path }, secret: Buffer.alloc(32, 7) });
  for (const { facility, registry, at, pointers } of crawls) {
    const key = { facility, registry, kind: 'graphql', address: 'http://127.0.0.1:1/', mapping: 1 };
    const facts = { generation: null, crawledAt: at, checkedAt: at };
    await store.crawls.commit(key, facts, Buffer.alloc(0), await writePointers(pointers, preparing));
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
    tag: async ({ facility, registry }, repository, tag) => {
      const name = `${facility}/${registry}/${repository}:${tag}`;
      asked.push(name);
      return known[name] ?? [];
    },
  };
}
