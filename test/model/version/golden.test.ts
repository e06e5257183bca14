// The order of versions, by lists that people reviewed, and of real ones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { compareVersionParts, versionParts } from '../../../src/model/version.ts';
import { releaseParts } from '../../../src/model/version-range.ts';
import { needsShared, sharedData } from '../../support/shared.ts';

const read = (name: string): string[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim());

interface Group {
  readonly reason: string;
  /** The oldest first; those of a line are spellings of one. */
  readonly versions: readonly (readonly string[])[];
}

const groups: Group[] = [];
for (const block of read('order.golden.txt').join('\n').split('\n\n').slice(1)) {
  const [reason = '', ...lines] = block.trim().split('\n');
  groups.push({
    reason: reason.replace(/^# /, ''),
    versions: lines.map((line) => line.split(' | ')),
  });
}

const order = (one: string, other: string): number =>
  Math.sign(compareVersionParts(releaseParts(versionParts(one)), releaseParts(versionParts(other))));

describe('the order of versions', () => {
  for (const { reason, versions } of groups) {
    test(`is as people expect it: ${reason}`, () => {
      for (const [index, [one = '', ...spellings]] of versions.entries()) {
        for (const spelling of spellings) assert.equal(order(one, spelling), 0, `${one} is ${spelling}`);
        for (const [newer = ''] of versions.slice(index + 1)) {
          assert.equal(order(one, newer), -1, `${one} is before ${newer}`);
          assert.equal(order(newer, one), 1, `${newer} is behind ${one}`);
        }
      }
    });
  }

  test('has a golden list of 150 versions or more', () => {
    assert.ok(groups.flatMap(({ versions }) => versions.flat()).length >= 150);
  });
});

for (const text of read('no-version.golden.txt').filter((line) => line !== '' && !line.startsWith('#'))) {
  test(`is no version: ${text}`, () => {
    assert.deepEqual(versionParts(text), []);
    assert.equal(order(text, '0.0.1'), -1);
  });
}

test('a number alone, a date and a word with a number are versions, although they could be of a commit', () => {
  for (const text of ['1234567', '20210929', '20191211b', '22dec14', '2021a', 'deadbeef1.0', '7.0.078']) {
    assert.notDeepEqual(versionParts(text), [], text);
  }
});

for (const name of ['version-pep440', 'version-dates', 'version-prefix']) {
  test(`${name}: the right order of the case`, needsShared(`../cases/${name}.txt`), () => {
    const text = readFileSync(sharedData(`../cases/${name}.txt`) ?? '', 'utf8');
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
      const right = line.split(' ');
      for (const [index, one] of right.entries()) {
        for (const newer of right.slice(index + 1)) assert.equal(order(one, newer), -1, `${one} ${newer}`);
      }
    }
  });
}

test(
  'versions of one image’s Debian packages go up with their revisions',
  needsShared('biocontainers/labels.ndjson'),
  () => {
    const lines = readFileSync(sharedData('biocontainers/labels.ndjson') ?? '', 'utf8')
      .trim()
      .split('\n');
    let compared = 0;
    for (const line of lines) {
      const { labels } = JSON.parse(line) as { labels: Record<string, string> };
      const [version, upstream] = [labels['software.version'], labels['upstream.version']];
      if (version === undefined || upstream === undefined || !version.startsWith(upstream)) continue;
      if (!/^-\d/.test(version.slice(upstream.length))) continue;
      compared += 1;
      assert.equal(order(upstream, version), -1, `${upstream} ${version}`);
    }
    assert.ok(compared > 100, String(compared));
  },
);
