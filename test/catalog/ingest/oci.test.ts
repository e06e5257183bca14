// What ingest makes of the nodes of an OCI registry: levels of labels, manifests, and claims.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../../src/model/bounds.ts';
import { labels, node, reason, record, rule } from '../../support/catalog.ts';
import { digestOf } from '../../support/records.ts';

const OPEN = [rule({ sharing: 'open', listed: true, conditions: [] })];
const levels = (...sets: Record<string, string>[]) => node({ labels: null, labelSets: sets.map(labels) });

describe('labels of several levels', () => {
  test('describe by the first of them that says it', () => {
    const image = record(
      levels(
        { 'org.opencontainers.image.title': 'of the index' },
        { 'org.opencontainers.image.title': 'of the manifest', 'io.panfed.description': 'of the manifest' },
        { 'io.panfed.title': 'of the configuration', 'io.panfed.description': 'of the configuration' },
      ),
    );
    assert.equal(image.title, 'of the index');
    assert.equal(image.description, 'of the manifest');
  });

  test('are those of the record by the first of them that has the name', () => {
    const image = record(levels({ b: '1' }, { a: '2', b: '3' }));
    assert.deepEqual(image.labels, { a: '2', b: '1' });
  });

  for (const [what, sets] of [
    ['first', [{ 'io.panfed.sharing': 'none' }, { 'io.panfed.sharing': 'open' }]],
    ['last', [{ 'io.panfed.sharing': 'open' }, { 'io.panfed.sharing': 'none' }]],
    ['one that cannot be read', [{ 'io.panfed.sharing': 'open' }, { 'io.panfed.sharing': 'sure' }]],
  ] as const) {
    test(`restrict by the strictest, here the ${what}`, () => {
      assert.equal(record(levels(...sets), OPEN).sharing, 'none');
    });
  }

  test('restrict together: listed by none that forbids it, and under the conditions of all', () => {
    const image = record(
      levels(
        { 'io.panfed.conditions': 'academic' },
        { 'io.panfed.listed': 'false', 'io.panfed.conditions': 'nonCommercial' },
      ),
      OPEN,
    );
    assert.equal(image.listed, false);
    assert.deepEqual(
      image.license.conditions.map(({ kind }) => kind),
      ['academic', 'nonCommercial'],
    );
  });

  test('state licenses that hold beside each other', () => {
    const license = 'org.opencontainers.image.licenses';
    const { license: terms } = record(levels({ [license]: 'MIT' }, { [license]: 'XDS' }), OPEN);
    assert.deepEqual(
      terms.conditions.map(({ kind }) => kind),
      ['academic'],
    );
    assert.equal(record(levels({ [license]: 'MIT' }, { [license]: 'some terms' })).license.state, 'declared');
  });

  test('quarantine the image where one of them is beyond its bounds', () => {
    assert.match(reason(levels({ a: '1' }, { b: 'x'.repeat(9_000) })), /^labelSets\[1\]\[0\]\.value/);
    const many = (name: string) =>
      Object.fromEntries(Array.from({ length: BOUNDS.labels }, (_, index) => [`${name}${index}`, 'x']));
    assert.match(reason(levels(many('a'), many('b'))), /^labels: 256 entries/);
  });
});

describe('what an OCI registry says beside', () => {
  test('is its manifests and the environment, as it is', () => {
    const manifests = [{ platform: 'linux/arm64', digest: digestOf(2), size: 10 }];
    const environment = [{ name: 'CUDA_VERSION', value: '12.4.1' }];
    const image = record(node({ manifests, environment, droppedLabels: ['a'] }));
    assert.deepEqual(image.manifests, manifests);
    assert.deepEqual(image.environment, environment);
    assert.deepEqual(image.droppedLabels, ['a']);
  });

  test('what is attached to it is kept, and a claim where its facility trusts nobody', () => {
    const listed = [{ digest: digestOf(3), kind: 'signature' }];
    const image = record(node({ attachments: { listed, doubtedSince: null } }));
    assert.deepEqual(image.attachments, { listed, doubtedSince: null });
    assert.equal(image.trust.state, 'claimed');
    const sbom = { listed: [{ digest: digestOf(3), kind: 'sbom' }], doubtedSince: null };
    assert.equal(record(node({ attachments: sbom })).trust.state, 'unsigned');
  });

  test('what is attached does not count for the size of a record', () => {
    const listed = Array.from({ length: BOUNDS.attachments }, (_, number) => ({
      ...{ digest: digestOf(number), kind: 'signature' },
    }));
    const large = Array.from({ length: 31 }, (_, number) => ({
      ...{ name: `label${number}`, value: 'x'.repeat(8_190) },
    }));
    const image = record(node({ labels: large, attachments: { listed, doubtedSince: null } }));
    assert.equal(image.attachments.listed.length, BOUNDS.attachments);
  });

  test('that it is attested is a claim, and no more', () => {
    assert.equal(record(node({ attested: true })).trust.state, 'claimed');
    assert.equal(record(node({ attested: false })).trust.state, 'unsigned');
  });

  for (const [field, value] of [
    ['manifests', [{ platform: 'linux/amd64', digest: 'sha256:abc' }]],
    ['manifests', Array.from({ length: BOUNDS.manifests + 1 }, () => ({ digest: digestOf(1) }))],
    ['environment', [{ value: 'x' }]],
    ['attested', 'yes'],
    ['labelSets', labels({ a: '1' })],
    ['droppedLabels', Array.from({ length: 1_025 }, () => 'a')],
  ] as const) {
    test(`quarantines it where its ${field} are not what they should be`, () => {
      assert.match(reason(node({ [field]: value })), new RegExp(`^${field}`));
    });
  }
});
