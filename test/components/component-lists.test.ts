// Component lists by the digest of their SBOM: what a choice finds, what is released, and what does not fit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Component } from '../../src/components/component.ts';
import { matchesComponent, parseComponentChoice } from '../../src/components/component-choice.ts';
import { ComponentLists } from '../../src/components/component-lists.ts';
import fc, { runs } from '../support/fast-check.ts';
import { heldBy } from '../support/main-thread.ts';
import { choice, component } from './components.ts';

/** Milliseconds that the event loop may be held: three times a turn and what a slow machine adds. */
const HELD = 150;

const of = (name: string, version: string): Component => ({ name, version, purl: null, license: null });
const numbered = (prefix: string, count: number): readonly Component[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ name: `${prefix}-${index}`, version: `1.${index}`, license: 'MIT' },
    purl: `pkg:pypi/${prefix}-${index}@1.${index}`,
  }));

async function chosen(lists: ComponentLists, ...texts: readonly string[]): Promise<readonly string[]> {
  const choices = texts.map((text) => {
    const parsed = parseComponentChoice(text);
    assert.ok(!('message' in parsed));
    return parsed;
  });
  return [...(await lists.choose(choices))].sort();
}

const listed = (lists: ComponentLists, digest: string): readonly Component[] | null => {
  const list = lists.list(digest);
  return list === null ? null : [...list.components()];
};

