import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSboms } from '../../../src/catalog/contents/read-sboms.ts';
import { bytesOf, cyclonedx, spdx2 } from '../../components/sboms.ts';
import { digestOf } from '../../support/records.ts';

const [IMAGE, PLATFORM, OTHER] = [digestOf(1), digestOf(2), digestOf(3)] as [string, string, string];
const MKL = spdx2([{ name: 'mkl', versionInfo: '2017.0.3' }]);

const statementOf = (predicate: unknown, digest = IMAGE, predicateType = 'https://spdx.dev/Document') =>
  bytesOf({
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: [{ name: 'relion', digest: { sha256: digest.slice(7) } }],
    predicateType,
    predicate,
  });

const envelopeOf = (payload: Buffer) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: payload.toString('base64'),
  signatures: [{ sig: 'AAAA' }],
});

const read = (mediaType: string, bytes: Uint8Array, subjects: readonly string[] = [IMAGE, PLATFORM]) =>
  readSboms([{ mediaType, bytes }], subjects, () => null).sboms;
const names = (mediaType: string, bytes: Uint8Array) =>
  read(mediaType, bytes).flatMap(({ components }) => components.map(({ name }) => name));

describe('an SBOM is read', () => {
  test('of a layer that is one', () => {
    assert.deepEqual(names('application/spdx+json', bytesOf(MKL)), ['mkl']);
    const [sbom] = read(
      'application/vnd.cyclonedx+json',
      bytesOf(cyclonedx([{ type: 'library', name: 'fftw' }])),
    );
    assert.deepEqual([sbom?.format, sbom?.isStated, sbom?.subject], ['CycloneDX 1.6', false, IMAGE]);
  });

  test('of a statement, an envelope and a bundle about the image', () => {
    const statement = statementOf(MKL);
    const envelope = envelopeOf(statement);
    assert.deepEqual(names('application/vnd.in-toto+json', statement), ['mkl']);
    assert.deepEqual(names('application/vnd.dsse.envelope.v1+json', bytesOf(envelope)), ['mkl']);
    const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope };
    assert.deepEqual(names('application/vnd.dev.sigstore.bundle.v0.3+json', bytesOf(bundle)), ['mkl']);
  });

  test('of a statement about one of its platforms', () => {
    const [sbom] = read('application/vnd.in-toto+json', statementOf(MKL, PLATFORM));
    assert.deepEqual([sbom?.subject, sbom?.isStated], [PLATFORM, true]);
  });
});

describe('no SBOM is read', () => {
  test('of a statement about another image', () => {
    assert.deepEqual(read('application/vnd.in-toto+json', statementOf(MKL, OTHER)), []);
  });

  test('of another predicate, another layer, or what is none', () => {
    assert.deepEqual(
      read('application/vnd.in-toto+json', statementOf(MKL, IMAGE, 'https://slsa.dev/provenance/v1')),
      [],
    );
    assert.deepEqual(read('application/spdx+json', Buffer.from('no JSON')), []);
    assert.deepEqual(read('application/vnd.in-toto+json', bytesOf(MKL)), []);
  });
});

describe('a layer', () => {
  const isWhole = (mediaType: string, value: unknown) =>
    readSboms([{ mediaType, bytes: bytesOf(value) }], [IMAGE], () => null).isWhole;

  test('that says that it is an SBOM of the image and cannot be read leaves something unread', () => {
    assert.equal(isWhole('application/spdx+json', { spdxVersion: 'SPDX-2.2' }), false);
    assert.equal(isWhole('text/spdx', MKL), false);
    assert.equal(isWhole('application/vnd.syft+json', { artifacts: [] }), false);
    const old = JSON.parse(statementOf({ spdxVersion: 'SPDX-2.2' }).toString()) as object;
    assert.equal(isWhole('application/vnd.in-toto+json', old), false);
  });

  test('that is read, is about something else, or does not say that it is one leaves nothing unread', () => {
    assert.equal(isWhole('application/spdx+json', MKL), true);
    const other = JSON.parse(statementOf({ spdxVersion: 'SPDX-2.2' }, OTHER).toString()) as object;
    assert.equal(isWhole('application/vnd.in-toto+json', other), true);
    assert.equal(isWhole('application/json', { anything: 'else' }), true);
  });
});

test('bytes that are an envelope and a statement at once are two lists, so that one proves nothing of the other', () => {
  const signed = envelopeOf(statementOf(MKL));
  const forged = JSON.parse(statementOf(spdx2([{ name: 'forged' }])).toString()) as object;
  const both = bytesOf({ ...signed, ...forged });
  const [as] = read('application/vnd.in-toto+json', both);
  const [other] = read('application/vnd.dsse.envelope.v1+json', both);
  assert.deepEqual([as?.components[0]?.name, other?.components[0]?.name], ['forged', 'mkl']);
  assert.notEqual(as?.digest, other?.digest);
});
