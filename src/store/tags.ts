// Tag history: one span for each digest that a tag pointed to, or for the time in which it was gone. Compared in each
// commit of a crawl with what was open before. A registry may give a tag to several digests at once: each has its span,
// whatever the others are, so that those who may not see one of them see the others as if it were not there.
import { type Kysely, sql } from 'kysely';
import { chunksOf } from './chunks.ts';
import type { Schema } from './schema.ts';
import type { TagHistory, TagPointer } from './store.ts';

/** Spans of one tag; beyond them the oldest go. */
export const MAX_SPANS = 100;

/** Digests that one tag points to at once; of more, the first in their order. */
export const MAX_AT_ONCE = 100;

/** Closed spans of one registry; beyond them the oldest go. */
export const MAX_REGISTRY_SPANS = 500_000;

/** Brings the open spans of a registry in line with where its tags point at a time. */
export async function recordTags(
  db: Kysely<Schema>,
  registryId: number,
  pointers: Iterable<TagPointer>,
  at: number,
): Promise<void> {
  const { begun: next, names } = pointersOf(pointers);
  const open = await db
    .selectFrom('tag')
    .select(['id', 'repository', 'tag', 'digest', 'since'])
    .where('registry_id', '=', registryId)
    .where('until', 'is', null)
    .execute();
  const closed = new Map<number, number[]>();
  const gone = new Map<string, Omit<TagPointer, 'digest'> & { readonly since: number }>();
  /** When the spans begin that take the place of others of their tag. */
  const after = new Map<string, number>();
  for (const { id, repository, tag, digest, since: before } of open) {
    const name = nameOf(repository, tag);
    const isPointed = names.has(name);
    const isSame = digest === null ? !isPointed : next.delete(spanOf(name, digest));
    if (isSame) continue;
    // The clock may have been set back since: no span ends before it begins.
    const since = Math.max(at, before);
    after.set(name, Math.max(since, after.get(name) ?? at));
    const ids = closed.get(since) ?? [];
    if (ids.push(id) === 1) closed.set(since, ids);
    if (!isPointed) gone.set(name, { repository, tag, since });
  }
  const begun = [
    ...[...next.values()].map((pointer) => ({
      ...pointer,
      since: after.get(nameOf(pointer.repository, pointer.tag)) ?? at,
    })),
    ...[...gone.values()].map((name) => ({ ...name, digest: null })),
  ];
  for (const [until, ids] of closed) {
    for (const some of chunksOf(ids)) {
      await db.updateTable('tag').set({ until }).where('id', 'in', some).execute();
    }
  }
  for (const some of chunksOf(begun)) {
    const rows = some.map((span) => ({ registry_id: registryId, ...span, until: null }));
    await db.insertInto('tag').values(rows).execute();
  }
  if (closed.size > 0) await bound(db, registryId);
}

/** The pointers, each once, by tag and digest, and how many digests each tag points to. */
function pointersOf(pointers: Iterable<TagPointer>) {
  const begun = new Map<string, TagPointer>();
  const names = new Map<string, number>();
  for (const pointer of pointers) {
    const name = nameOf(pointer.repository, pointer.tag);
    const span = spanOf(name, pointer.digest);
    if (begun.has(span)) continue;
    begun.set(span, pointer);
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  if ([...names.values()].some((digests) => digests > MAX_AT_ONCE)) leaveOut(begun);
  return { begun, names };
}

/** Leaves out what is beyond the bound, in the order of digests, so that the next crawl leaves out the same. */
function leaveOut(begun: Map<string, TagPointer>): void {
  const counts = new Map<string, number>();
  for (const [span, { repository, tag }] of [...begun].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = nameOf(repository, tag);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count > MAX_AT_ONCE) begun.delete(span);
  }
}

const nameOf = (repository: string, tag: string): string => `${repository}\n${tag}`;

const spanOf = (name: string, digest: string): string => `${name}\n${digest}`;

/** Removes the oldest spans beyond the bounds, of each tag and of the whole registry. */
async function bound(db: Kysely<Schema>, registryId: number): Promise<void> {
  await sql`
    DELETE FROM tag WHERE id IN (
      SELECT id FROM (
        SELECT id, until, row_number() OVER (PARTITION BY repository, tag ORDER BY since DESC, id DESC) AS place,
          row_number() OVER (ORDER BY until IS NULL DESC, since DESC, id DESC) AS of_all,
          sum(CASE WHEN until IS NULL THEN 1 ELSE 0 END) OVER () AS open
        FROM tag WHERE registry_id = ${registryId}
      ) AS spans
      WHERE until IS NOT NULL AND (place > ${MAX_SPANS} OR of_all > open + ${MAX_REGISTRY_SPANS})
    )`.execute(db);
}

export function createTagHistory(db: Kysely<Schema>): TagHistory {
  return {
    tag: ({ facility, registry }, repository, tag) =>
      db
        .selectFrom('tag')
        .innerJoin('registry', 'registry.id', 'tag.registry_id')
        .select(['tag.digest', 'tag.since', 'tag.until'])
        .where('registry.facility', '=', facility)
        .where('registry.registry', '=', registry)
        .where('tag.repository', '=', repository)
        .where('tag.tag', '=', tag)
        .orderBy('tag.since', 'desc')
        .orderBy('tag.id', 'desc')
        .limit(MAX_SPANS + MAX_AT_ONCE)
        .execute(),
  };
}