describe('component lists', () => {
  test('give what was added, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(component)), async (sboms) => {
        const lists = new ComponentLists();
        for (const [index, components] of sboms.entries()) assert.ok(await lists.add(`${index}`, components));
        for (const [index, components] of sboms.entries()) {
          assert.deepEqual(listed(lists, `${index}`), components);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  test('find by the index what a plain filter finds, before and after some are released', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(component, { maxLength: 6 }), { maxLength: 8 }),
        fc.array(choice, { maxLength: 4 }),
        fc.integer({ min: 0, max: 255 }),
        async (sboms, texts, kept) => {
          const choices = texts.flatMap((text) => {
            const parsed = parseComponentChoice(text);
            return 'message' in parsed ? [] : [parsed];
          });
          const lists = new ComponentLists();
          for (const [index, components] of sboms.entries()) await lists.add(`${index}`, components);
          const filtered = (isKept: (index: number) => boolean) =>
            [...sboms.keys()]
              .filter(isKept)
              .filter((index) =>
                sboms[index]?.some((one) => choices.some((wanted) => matchesComponent(wanted, one))),
              )
              .map(String);
          assert.deepEqual(
            [...(await lists.choose(choices))].sort(),
            filtered(() => true),
          );
          const isKept = (index: number): boolean => (kept & (1 << index)) !== 0;
          await lists.retain(new Set([...sboms.keys()].filter(isKept).map(String)));
          assert.deepEqual([...(await lists.choose(choices))].sort(), filtered(isKept));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  test('find any of several choices', async () => {
    const lists = new ComponentLists();
    await lists.add('a', numbered('x', 3));
    await lists.add('b', numbered('y', 3));
    await lists.add('c', numbered('z', 3));
    assert.deepEqual(await chosen(lists, 'x-1', 'pkg:pypi/z-2@<2'), ['a', 'c']);
    assert.deepEqual(await chosen(lists, 'x-1@<1'), []);
    assert.deepEqual(await chosen(lists), []);
  });

  test('give a part of a list, and say whether it is truncated', async () => {
    const lists = new ComponentLists();
    await lists.add('a', numbered('x', 10), true);
    const list = lists.list('a');
    assert.deepEqual([list?.length, list?.truncated], [10, true]);
    assert.deepEqual([...(list?.components(2, 4) ?? [])], numbered('x', 4).slice(2));
    assert.deepEqual([...(list?.components(9, 99) ?? [])], numbered('x', 10).slice(9));
    assert.equal(lists.list('b'), null);
  });

  test('keep one component once, however many list it', async () => {
    const lists = new ComponentLists();
    for (const digest of ['a', 'b', 'c']) await lists.add(digest, numbered('x', 1_000));
    const { bytes, ...usage } = lists.usage();
    assert.deepEqual(usage, { sboms: 3, entries: 3_000, components: 1_000 });
    assert.ok(bytes > 0);
  });

  test('keep a digest that is added twice as it was first', async () => {
    const lists = new ComponentLists();
    await Promise.all([lists.add('a', numbered('x', 2)), lists.add('a', numbered('y', 2))]);
    assert.deepEqual(listed(lists, 'a'), numbered('x', 2));
  });

  test('find nothing of what is released from that moment on, and all of what is added again', async () => {
    const lists = new ComponentLists();
    await lists.add('a', numbered('x', 2));
    await lists.add('b', numbered('x', 2));
    const released = lists.retain(new Set(['b']));
    assert.deepEqual(await chosen(lists, 'x-0'), ['b']);
    assert.equal(lists.has('a'), false);
    await released;
    await lists.add('a', numbered('x', 2));
    assert.deepEqual(await chosen(lists, 'x-0'), ['a', 'b']);
  });

  test('free the bytes of what is released, while questions are answered', async () => {
    const lists = new ComponentLists();
    for (let index = 0; index < 16; index += 1) await lists.add(`${index}`, numbered(`x${index}`, 5_000));
    const before = lists.usage();
    const open = lists.list('1');
    const released = lists.retain(new Set(['7']));
    assert.deepEqual(await chosen(lists, 'x7-4999'), ['7']);
    await released;
    const after = lists.usage();
    assert.ok(after.bytes < before.bytes / 4, `${after.bytes} of ${before.bytes}`);
    assert.deepEqual([after.sboms, after.entries, after.components], [1, 5_000, 5_000]);
    assert.deepEqual(listed(lists, '7'), numbered('x7', 5_000));
    assert.deepEqual(await chosen(lists, 'x7-4999', 'x1-0'), ['7']);
    // A list that is being read is read on.
    assert.deepEqual([...(open?.components(0, 2) ?? [])], numbered('x1', 2));
  });

  test('release what is released while their table is made anew', async () => {
    const lists = new ComponentLists();
    for (let index = 0; index < 18; index += 1) await lists.add(`${index}`, numbered(`x${index}`, 5_000));
    const first = lists.retain(new Set(['7', '8']));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, lists.retain(new Set(['8'])), lists.add('new', numbered('n', 2))]);
    assert.deepEqual(await chosen(lists, 'x7-1', 'x8-1', 'n-0'), ['8', 'new']);
  });

  test('refuse what does not fit, keep what they have, and take others when something was released', async () => {
    const lists = new ComponentLists({ bytes: 2_000_000 });
    assert.equal(await lists.add('a', numbered('x', 2_000)), true);
    assert.equal(await lists.add('b', numbered('y', 20_000)), false);
    assert.deepEqual([lists.has('b'), lists.list('b')], [false, null]);
    assert.deepEqual(await chosen(lists, 'y-0', 'x-0'), ['a']);
    assert.equal(await lists.add('c', numbered('z', 2)), false);
    await lists.retain(new Set());
    assert.equal(await lists.add('c', numbered('z', 2_000)), true);
    assert.deepEqual(await chosen(lists, 'z-0'), ['c']);
  });

  test('keep room for each owner, however much another one adds', async () => {
    const lists = new ComponentLists({ bytes: 8_000_000 });
    for (const owner of ['hostile', 'lab', 'other']) lists.admit(owner);
    let added = 0;
    while (await lists.add(`h${added}`, numbered(`h${added}`, 2_000), false, 'hostile')) added += 1;
    assert.ok(added > 3, `${added} lists`);
    for (const owner of ['lab', 'other']) {
      assert.equal(await lists.add(owner, numbered(owner, 2_000), false, owner), true, owner);
    }
    assert.equal(await lists.add('more', numbered('more', 2_000), false, 'hostile'), false);
    assert.ok(lists.usage().bytes <= 8_000_000);
    await lists.retain(new Set(['lab', 'other']));
    assert.equal(await lists.add('more', numbered('more', 2_000), false, 'hostile'), true);
  });

  test('keep room for each owner among the components of one name, however many another one adds', async () => {
    const lists = new ComponentLists({ nameShare: 10 });
    const versions = (count: number, from = 0) =>
      Array.from({ length: count }, (_, index) => of('openssl', `${from + index}`));
    assert.equal(await lists.add('flood', versions(20), false, 'one'), true);
    assert.equal(await lists.add('more', versions(1, 20), false, 'one'), false);
    assert.equal(await lists.add('other', versions(10, 30), false, 'two'), true);
    assert.deepEqual(await chosen(lists, 'openssl@>=20'), ['other']);
    await lists.retain(new Set(['other']));
    assert.equal(await lists.add('again', versions(10, 40), false, 'one'), true);
    assert.deepEqual(await chosen(lists, 'openssl'), ['again', 'other']);
  });

  test('make room of what was released before they refuse', async () => {
    const lists = new ComponentLists({ bytes: 4_000_000 });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const [index, name] of names.entries()) {
      assert.equal(await lists.add(name, numbered(name, 5_000)), true, name);
      await lists.retain(new Set([names[index] as string]));
    }
    assert.deepEqual(listed(lists, 'h'), numbered('h', 5_000));
  });

  test('do not hold the event loop while a large list is added', async () => {
    const lists = new ComponentLists();
    const components = numbered('x', 20_000);
    const { held } = await heldBy(() => lists.add('a', components));
    assert.ok(held < HELD, `${held.toFixed()} ms`);
  });

  test('give the names of some of them, each once, in the order of the lists', async () => {
    const lists = new ComponentLists();
    await lists.add('a', [of('x', '1'), of('y', '1'), of('x', '2')]);
    await lists.add('b', [of('z', '1'), of('x', '1')]);
    await lists.add('c', [of('hidden', '1')]);
    assert.deepEqual(await lists.names(['b', 'a', 'none'], 10), ['z', 'x', 'y']);
    assert.deepEqual(await lists.names(['b', 'a'], 2), ['z', 'x']);
  });

  test('do not hold the event loop while a hundred thousand versions of one name are looked through', async () => {
    const lists = new ComponentLists();
    for (let sbom = 0; sbom < 5; sbom += 1) {
      const versions = Array.from({ length: 20_000 }, (_, index) => of('a', `${sbom}.${index}`));
      await lists.add(`${sbom}`, versions, false, `lab-${sbom}`);
    }
    const { held, result } = await heldBy(() => chosen(lists, 'a@>=3'));
    assert.deepEqual(result, ['3', '4']);
    assert.ok(held < HELD, `${held.toFixed()} ms`);
  });

  test('have a component that nobody else has among ten thousand of one name', async () => {
    const lists = new ComponentLists();
    const versions = Array.from({ length: 10_000 }, (_, index) => ({
      ...{ name: 'core', version: `1.${index}`, license: null },
      purl: `pkg:maven/org.a${index % 100}/core@1.${index}`,
    }));
    await lists.add('a', versions);
    await lists.add('b', versions.slice(0, 5_000));
    assert.deepEqual(await chosen(lists, 'core@1.4999'), ['a', 'b']);
    assert.deepEqual(await chosen(lists, 'core@1.5000'), ['a']);
    assert.deepEqual(await chosen(lists, 'pkg:maven/org.a7/core@>=1.9907'), ['a']);
  });
});
