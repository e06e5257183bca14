// What changed between two lists of components.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ComponentChange,
  type ComponentComparison,
  compareComponents,
} from '../../src/components/compare-components.ts';
import type { Component } from '../../src/components/component.ts';
import fc, { runs } from '../support/fast-check.ts';
import { heldBy } from '../support/main-thread.ts';
import { component } from './components.ts';

/** Milliseconds that the event loop may be held: three times the longest turn, which sorts a thousand versions. */
const HELD = 200;

const of = (
  name: string,
  version: string | null,
  purl: string | null = null,
  license: string | null = null,
) => ({
  ...{ name, version, purl, license },
});
const shown = (one: Component | ComponentChange): string =>
  'before' in one
    ? `${one.before.name} ${one.before.version} → ${one.after.version}`
    : `${one.name} ${one.version}`;

/** The lists that are not empty. */
const compared = async (before: readonly Component[], after: readonly Component[]) =>
  Object.fromEntries(
    Object.entries(await compareComponents(before, after))
      .map(
        ([name, list]) =>
          [name, (list.shown as readonly (Component | ComponentChange)[]).map(shown)] as const,
      )
      .filter(([, list]) => list.length > 0),
  );

describe('components', () => {
  test('are added, removed, up and down', async () => {
    assert.deepEqual(
      await compared(
        [of('mkl', '2017.0.3'), of('old', '1'), of('same', '1'), of('numpy', '1.9')],
        [of('numpy', '1.26.4'), of('mkl', '2017.0.2'), of('same', '1'), of('new', '2')],
      ),
      {
        added: ['new 2'],
        removed: ['old 1'],
        up: ['numpy 1.9 → 1.26.4'],
        down: ['mkl 2017.0.3 → 2017.0.2'],
      },
    );
  });

  test('of one name in two ecosystems are two', async () => {
    assert.deepEqual(await compared([of('six', '1', 'pkg:pypi/six@1')], [of('six', '2', 'pkg:npm/six@2')]), {
      added: ['six 2'],
      removed: ['six 1'],
    });
  });

  test('of one name in two distributions of one kind are one', async () => {
    const before = of('openssl', '1.1', 'pkg:deb/debian/openssl@1.1');
    assert.deepEqual(await compared([before], [of('openssl', '3.0', 'pkg:deb/ubuntu/openssl@3.0')]), {
      up: ['openssl 1.1 → 3.0'],
    });
  });

  test('of one name in two namespaces that are no distributions are two', async () => {
    const before = of('core', '1', 'pkg:maven/org.a/core@1');
    assert.deepEqual(await compared([before], [of('core', '2', 'pkg:maven/org.b/core@2')]), {
      added: ['core 2'],
      removed: ['core 1'],
    });
  });

  test('of several versions are paired from the newest on, and those in both stay', async () => {
    assert.deepEqual(
      await compared([of('a', '1'), of('a', '2'), of('a', '3')], [of('a', '2'), of('a', '4')]),
      {
        removed: ['a 1'],
        up: ['a 3 → 4'],
      },
    );
    assert.deepEqual(
      await compared([of('a', '1'), of('a', '2')], [of('a', '1'), of('a', '2'), of('a', '3')]),
      {
        added: ['a 3'],
      },
    );
  });

  test('whose versions cannot be ordered are changed', async () => {
    for (const [before, after] of [
      ['1', null],
      ['1.0', '1.0.0'],
      ['0a1b2c3d', '9f8e7d6c'],
      ['1.0', '—'],
    ] as const) {
      assert.deepEqual(await compared([of('a', before)], [of('a', after)]), {
        changed: [`a ${before} → ${after}`],
      });
    }
  });

  test('of a distribution are ordered by their epoch first', async () => {
    const deb = (version: string) => of('vim', version, `pkg:deb/debian/vim@${version}`);
    assert.deepEqual(await compared([deb('2:8.2')], [deb('9.0')]), { down: ['vim 2:8.2 → 9.0'] });
    assert.deepEqual(await compared([deb('1:9.0')], [deb('2:8.2')]), { up: ['vim 1:9.0 → 2:8.2'] });
  });

  test('are relicensed where both licenses are known, in one version or from one to another', async () => {
    assert.deepEqual(
      await compared(
        [of('a', '1', null, 'MIT'), of('b', '1', null, 'MIT'), of('c', '1'), of('d', '1', null, 'MIT')],
        [
          of('a', '1', null, 'ISC'),
          of('b', '2', null, 'ISC'),
          of('c', '1', null, 'MIT'),
          of('d', '1', null, 'MIT'),
        ],
      ),
      { up: ['b 1 → 2'], relicensed: ['a 1 → 1', 'b 1 → 2'] },
    );
  });

  test('beyond the number that is shown are counted', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => of(`p${index}`, '1'));
    const { added, removed } = await compareComponents([], many);
    assert.deepEqual([added.shown.length, added.leftOut, removed.leftOut], [1_000, 200, 0]);
    assert.deepEqual((await compareComponents([], many, { shown: 2 })).added, {
      shown: [many[0], many[1]],
      leftOut: 1_198,
    });
  });

  test('of which there are more than a thousand versions are not paired', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => of('a', `1.${index}`));
    const { up, added, removed } = await compareComponents([of('a', '0')], many);
    assert.deepEqual([up.shown.length, added.leftOut, removed.shown.length], [0, 1, 1]);
    const paired = await compareComponents([of('a', '0')], many.slice(1));
    assert.deepEqual([paired.up.shown.length, paired.added.shown.length], [1, 999]);
  });

  test('do not hold the event loop, whether they are of many names or of one', async () => {
    for (const name of [(index: number) => `p${index}`, () => 'a', (index: number) => `p${index % 21}`]) {
      const side = (major: number) =>
        Array.from({ length: 20_000 }, (_, index) => of(name(index), `${major}.${index}`));
      const { held } = await heldBy(() => compareComponents(side(1), side(2)));
      assert.ok(held < HELD, `${held.toFixed()} ms`);
    }
  });

  const mirrored = (list: ComponentComparison['up']) => ({
    ...list,
    shown: list.shown.map(({ before, after }) => ({ before: after, after: before })),
  });

  test('compared the other way round are the mirror', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(component),
        fc.array(component),
        fc.nat({ max: 20 }),
        async (a, b, number) => {
          const { added, removed, up, down, changed, relicensed } = await compareComponents(b, a, {
            shown: number,
          });
          assert.deepEqual(await compareComponents(a, b, { shown: number }), {
            ...{ added: removed, removed: added, up: mirrored(down), down: mirrored(up) },
            ...{ changed: mirrored(changed), relicensed: mirrored(relicensed) },
          });
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test('compared with themselves in another order have no difference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(component), async (list) => {
        assert.deepEqual(await compared(list, [...list].reverse()), {});
      }),
    );
  });

  test('are all accounted for: what is not added, removed or another is in both', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(component), fc.array(component), async (a, b) => {
        const { added, removed, up, down, changed } = await compareComponents(a, b);
        const pairs = up.shown.length + down.shown.length + changed.shown.length;
        assert.equal(a.length - removed.shown.length - pairs, b.length - added.shown.length - pairs);
      }),
    );
  });
});
