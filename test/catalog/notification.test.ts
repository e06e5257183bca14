// A notification selects repositories of the snapshot, and no others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { knownAmong } from '../../src/catalog/notification.ts';
import fc from '../support/fast-check.ts';

const indexOf = (repositories: readonly string[], quarantined: readonly (string | null)[] = []) =>
  ({
    repositories: new Set(repositories),
    snapshot: { quarantined: quarantined.map((repository) => ({ repository })) },
  }) as unknown as SnapshotIndex;

const named = (repositories: readonly string[], project: string | null = null) => ({
  repositories: new Set(repositories),
  project,
});

describe('what a notification names', () => {
  test('is a repository of the snapshot, of its images or of its quarantine', () => {
    const index = indexOf(['em/relion', 'em/relion', 'mx/xds'], ['em/broken', null]);
    assert.deepEqual(knownAmong(index, named(['em/broken', 'em/relion', 'em/new', 'null'])), [
      'em/relion',
      'em/broken',
    ]);
  });

  test('is all repositories of a project', () => {
    const index = indexOf(['em/relion', 'em/relion/gpu', 'em/relion-old', 'em', 'mx/em/relion']);
    assert.deepEqual(knownAmong(index, named([], 'em/relion')), ['em/relion', 'em/relion/gpu']);
    assert.deepEqual(knownAmong(index, named(['em/relion'], 'mx')), ['em/relion', 'mx/em/relion']);
    for (const project of ['', '/', 'e']) assert.deepEqual(knownAmong(index, named([], project)), []);
  });

  test('is never more than the snapshot has, each once', () => {
    const name = fc.stringMatching(/^[ab]{1,2}(\/[ab]{1,2}){0,2}$/);
    const names = fc.array(name);
    fc.assert(
      fc.property(names, names, fc.option(name), names, (known, repositories, project, quarantined) => {
        const found = knownAmong(indexOf(known, quarantined), named(repositories, project));
        assert.equal(new Set(found).size, found.length);
        const expected = [...new Set([...known, ...quarantined])].filter(
          (each) => repositories.includes(each) || each === project || each.startsWith(`${project}/`),
        );
        assert.deepEqual([...found].sort(), expected.sort());
      }),
    );
  });
});
