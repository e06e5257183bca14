import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { covers, globMatcher } from '../../src/config/glob.ts';
import fc, { runs } from '../support/fast-check.ts';

describe('globMatcher', () => {
  const cases: [glob: string, repository: string, matches: boolean][] = [
    ['em/relion', 'em/relion', true],
    ['em/relion', 'EM/relion', false],
    ['em/*', 'em/relion', true],
    ['em/*', 'em/tools/relion', false],
    ['em/**', 'em/tools/relion', true],
    ['**', 'em/tools/relion', true],
    ['*', 'relion', true],
    ['*', 'em/relion', false],
    ['**/relion', 'em/tools/relion', true],
    ['**/relion', 'relion', false],
    ['em/rel*on', 'em/relion', true],
    ['em/rel*on', 'em/relon', true],
    ['a.b', 'axb', false],
    ['a?[b]', 'a?[b]', true],
  ];
  for (const [glob, repository, matches] of cases) {
    test(`${glob} ${matches ? 'matches' : 'does not match'} ${repository}`, () => {
      assert.equal(globMatcher(glob)(repository), matches);
    });
  }

  test('stays linear where a backtracking matcher would not', () => {
    const started = process.cpuUsage().user;
    assert.equal(globMatcher('**a'.repeat(40))(`${'a'.repeat(255)}b`), false);
    assert.ok(process.cpuUsage().user - started < 2_000_000);
  });

  test('matches whatever follows at once where the glob ends in `**`', () => {
    const name = `em/${'a'.repeat(1_000_000)}`;
    const started = process.cpuUsage().user;
    for (const glob of ['**', 'em/**', 'e*/**']) {
      const matches = globMatcher(glob);
      for (let time = 0; time < 1_000; time += 1) assert.equal(matches(name), true);
    }
    assert.ok(process.cpuUsage().user - started < 2_000_000);
  });

  test('matches globs of more steps than a word has bits as those of fewer', () => {
    const name = 'abc/'.repeat(30);
    assert.equal(globMatcher('*b*/'.repeat(30))(name), true);
    assert.equal(globMatcher(`${'*b*/'.repeat(29)}*d*/`)(name), false);
    assert.equal(globMatcher(`**${'c/*b'.repeat(28)}**`)(name), true);
    assert.equal(globMatcher(`${'*b*/'.repeat(31)}`)(name), false);
  });
});

describe('covers', () => {
  test('an entry is shadowed by an equal, a wider, or several earlier ones together', () => {
    assert.equal(covers(['em/*'], 'em/*'), true);
    assert.equal(covers(['**'], 'em/*'), true);
    assert.equal(covers(['em/**'], 'em/relion*'), true);
    assert.equal(covers(['em/*', 'em/*/**'], 'em/**'), true);
  });

  test('an entry is not shadowed where a single name is left to it', () => {
    assert.equal(covers([], 'em/*'), false);
    assert.equal(covers(['em/*'], 'em/**'), false);
    assert.equal(covers(['em/a*', 'em/b*'], 'em/*'), false);
    assert.equal(covers(['em/relion'], 'em/relion*'), false);
    assert.equal(covers(['desy/**'], 'em/*'), false);
  });

  test('what is covered is matched by an earlier one, whatever the name', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '**'), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''));
    const name = fc
      .array(fc.constantFrom('a', 'b', 'c', '/'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.array(glob, { maxLength: 3 }),
        glob,
        fc.array(name, { maxLength: 20 }),
        (earlier, later, names) => {
          const shadowed = covers(earlier, later);
          for (const each of names) {
            if (!globMatcher(later)(each)) continue;
            if (shadowed) assert.ok(earlier.some((one) => globMatcher(one)(each)));
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test('what is not covered has a short name that shows it', () => {
    const glob = fc
      .array(fc.constantFrom('a', '/', '*', '**'), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(''));
    const names = namesUpTo(5, ['a', '/', 'c']);
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 2 }), glob, (earlier, later) => {
        const left = names.some(
          (name) => globMatcher(later)(name) && !earlier.some((one) => globMatcher(one)(name)),
        );
        assert.equal(covers(earlier, later), !left);
      }),
      { numRuns: runs(60) },
    );
  });
});

function namesUpTo(length: number, characters: readonly string[]): string[] {
  let last = [''];
  const all = [...last];
  for (let size = 1; size <= length; size++) {
    last = last.flatMap((name) => characters.map((character) => name + character));
    all.push(...last);
  }
  return all;
}
