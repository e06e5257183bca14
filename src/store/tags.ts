// Tag history: one span for each digest that a tag pointed to, or for the time in which it was gone. Compared in each
// commit of a crawl with what was open before.
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';
import type { TagHistory, TagPointer } from './store.ts';

/** Spans of one tag; beyond them the oldest go. */
export const MAX_SPANS = 100;

/** Closed spans of one registry; beyond them the oldest go. */
export const MAX_REGISTRY_SPANS = 500_000;

const ROWS = 250;

/** Brings the open spans of a registry in line with where its tags point at a time. */
export async function recordTags(
  db: Kysely<Schema>,
  registryId: number,
  pointers: Iterable<TagPointer>,
  at: number,
): Promise<void> {
  const now = pointersOf(pointers);
  const open = await db
    .selectFrom('tag')
    .select(['id', 'repository', 'tag', 'digest', 'since'])
    .where('registry_id', '=', registryId)
    .where('until', 'is', null)
    .execute();
  const closed = new Map<number, number[]>();
  const begun: (Omit<TagPointer, 'digest'> & { readonly digest: string | null; readonly since: number })[] =
    [];
  for (const { id, repository, tag, digest, since: before } of open) {
    const pointer = now.get(nameOf(repository, tag));
    now.delete(nameOf(repository, tag));
    const next = pointer === undefined ? null : pointer.digest;
    // Twice in one crawl: nobody knows where it points, so nothing is said to have changed.
    if (next === AMBIGUOUS || next === digest) continue;
    // The clock may have been set back since: no span ends before it begins.
    const since = Math.max(at, before);
    const ids = closed.get(since) ?? [];
    if (ids.push(id) === 1) closed.set(since, ids);
    begun.push({ repository, tag, digest: next, since });
  }
  for (const { repository, tag, digest } of now.values()) {
    if (digest !== AMBIGUOUS) begun.push({ repository, tag, digest, since: at });
  }
  for (const [until, ids] of closed) {
    for (let start = 0; start < ids.length; start += ROWS) {
      await db
        .updateTable('tag')
        .set({ until })
        .where('id', 'in', ids.slice(start, start + ROWS))
        .execute();
    }
  }
  for (let start = 0; start < begun.length; start += ROWS) {
    const rows = begun
      .slice(start, start + ROWS)
      .map((span) => ({ registry_id: registryId, ...span, until: null }));
    await db.insertInto('tag').values(rows).execute();
  }
  if (closed.size > 0) await bound(db, registryId);
}

/** A digest has a colon: this is none. */
const AMBIGUOUS = '';

function pointersOf(pointing: Iterable<TagPointer>): Map<string, TagPointer> {
  const pointers = new Map<string, TagPointer>();
  for (const pointer of pointing) {
    const name = nameOf(pointer.repository, pointer.tag);
    const other = pointers.get(name);
    const isTwice = other !== undefined && other.digest !== pointer.digest;
    pointers.set(name, isTwice ? { ...pointer, digest: AMBIGUOUS } : pointer);
  }
  return pointers;
}

const nameOf = (repository: string, tag: string): string => `${repository}\n${tag}`;

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
        .limit(MAX_SPANS)
        .execute(),
  };
}
