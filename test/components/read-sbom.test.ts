// SBOMs as bytes and as predicates: what is read, and the reason where it is not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSbom, readSbomPredicate, type SbomReadingOptions } from '../../src/components/read-sbom.ts';
import { isSbomPredicate } from '../../src/model/sbom-predicate.ts';
import { bytesOf, readLicense, sbomOf, spdx2, spdx3 } from './sboms.ts';

const reasonOf = (value: unknown, options?: SbomReadingOptions): string => {
  const read = readSbom(value instanceof Uint8Array ? value : bytesOf(value), options);
  assert.ok('reason' in read);
  return read.reason;
};

describe('what is no SBOM that is read has a reason', () => {
  for (const [name, value, reason] of [
    ['an older SPDX', { spdxVersion: 'SPDX-2.2' }, /^is SPDX 2\.2, and read are SPDX 2\.3, /],
    ['an older CycloneDX', { bomFormat: 'CycloneDX', specVersion: '1.4' }, /^is CycloneDX 1\.4, /],
    ['a version that is none', { bomFormat: 'CycloneDX', specVersion: '<b>' }, /^is CycloneDX of an unknown/],
    ['SPDX 3 of one element', { '@context': spdx3([])['@context'], type: 'SpdxDocument' }, /without @graph/],
    ['another document', { name: 'x' }, /^is no SBOM that is read/],
    ['a list', [], /^is no SBOM/],
    ['null', null, /^is no SBOM/],
    ['what is not JSON', Buffer.from('<bom/>'), /^is not JSON$/],
    ['what is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /^is not UTF-8$/],
    ['a key twice', Buffer.from('{"a":1,"a":2}'), /^has a key twice$/],
    ['deep nesting', Buffer.from(`${'['.repeat(65)}${']'.repeat(65)}`), /^is nested deeper/],
  ] as const) {
    test(name, () => assert.match(reasonOf(value), reason));
  }

  test('media types that are no JSON', () => {
    assert.equal(
      reasonOf(spdx2([]), { mediaType: 'text/spdx' }),
      'is SPDX as tags and values, and JSON is read',
    );
    assert.match(
      reasonOf({}, { mediaType: 'application/vnd.cyclonedx+xml; version=1.5' }),
      /^is CycloneDX as XML/,
    );
  });

  test('a hundred megabytes, which are not parsed', () => {
    assert.equal(reasonOf(Buffer.alloc(100_000_000, '[')), 'is larger than 32 MiB');
  });

  test('but a media type of another JSON is only a hint', () => {
    assert.equal(
      sbomOf(bytesOf(spdx2([])), { mediaType: 'application/vnd.cyclonedx+json' }).format,
      'SPDX 2.3',
    );
  });
});

describe('the predicate of an attestation', () => {
  test('has the document, or cosign’s of old as text or object in it', () => {
    const document = spdx2([{ name: 'a' }]);
    for (const predicate of [
      document,
      { Data: document },
      { Data: JSON.stringify(document), Timestamp: '' },
    ]) {
      const read = readSbomPredicate(predicate);
      assert.ok(!('reason' in read) && read.components.length === 1);
    }
  });

  test('with another text has a reason', () => {
    assert.deepEqual(readSbomPredicate({ Data: 'SPDXVersion: SPDX-2.2\n' }), {
      reason: 'is SPDX as tags and values, and JSON is read',
    });
    assert.deepEqual(readSbomPredicate({ Data: 'x' }), { reason: 'is not JSON' });
  });

  test('is an SBOM by its type, with or without a version', () => {
    for (const type of [
      'https://spdx.dev/Document',
      'https://spdx.dev/Document/v2.3',
      'https://cyclonedx.org/bom/v1.5',
    ]) {
      assert.ok(isSbomPredicate(type), type);
    }
    for (const type of [
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Documents',
      'x https://spdx.dev/Document',
    ]) {
      assert.ok(!isSbomPredicate(type), type);
    }
  });
});

test('a license is an SPDX expression where the reader of licenses recognizes it, else as it is written', () => {
  const licenses = ['mit', 'Apache-2.0 and (isc)', 'my own'];
  const packages = licenses.map((licenseDeclared, index) => ({ name: `p${index}`, licenseDeclared }));
  assert.deepEqual(
    sbomOf(bytesOf(spdx2(packages)), { readLicense }).components.map(({ license }) => license),
    ['MIT', 'Apache-2.0 AND ISC', 'my own'],
  );
});
