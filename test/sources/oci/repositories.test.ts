import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { globMatcher } from '../../../src/config/glob.ts';
import type { Listing } from '../../../src/sources/oci/listing.ts';
import { repositoriesOf } from '../../../src/sources/oci/repositories.ts';
import { heldBy } from '../../support/main-thread.ts';
import { answeringRegistry } from '../../support/oci/answering-registry.ts';
import { LIMITS } from '../../support/oci/crawl.ts';

const registry = answeringRegistry(Buffer.from('{}'));
const listingOf = (names: readonly string[]): Listing => ({
  repositories: async () => ({ names, doubt: null }),
  tags: async () => null,
});

describe('the repositories of a registry’s list', () => {
  test('are those that a glob matches and those that are named, sorted', async () => {
    const listing = listingOf(['tomo/b', 'em/b', 'em/a', 'other/a']);
    const { names, doubt } = await repositoriesOf(registry, listing, ['em/*', 'tomo/**', 'named/x']);
    assert.deepEqual([names, doubt], [['em/a', 'em/b', 'named/x', 'tomo/b'], null]);
  });

  test('that are no names are left out, and doubted', async () => {
    const { names, doubt } = await repositoriesOf(registry, listingOf(['em/a', 'EM/b']), ['**']);
    assert.deepEqual(names, ['em/a']);
    assert.match(doubt ?? '', /names that are none/);
  });

  test('are looked at until there are too many, and no further', async () => {
    let looked = 0;
    const names = Array.from({ length: 50_000 }, (_, n) => `em/${n}`);
    const counted = Object.assign([...names], {
      *[Symbol.iterator]() {
        for (const name of names) {
          looked += 1;
          yield name;
        }
      },
    });
    await assert.rejects(repositoriesOf(registry, listingOf(counted), ['**']), { code: 'SOURCE_TOO_LARGE' });
    assert.equal(looked, LIMITS.oci.repositories + 1);
  });

  test('are matched in turns of the event loop, however long it takes', async () => {
    const glob = `**${'a**'.repeat(80)}b`;
    const names = Array.from({ length: 5_000 }, (_, n) => `${'a'.repeat(240)}${n}`);
    const matches = globMatcher(glob);
    const atOnce = await heldBy(async () => names.filter(matches));
    const inTurns = await heldBy(() => repositoriesOf(registry, listingOf(names), [glob]));
    assert.deepEqual([atOnce.result, inTurns.result.names], [[], []]);
    assert.ok(
      inTurns.held < atOnce.held / 2,
      `${inTurns.held.toFixed()} of ${atOnce.held.toFixed()} ms in one turn`,
    );
  });
});
