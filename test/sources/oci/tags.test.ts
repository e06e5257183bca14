import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ListedTag } from '../../../src/sources/oci/listing.ts';
import { tagsOf } from '../../../src/sources/oci/tags.ts';
import { computed, heldBy } from '../../support/main-thread.ts';
import { answeringRegistry } from '../../support/oci/answering-registry.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const read = (tags: readonly ListedTag[]) =>
  tagsOf(
    answeringRegistry(Buffer.from('{}')),
    {
      repositories: async () => ({ names: [], doubt: null }),
      tags: async () => ({ tags, doubt: null }),
    },
    'em/relion',
  );

describe('the tags of a repository', () => {
  test('are sorted, each once, apart from those of referrers', async () => {
    const [one, another] = [digestOf(1), digestOf(2)];
    const signature = `sha256-${'a'.repeat(64)}.sig`;
    const found = await read([
      { tag: 'b', digest: one },
      { tag: signature, digest: another },
      { tag: 'a', digest: null },
      { tag: 'b', digest: another },
      { tag: 'A', digest: 'no digest' },
    ]);
    assert.deepEqual(found?.tags, [
      { tag: 'A', digest: null },
      { tag: 'a', digest: null },
      { tag: 'b', digest: null },
    ]);
    assert.deepEqual(found?.referrerTags, [{ tag: signature, digest: another }]);
    assert.equal(found?.doubt, null);
  });

  test('are read in turns of the event loop, however many there are', async () => {
    const tags = Array.from({ length: 100_000 }, (_, n) => ({ tag: `v${n}`, digest: digestOf(n) }));
    const begun = computed();
    const { result, held } = await heldBy(() => read(tags));
    const whole = computed() - begun;
    assert.equal(result?.tags.length, 100_000);
    assert.ok(held < whole / 2, `${held.toFixed()} of ${whole.toFixed()} ms`);
  });
});
