// A notification selects repositories of the snapshot, and no others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { knownAmong } from '../../src/catalog/notification.ts';
import type { Snapshot } from '../../src/catalog/snapshot.ts';
import fc from '../support/fast-check.ts';

const snapshotOf = (
  repositories: readonly string[],
  quarantined: readonly (string | null)[] = [],
): Snapshot =>
  ({
    records: repositories.map((repository) => ({ repository })),
    quarantined: quarantined.map((repository) => ({ repository })),
  }) as unknown as Snapshot;

const named = (repositories: readonly string[], projects: readonly string[] = []) => ({
  repositories: new Set(repositories),
  projects: new Set(projects),
});

describe('what a notification names', () => {
  test('is a repository of the snapshot, of its images or of its quarantine', () => {
    const snapshot = snapshotOf(['em/relion', 'em/relion', 'mx/xds'], ['em/broken', null]);
    assert.deepEqual(knownAmong(snapshot, named(['em/broken', 'em/relion', 'em/new', 'null'])), [
      'em/broken',
      'em/relion',
    ]);
  });

  test('is all repositories of a project', () => {
    const snapshot = snapshotOf(['em/relion', 'em/relion/gpu', 'em/relion-old', 'em', 'mx/em/relion']);
    assert.deepEqual(knownAmong(snapshot, named([], ['em/relion'])), ['em/relion', 'em/relion/gpu']);
    assert.deepEqual(knownAmong(snapshot, named(['em'], ['mx', 'em'])).length, 5);
    assert.deepEqual(knownAmong(snapshot, named([], ['', '/', 'e'])), []);
  });

  test('is never more than the snapshot has, each once', () => {
    const name = fc.stringMatching(/^[ab]{1,2}(\/[ab]{1,2}){0,2}$/);
    const names = fc.array(name);
    fc.assert(
      fc.property(names, names, names, (known, repositories, projects) => {
        const found = knownAmong(snapshotOf(known), named(repositories, projects));
        assert.equal(new Set(found).size, found.length);
        const expected = [...new Set(known)].filter(
          (each) =>
            repositories.includes(each) ||
            projects.some((project) => each === project || each.startsWith(`${project}/`)),
        );
        assert.deepEqual([...found].sort(), expected.sort());
      }),
    );
  });
});
