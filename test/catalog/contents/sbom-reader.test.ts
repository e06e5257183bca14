import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createSbomReader } from '../../../src/catalog/contents/sbom-reader.ts';
import { bytesOf, spdx2 } from '../../components/sboms.ts';
import { digestOf } from '../../support/records.ts';

const NEVER = new AbortController().signal;

describe('in its thread', () => {
  const reader = createSbomReader();
  after(() => reader.close());
  const read = (bytes: Uint8Array, signal = NEVER) =>
    reader.read(
      'esrf',
      { layers: [{ mediaType: 'application/spdx+json', bytes }], subjects: [digestOf(1)] },
      signal,
    );

  test('all components are read, in their order, with their licenses', async () => {
    const packages = Array.from({ length: 1_000 }, (_, number) => ({
      name: `c${number}`,
      versionInfo: `${number}`,
      licenseDeclared: 'MIT',
    }));
    const [sbom] = (await read(bytesOf(spdx2(packages))))?.sboms ?? [];
    assert.equal(sbom?.components.length, 1_000);
    assert.deepEqual(sbom?.components[999], { name: 'c999', version: '999', purl: null, license: 'MIT' });
  });

  test('components with the longest texts arrive as they are', async () => {
    const name = '\u{1F9EA}"'.repeat(85);
    const packages = Array.from({ length: 300 }, (_, number) => ({
      name,
      versionInfo: `${'"'.repeat(100)}${number}`,
      licenseDeclared: '\\"'.repeat(500),
    }));
    const [sbom] = (await read(bytesOf(spdx2(packages))))?.sboms ?? [];
    assert.deepEqual(
      [sbom?.components.length, sbom?.components.every((one) => one.name === name)],
      [300, true],
    );
  });

  test('what is no SBOM has none, and what was given up rejects', async () => {
    assert.deepEqual(await read(Buffer.from('no JSON')), { sboms: [], isWhole: false });
    await assert.rejects(read(bytesOf(spdx2([])), AbortSignal.abort(new Error('over'))), /over/);
  });
});
