import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReferrerIndex } from '../../../../src/sources/oci/referrers/referrer-index.ts';

const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;

test('a list gives the digests and types of its entries, each once, whatever else they say', () => {
  const annotations = { title: 'x'.repeat(100_000), size: 5 };
  const manifests = [
    { digest: digestOf(1), artifactType: 'Application/X; v=1', annotations, platform: 7 },
    { digest: digestOf(1), artifactType: 'text/plain' },
    { digest: digestOf(2), artifactType: 'x'.repeat(256) },
    { digest: digestOf(3), artifactType: 3, size: 'none' },
  ];
  assert.deepEqual(readReferrerIndex({ manifests, annotations: 5, layers: [] }), {
    referrers: [
      { digest: digestOf(1), artifactType: 'application/x' },
      { digest: digestOf(2), artifactType: '' },
      { digest: digestOf(3), artifactType: '' },
    ],
    hasMore: false,
  });
});

test('entries that are none hide no other', () => {
  const manifests = [null, 7, [], {}, { digest: 'sha256:x' }, { digest: digestOf(1) }];
  const referrers = [{ digest: digestOf(1), artifactType: '' }];
  assert.deepEqual(readReferrerIndex({ manifests }), { referrers, hasMore: false });
});

test('a list ends at 10,000 entries, and says that it has more', () => {
  const manifests = Array.from({ length: 10_001 }, (_, number) => ({ digest: digestOf(number) }));
  const read = readReferrerIndex({ manifests });
  assert.deepEqual([read?.referrers.length, read?.hasMore], [10_000, true]);
  assert.equal(readReferrerIndex({ manifests: manifests.slice(1) })?.hasMore, false);
});

test('what has no list of manifests is none, and null is an empty one', () => {
  for (const value of [null, 7, [], {}, { manifests: 'none' }, { manifests: {} }]) {
    assert.equal(readReferrerIndex(value), null);
  }
  assert.deepEqual(readReferrerIndex({ manifests: null }), { referrers: [], hasMore: false });
});
