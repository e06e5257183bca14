import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAttachments } from '../../../src/catalog/ingest/attachments.ts';
import { digestOf } from '../../../src/model/digest.ts';
import { NO_ATTACHMENTS } from '../../../src/model/image.ts';

const [one, two] = [digestOf('one'), digestOf('two')];
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ digest: digestOf(String(index)) }));

describe('what is attached to an image', () => {
  test('is nothing for a node of contract 1 or of a file', () => {
    assert.equal(readAttachments({ repository: 'em/relion' }), NO_ATTACHMENTS);
  });

  test('is nothing where both lists of contract 2 are empty', () => {
    assert.equal(readAttachments({ signatures: [], attestations: [] }), NO_ATTACHMENTS);
  });

  test('is listed by the kind of its list, each digest once', () => {
    const signatures = [{ digest: one }, { digest: one }];
    assert.deepEqual(readAttachments({ signatures, attestations: [{ digest: two }, { digest: one }] }), {
      listed: [
        { digest: one, kind: 'signature' },
        { digest: two, kind: 'attestation' },
      ],
      doubtedSince: null,
    });
  });

  test('is in doubt for ever where a list is null, or not there beside the other', () => {
    const listed = [{ digest: one, kind: 'signature' }];
    const signatures = [{ digest: one }];
    assert.deepEqual(readAttachments({ signatures, attestations: null }), { listed, doubtedSince: 0 });
    assert.deepEqual(readAttachments({ signatures }), { listed, doubtedSince: 0 });
    assert.deepEqual(readAttachments({ signatures: null, attestations: null }), {
      listed: [],
      doubtedSince: 0,
    });
  });

  test('is in doubt beyond 64 documents of a list, of which the first are looked at', () => {
    assert.equal(readAttachments({ signatures: many(64), attestations: [] }).doubtedSince, null);
    const { listed, doubtedSince } = readAttachments({ signatures: many(1_000), attestations: [] });
    assert.deepEqual([listed.length, doubtedSince], [64, 0]);
  });

  test('is as an OCI registry’s crawl lists it', () => {
    const attachments = { listed: [{ digest: one, kind: 'sbom' }], doubtedSince: 7 };
    assert.deepEqual(readAttachments({ attachments }), attachments);
  });

  test('breaks the record where it is no list of digests', () => {
    for (const signatures of ['none', [one], [{ digest: 'sha1:1' }], [{ digest: null }], many(5_000)]) {
      assert.throws(() => readAttachments({ signatures, attestations: [] }), { name: 'Broken' });
    }
  });
});
