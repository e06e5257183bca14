// What a catalog says is what its registry's images say by their labels and documents, for each lab of the demo that is
// crawled as in production, and in the corners that none of them has.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ingest } from '../../../src/catalog/ingest/ingest.ts';
import { repositoryRules } from '../../../src/catalog/ingest/rules.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import { labelsOf } from '../../../src/registry-server/oci/labels.ts';
import { readCatalog } from '../../../src/sources/catalog-document.ts';
import { toNode } from '../../../src/sources/catalog-entry.ts';
import { NOBODY_TRUSTED } from '../../../src/trust/settings.ts';
import { catalogs, demo, vocabulary } from '../../catalogs/demo.ts';
import { ROOT } from '../../support/root.ts';

/** What a registry has of an image and the contract has not, or has in another way. */
const OF_THE_REGISTRY = [
  ...['id', 'reference', 'digest', 'upstreamId', 'labels', 'manifests', 'environment'],
] as const;

function said(record: ImageRecord): Record<string, unknown> {
  const { repository, tags } = record;
  const rest = Object.entries(record).filter(
    ([field]) => !(OF_THE_REGISTRY as readonly string[]).includes(field),
  );
  const { statements: _, ...license } = record.license;
  return { name: `${repository}:${tags.join()}`, ...Object.fromEntries(rest), license };
}

const byName = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  String(one.name) < String(other.name) ? -1 : 1;

describe('an image of a registry says what its catalog says', () => {
  for (const { facility, registry, path, isServed, records } of catalogs) {
    if (!isServed) continue;
    test(`of ${facility}/${registry}`, () => {
      const configured = demo.config.facilities
        .find(({ id }) => id === facility)
        ?.registries.find(({ key }) => key === registry);
      assert.ok(configured);
      const context = {
        place: { facility, registry, pull: configured.pull },
        rules: repositoryRules(configured.repositories),
        vocabulary,
        trustSettings: NOBODY_TRUSTED,
      };
      const { entries } = readCatalog(readFileSync(`${ROOT}${path}`), 'yaml', 1_000);
      const byContract = entries.flatMap((entry) => {
        const ingested = ingest(toNode(entry, 'an entry'), context);
        assert.ok('records' in ingested);
        return ingested.records;
      });
      assert.ok(byContract.length >= 12);
      assert.deepEqual(records.map(said).sort(byName), byContract.map(said).sort(byName));
    });
  }
});

describe('labels of an entry', () => {
  const labels = (entry: object) =>
    labelsOf(toNode({ repository: 'em/relion', tag: '5', ...entry }, '') as never);

  test('have OCI’s names where there are any, and io.panfed.* for the rest', () => {
    assert.deepEqual(
      labels({
        title: 'RELION 5',
        license: 'GPL-2.0-only',
        source: 'https://github.com/3dem/relion',
        frameworks: [{ name: 'relion', version: '5' }, { name: 'ctffind' }],
        reads: ['MRC'],
        requires: { cpus: 8, gpu: { vendor: 'nvidia', memory: null }, engines: [] },
      }),
      {
        'io.panfed.frameworks': '[{"name":"relion","version":"5"},{"name":"ctffind"}]',
        'io.panfed.reads': '["MRC"]',
        'io.panfed.requires': '{"cpus":8,"gpu":{"vendor":"nvidia"}}',
        'org.opencontainers.image.licenses': 'GPL-2.0-only',
        'org.opencontainers.image.source': 'https://github.com/3dem/relion',
        'org.opencontainers.image.title': 'RELION 5',
      },
    );
  });

  test('keep those that the entry has, beside which its fields have names of their own', () => {
    const own = { 'org.opencontainers.image.title': 'Ubuntu', 'io.panfed.signed': 'true' };
    assert.deepEqual(labels({ title: 'RELION 5', labels: own }), { ...own, 'io.panfed.title': 'RELION 5' });
  });

  test('are none for what is not said', () => {
    assert.deepEqual(labels({ frameworks: [], techniques: null, requires: {} }), {});
  });
});
