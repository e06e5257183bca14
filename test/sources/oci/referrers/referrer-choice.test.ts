import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReferrerList } from '../../../../src/sources/oci/referrers/known-referrers.ts';
import { chooseReferrers } from '../../../../src/sources/oci/referrers/referrer-choice.ts';
import type { ListedReferrer } from '../../../../src/sources/oci/referrers/referrer-index.ts';

type Before = Pick<ReferrerList, 'referrers' | 'progress'>;

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;

/** Listed ones of these numbers. */
const listed = (from: number, until: number, artifactType = BUNDLE): readonly ListedReferrer[] =>
  Array.from({ length: until - from }, (_, at) => ({ digest: digestOf(from + at), artifactType }));

/** As after a crawl in which each was what it says. */
function crawl(list: readonly ListedReferrer[], before?: Before, given = (_: string) => true) {
  const { digests, ended } = chooseReferrers(list, before);
  const answered = digests.filter(given);
  const { progress, isWhole } = ended(new Set(answered));
  const types = new Map(list.map((one) => [one.digest, one.artifactType]));
  const referrers = answered.map((digest) => ({
    ...{ digest, kind: types.get(digest) === BUNDLE ? ('signature' as const) : ('artifact' as const) },
  }));
  return { digests, isWhole, before: { progress, referrers } };
}

describe('more than a hundred listed signatures', () => {
  const junk = listed(0, 250);
  const lab = listed(1_000, 1_001);

  test('are read over several crawls until each was read once, the lab’s too', () => {
    const all = [...junk, ...lab];
    const read = new Set<string>();
    let before: Before | undefined;
    const whole: boolean[] = [];
    for (let time = 0; time < 4; time += 1) {
      const one = crawl(all, before);
      assert.equal(one.digests.length, 100);
      for (const digest of one.digests) read.add(digest);
      before = one.before;
      whole.push(one.isWhole);
    }
    // A hundred, and fifty more in each further crawl, since fifty keep their places.
    assert.deepEqual(whole, [false, false, false, false]);
    const last = crawl(all, before);
    for (const digest of last.digests) read.add(digest);
    assert.equal(last.isWhole, true);
    assert.equal(read.size, 251);
  });

  test('are read again in turn once all were, so that none is hidden for ever', () => {
    const all = [...junk, ...lab];
    let { before } = crawl(all);
    for (let time = 0; time < 4; time += 1) ({ before } = crawl(all, before));
    const read = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      const one = crawl(all, before);
      assert.equal(one.isWhole, true);
      before = one.before;
      for (const digest of one.digests) read.add(digest);
    }
    assert.equal(read.size, 251);
  });

  test('do not drive out one that was found before them', () => {
    let { before } = crawl(lab);
    for (let time = 0; time < 8; time += 1) {
      const one = crawl([...junk, ...lab], before);
      assert.ok(one.digests.includes(digestOf(1_000)), `crawl ${time}`);
      before = one.before;
    }
  });

  test('leave places to one that comes later: it is read at once', () => {
    let { before } = crawl(junk);
    for (let time = 0; time < 5; time += 1) ({ before } = crawl(junk, before));
    const one = crawl([...junk, ...lab], before);
    assert.ok(one.digests.includes(digestOf(1_000)));
    assert.equal(one.isWhole, true);
  });

  test('count as not read where the registry did not give them', () => {
    const isGiven = (digest: string): boolean => digest !== digestOf(1_000);
    let before: Before | undefined;
    for (let time = 0; time < 6; time += 1) {
      const one = crawl([...junk, ...lab], before, isGiven);
      assert.equal(one.isWhole, false);
      before = one.before;
    }
    assert.equal(crawl([...junk, ...lab], before).isWhole, true);
  });

  test('are chosen the same way for the same list', () => {
    const { before } = crawl(junk);
    assert.deepEqual(crawl(junk, before).digests, crawl([...junk].reverse(), before).digests);
  });
});

test('what says that it signs is read before a thousand that do not, which are read in turn and leave no doubt', () => {
  const others = listed(0, 1_000, 'application/x-notes');
  const all = [...others, ...listed(2_000, 2_010)];
  const read = new Set<string>();
  let before: Before | undefined;
  for (let time = 0; time < 12; time += 1) {
    const one = crawl(all, before);
    assert.equal(one.isWhole, true);
    assert.equal(one.digests.filter((digest) => digest >= digestOf(2_000)).length, 10);
    for (const digest of one.digests) read.add(digest);
    before = one.before;
  }
  assert.equal(read.size, 1_010);
});

test('up to a hundred are all read, and nothing is to be remembered', () => {
  const { digests, isWhole, before } = crawl(listed(0, 100));
  assert.deepEqual([digests.length, isWhole, before.progress], [100, true, null]);
});
