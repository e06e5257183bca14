import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLabels } from '../../support/labels.ts';

describe('a version is one that no label disputes', () => {
  const frameworksOf = (labels: Record<string, string>) => readLabels(labels).described.frameworks;
  const versionOf = (labels: Record<string, string>) => frameworksOf(labels)[0]?.version;
  const oci = { 'org.opencontainers.image.version': '2.0' };

  test('OCI’s is that of the one framework', () => {
    assert.deepEqual(frameworksOf({ ...oci, software: 'dials' }), [{ name: 'dials', version: '2.0' }]);
    assert.equal(versionOf({ ...oci, 'io.panfed.frameworks': 'a, b' }), null);
  });

  test('where two differ it is unknown, by whatever name of the framework', () => {
    assert.equal(versionOf({ ...oci, software: 'dials', 'software.version': '1.0' }), null);
    assert.equal(versionOf({ ...oci, 'io.panfed.frameworks': 'dials@1.0' }), null);
    const both = { 'io.panfed.frameworks': 'relion5@5.0, ctffind@4', software: 'RELION' };
    assert.equal(versionOf({ ...both, 'software.version': '4.0' }), null);
    assert.equal(versionOf({ ...both, 'software.version': 'v5.0' }), '5.0');
    assert.equal(versionOf({ ...both, software: 'xds', 'software.version': '4.0' }), '5.0');
  });

  test('a framework that is there twice keeps both', () => {
    assert.deepEqual(
      frameworksOf({
        'io.panfed.frameworks': 'dials@1, DIALS@2',
        software: 'dials',
        'software.version': '3',
      }),
      [
        { name: 'dials', version: '1' },
        { name: 'DIALS', version: '2' },
      ],
    );
  });
});
