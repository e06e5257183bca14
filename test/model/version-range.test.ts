// Ranges of versions: what each selects from a sorted list equals what comparing every version by itself selects.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  comparableVersion,
  compareReleases,
  parseVersionRange,
  selectAny,
  selectVersions,
} from '../../src/model/version-range.ts';
import fc, { runs } from '../support/fast-check.ts';

const sorted = (versions: readonly string[]) =>
  [...new Set(versions)].map(comparableVersion).sort(compareReleases);
const select = (versions: readonly string[], text: string): string[] => {
  const range = parseVersionRange(text);
  assert.ok(range !== null, text);
  return selectVersions(sorted(versions), range).map(({ folded }) => folded);
};

const VERSIONS = [
  '3.1',
  '4',
  '4.0-beta',
  '4.0.1',
  '4.1',
  '5.0',
  '5.0.0',
  '5.0.1',
  '5-post1',
  '10.2',
  '2023a',
  'nightly',
];

describe('a range of versions', () => {
  for (const [text, right] of [
    ['4', ['4.0-beta', '4', '4.0.1', '4.1']],
    ['4.0', ['4.0-beta', '4', '4.0.1']],
    ['4.x', ['4.0-beta', '4', '4.0.1', '4.1']],
    ['5.0.0', ['5.0', '5.0.0']],
    ['v5', ['5.0', '5.0.0', '5-post1', '5.0.1']],
    ['>=5', ['5.0', '5.0.0', '5-post1', '5.0.1', '10.2', '2023a']],
    ['>5', ['5-post1', '5.0.1', '10.2', '2023a']],
    ['>= 4.0, < 5.0', ['4', '4.0.1', '4.1']],
    ['=5.0', ['5.0', '5.0.0']],
    ['==4.1', ['4.1']],
    ['>4 >=3 <4.1', ['4.0.1']],
    ['>5 <4', []],
    ['10', ['10.2']],
    ['2023', ['2023a']],
    ['≥4.0 <５', ['4', '4.0.1', '4.1']],
    ['４.X', ['4.0-beta', '4', '4.0.1', '4.1']],
    ['10.2=py39_0', []],
    ['4.1=', ['4.1']],
    ['NIGHTLY', ['nightly']],
  ] as const) {
    test(`${text} selects ${right.join(' ') || 'nothing'}`, () =>
      assert.deepEqual(select(VERSIONS, text), right));
  }

  test('has nothing that is no version', () => {
    for (const text of ['<6', '<=6', '>=0', '>=1 <6']) {
      assert.deepEqual(select(['latest', 'abc1234', '5'], text), ['5'], text);
    }
    assert.deepEqual(select(['latest', '0.0', '0-rc1'], '<=0'), ['0-rc1', '0.0']);
  });

  test('that is incomplete is not valid', () => {
    for (const text of ['>=', '4>', '=>4', '>4 5', '><4', '>=4 or <3', '>=1 >=2 >=3 >=4 >=5', '>=-']) {
      assert.equal(parseVersionRange(text), null, text);
    }
  });

  const part = fc.constantFrom('0', '1', '2', '10', 'beta', 'post', 'a');
  const version = fc
    .tuple(fc.constantFrom('0', '1', '2'), fc.array(part, { maxLength: 4 }))
    .map(([first, rest]) => [first, ...rest].join('.'));

  test('selects from a list what it selects of each version alone', () => {
    fc.assert(
      fc.property(
        fc.array(version, { maxLength: 12 }),
        version,
        version,
        fc.constantFrom('', '>=', '>', '<=', '<', '='),
        (versions, one, other, operator) => {
          for (const text of [`${operator}${one}`, `>=${one} <${other}`]) {
            const alone = sorted(versions)
              .map(({ folded }) => folded)
              .filter((single) => select([single], text).length > 0);
            assert.deepEqual(select(versions, text), alone, text);
          }
        },
      ),
      { numRuns: runs(1_000) },
    );
  });

  test('with others selects what each of them does, once', () => {
    fc.assert(
      fc.property(
        fc.array(version, { maxLength: 12 }),
        fc.array(fc.tuple(fc.constantFrom('', '>=', '<'), version), { maxLength: 5 }),
        (versions, ranges) => {
          const texts = ranges.map(([operator, limit]) => `${operator}${limit}`);
          const any = selectAny(
            sorted(versions),
            texts.flatMap((text) => parseVersionRange(text) ?? []),
          );
          const right = new Set(texts.flatMap((text) => select(versions, text)));
          assert.deepEqual(new Set([...any].map(({ folded }) => folded)), right);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('every version is in its own family, and no other family has one that begins otherwise', () => {
    fc.assert(
      fc.property(version, version, (one, other) => {
        assert.deepEqual(select([one], one), [one]);
        if (one.split('.')[0] !== other.split('.')[0]) assert.deepEqual(select([one], other), []);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
