import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../../src/model/digest.ts';
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';

const keyOf = (bytes: Buffer, repository = 'em/relion', registry = 'main') => ({
  facility: 'esrf',
  registry,
  repository,
  digest: digestOf(bytes),
});

describe('known documents', () => {
  test('are those that this repository of this registry served, and no other', async () => {
    const known = documentsInMemory();
    const bytes = Buffer.from('{}');
    await known.put(keyOf(bytes), bytes);
    assert.deepEqual(Buffer.from((await known.get(keyOf(bytes))) ?? []), bytes);
    assert.equal(await known.get(keyOf(bytes, 'em/copy')), null);
    assert.equal(await known.get(keyOf(bytes, 'em/relion', 'hub')), null);
    assert.equal(await known.get({ ...keyOf(bytes), facility: 'psi' }), null);
  });

  test('that are not what their digest says are not known', async () => {
    const known = documentsInMemory();
    const bytes = Buffer.from('{}');
    await known.put(keyOf(bytes), Buffer.from('{"forged": true}'));
    assert.equal(await known.get(keyOf(bytes)), null);
  });

  test('that are read once in a process need no room', async () => {
    const known = documentsInMemory();
    const bytes = Buffer.from('{}');
    await known.put(keyOf(bytes), bytes, 'ONCE');
    assert.equal(await known.get(keyOf(bytes)), null);
  });

  test('are forgotten beyond their bytes, those first that were not used for longest', async () => {
    const known = documentsInMemory({ maxBytes: 10_000 });
    const documents = Array.from({ length: 20 }, (_, index) => Buffer.alloc(1_000, index));
    for (const bytes of documents) await known.put(keyOf(bytes), bytes);
    const kept = await Promise.all(documents.map(async (bytes) => (await known.get(keyOf(bytes))) !== null));
    assert.equal(kept[0], false);
    assert.equal(kept.at(-1), true);
    assert.ok(kept.filter(Boolean).length < 10);
  });

  test('of a registry that serves more and more drive out its own, and none of a registry that has its share', async () => {
    const known = documentsInMemory({ maxBytes: 20_000 });
    const own = Array.from({ length: 5 }, (_, index) => Buffer.alloc(1_000, index));
    for (const bytes of own) await known.put(keyOf(bytes, 'em/relion', 'hub'), bytes);
    const many = Array.from({ length: 100 }, (_, index) => Buffer.alloc(1_000, 100 + index));
    for (const bytes of many) await known.put(keyOf(bytes), bytes);
    const isKept = async (bytes: Buffer, registry: string) =>
      (await known.get(keyOf(bytes, 'em/relion', registry))) !== null;
    assert.ok((await Promise.all(own.map((bytes) => isKept(bytes, 'hub')))).every(Boolean));
    const kept = (await Promise.all(many.map((bytes) => isKept(bytes, 'main')))).filter(Boolean).length;
    assert.ok(kept > 0 && (kept + own.length) * 1_600 <= 20_000, `${kept} of the other`);
  });
});
