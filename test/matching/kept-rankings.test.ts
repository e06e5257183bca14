// What is kept of rankings, and for how long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { bytesOfRanking, type KeptRanking, KeptRankings } from '../../src/matching/kept-rankings.ts';
import type { RankedPart } from '../../src/matching/representatives.ts';

const index = (): SnapshotIndex => ({}) as unknown as SnapshotIndex;
const partsOf = (...indexes: readonly SnapshotIndex[]): RankedPart[] =>
  indexes.map((snapshotIndex) => ({ selected: { part: { snapshotIndex } } }) as unknown as RankedPart);

test('what is of a snapshot that was replaced is dropped, and nothing else', () => {
  const kept = new KeptRankings<object>(1_000, () => 10);
  const [stays, old, now] = [index(), index(), index()];
  kept.set('of both', { of: 'both' }, partsOf(stays, old), new Set([stays, old]));
  kept.set('of one', { of: 'one' }, partsOf(stays), new Set([stays, old]));
  assert.notEqual(kept.get('of both'), undefined);
  kept.set('new', { of: 'new' }, partsOf(stays, now), new Set([stays, now]));
  assert.deepEqual([kept.get('of both'), kept.get('of one')], [undefined, { of: 'one' }]);
});

test('no more is kept than the bytes that it may take', () => {
  const kept = new KeptRankings<{ readonly bytes: number }>(100, ({ bytes }) => bytes);
  for (const key of ['a', 'b', 'c']) kept.set(key, { bytes: 40 }, [], new Set());
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => kept.get(key) !== undefined),
    [false, true, true],
  );
  kept.set('too large', { bytes: 200 }, [], new Set());
  assert.equal(kept.get('too large'), undefined);
});

test('a ranking of few images takes what its many short lists take, which is more than their numbers', () => {
  const none = new Uint8Array();
  const machine = Array.from({ length: 18 }, () => new Uint8Array(5));
  const ranked = {
    ...{ parts: [], data: [] },
    representatives: {
      ...{ begins: none, documents: none, orders: none, positions: none, parts: none },
      versions: [],
      denied: [],
    },
    resources: Array.from({ length: 9 }, () => ({ machine })),
  };
  const bytes = bytesOfRanking({ ranking: { bytes: 0 }, ranked } as unknown as KeptRanking);
  // Node.js 20 takes 216 bytes for a list of 5.
  assert.ok(bytes >= 18 * 9 * 216, `${bytes}`);
});
