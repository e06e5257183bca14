// What somebody who can write a store may do to its history of tags, as the suite of forged histories has filled it.
import assert from 'node:assert/strict';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../src/store/schema/schema.ts';

export const REPOSITORY = 'em/relion';
export const OTHER = 'em/other';

const idOf = (facility: string, registry: string) =>
  sql<number>`(SELECT id FROM registry WHERE facility = ${facility} AND registry = ${registry})`;
export const imageOf = (facility: string, registry: string, repository: string) =>
  sql<number>`(SELECT id FROM image WHERE registry_id = ${idOf(facility, registry)} AND repository = ${repository} AND digest = 'b')`;

/** The row that goes on, and the one that has ended. */
export const changeOpen = (db: Kysely<Schema>) =>
  db.updateTable('tag').where('tag', '=', 'latest').where('until', 'is', null);
const changeEnded = (db: Kysely<Schema>) =>
  db.updateTable('tag').where('tag', '=', 'latest').where('until', '=', 20);
export const changeImage = (db: Kysely<Schema>, digest: string) =>
  db
    .updateTable('image')
    .where('registry_id', '=', idOf('esrf', 'internal'))
    .where('repository', '=', REPOSITORY)
    .where('digest', '=', digest);

/** Gives one image what the row of another has, which is there for longer. */
async function copyImage(
  db: Kysely<Schema>,
  digest: string,
  [facility, registry, repository]: readonly [string, string, string],
): Promise<void> {
  const { mac, there_since } = await db
    .selectFrom('image')
    .select(['mac', 'there_since'])
    .where('registry_id', '=', idOf(facility, registry))
    .where('repository', '=', repository)
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  // 64 bits, which this connection gives as a text in PostgreSQL.
  assert.equal(Number(there_since), 10);
  await changeImage(db, 'b').set({ mac, there_since, kept_until: null }).execute();
}

export const FORGERIES: Record<string, (db: Kysely<Schema>) => Promise<unknown>> = {
  'an earlier beginning': (db) => changeOpen(db).set({ since: 5 }).execute(),
  'another end': (db) => changeEnded(db).set({ until: 15 }).execute(),
  'an end where there was none': (db) => changeOpen(db).set({ until: 25 }).execute(),
  'no end where there was one': (db) => changeEnded(db).set({ until: null }).execute(),
  'another tag': (db) => changeEnded(db).set({ tag: '4' }).execute(),
  'another digest of its image': (db) => changeImage(db, 'a').set({ digest: 'd' }).execute(),
  'another image': (db) =>
    changeEnded(db)
      .set({ image_id: imageOf('esrf', 'internal', REPOSITORY) })
      .execute(),
  'the image of another repository': (db) =>
    changeOpen(db)
      .set({ image_id: imageOf('esrf', 'internal', OTHER) })
      .execute(),
  'the image of another registry': (db) =>
    changeOpen(db)
      .set({ image_id: imageOf('esrf', 'other', REPOSITORY) })
      .execute(),
  'another repository': (db) => changeOpen(db).set({ repository: OTHER }).execute(),
  'another repository and its image': (db) =>
    changeOpen(db)
      .set({ repository: OTHER, image_id: imageOf('esrf', 'internal', OTHER) })
      .execute(),
  'another registry and its image': (db) =>
    changeOpen(db)
      .set({ registry_id: idOf('esrf', 'other'), image_id: imageOf('esrf', 'other', REPOSITORY) })
      .execute(),
  'another facility and its image': (db) =>
    changeOpen(db)
      .set({ registry_id: idOf('desy', 'internal'), image_id: imageOf('desy', 'internal', REPOSITORY) })
      .execute(),
  'an image that is there for longer': (db) => changeImage(db, 'b').set({ there_since: 1 }).execute(),
  'an image that is kept for longer': (db) => changeImage(db, 'c').set({ kept_until: 90 }).execute(),
  'an image that is kept for ever': (db) => changeImage(db, 'c').set({ kept_until: null }).execute(),
  'the times and the MAC of another image': (db) => copyImage(db, 'a', ['esrf', 'internal', REPOSITORY]),
  'the times and the MAC of an image in another repository': (db) =>
    copyImage(db, 'b', ['esrf', 'internal', OTHER]),
  'the times and the MAC of an image in another registry': (db) =>
    copyImage(db, 'b', ['esrf', 'other', REPOSITORY]),
  'the times and the MAC of an image of another facility': (db) =>
    copyImage(db, 'b', ['desy', 'internal', REPOSITORY]),
  'the MAC of another': (db) =>
    changeOpen(db).set({ mac: sql<string>`(SELECT max(mac) FROM image)` }).execute(),
  'no MAC': (db) => changeOpen(db).set({ mac: '' }).execute(),
};
