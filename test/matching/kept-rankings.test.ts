// What is kept of rankings, and for how long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { KeptRankings } from '../../src/matching/kept-rankings.ts';
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
