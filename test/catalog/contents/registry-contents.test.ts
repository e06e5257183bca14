import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createContents } from '../../../src/catalog/contents/contents.ts';
import { readSboms } from '../../../src/catalog/contents/read-sboms.ts';
import { createRegistryContents } from '../../../src/catalog/contents/registry-contents.ts';
import { parseComponentChoice } from '../../../src/components/component-choice.ts';
import { ComponentLists } from '../../../src/components/component-lists.ts';
import type { Attachment } from '../../../src/model/attachment.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import type { WantedAttachments } from '../../../src/sources/source.ts';
import type { Proof } from '../../../src/trust/attachment.ts';
import { NOTHING } from '../../../src/trust/facts.ts';
import { NOBODY_TRUSTED } from '../../../src/trust/settings.ts';
import { bytesOf, spdx2 } from '../../components/sboms.ts';
import { digestOf, imageRecord } from '../../support/records.ts';

const NEVER = new AbortController().signal;
const [A, B] = [digestOf(10), digestOf(11)] as [string, string];
const SPDX = 'application/spdx+json';

const sbom = (...names: string[]) => bytesOf(spdx2(names.map((name) => ({ name, versionInfo: '1.0' }))));
const attached = (digest: string, bytes: Uint8Array, mediaType = SPDX): Attachment => ({
  ...{ digest, artifactType: SPDX },
  layers: [{ mediaType, annotations: {}, bytes }],
});

const image = (attachments: readonly string[], more: Partial<ImageRecord> = {}): ImageRecord =>
  imageRecord({
    attachments: { listed: attachments.map((digest) => ({ digest, kind: 'sbom' })), doubtedSince: null },
    ...more,
  });

/** A registry that has the attachments; undefined: it cannot be had now. */
function world(held: Record<string, Attachment | null | undefined>, lists = new ComponentLists()) {
  const table = createContents(lists);
  const asked: WantedAttachments[] = [];
  const proof = { statement: { kind: 'other', predicateType: 'https://spdx.dev/Document' } } as Proof;
  const contents = createRegistryContents({
    ...{ place: { facility: 'esrf', registry: 'main' }, table },
    source: {
      attachments: async (wanted) => {
        asked.push(wanted);
        return new Map(
          wanted.attachments.flatMap((digest) => {
            const one = held[digest];
            return one === undefined ? [] : [[digest, one] as const];
          }),
        );
      },
    },
    reader: { read: async (_, { layers, subjects }) => readSboms(layers, subjects, () => null) },
    verifier: { verify: async () => [{ ...NOTHING, proofs: [proof] }] },
    trust: {
      settings: { ...NOBODY_TRUSTED, hash: 'one' },
      isProven: (_, __, proofs) => proofs.includes(proof),
    },
  });
  const settle = async (...records: ImageRecord[]) => {
    await contents.load(records);
    const outcomes = [];
    for (const record of records) {
      if (contents.isPending(record)) outcomes.push(await contents.settle(record, NEVER));
    }
    return outcomes;
  };
  const namesOf = (record: ImageRecord) =>
    table
      .of(record)
      .sboms.flatMap(({ digest }) =>
        [...(table.lists.list(digest)?.components() ?? [])].map(({ name }) => name),
      );
  const having = async (text: string) => {
    const choice = parseComponentChoice(text);
    assert.ok(!('message' in choice));
    return [...table.imagesWith(await table.lists.choose([choice]))];
  };
  return { table, contents, asked, settle, namesOf, having };
}

describe('of an image with an SBOM', () => {
  test('the components are known once it was read, and found by their name', async () => {
    const { table, contents, settle, namesOf, having } = world({ [A]: attached(A, sbom('mkl', 'fftw')) });
    const record = image([A]);
    await contents.load([record]);
    assert.equal(table.of(record).isWhole, false);
    assert.deepEqual(await settle(record), ['SETTLED']);
    assert.deepEqual([namesOf(record), table.of(record).isWhole], [['mkl', 'fftw'], true]);
    assert.deepEqual(await having('MKL@1.0'), [record.id]);
    assert.equal(contents.isPending(record), false);
  });

  test('documents of up to 32 MiB are asked for, one after the other', async () => {
    const { asked, settle } = world({ [A]: attached(A, sbom('a')), [B]: attached(B, sbom('b')) });
    await settle(image([A, B]));
    assert.deepEqual(
      asked.map(({ attachments, maxBytes }) => [attachments, maxBytes]),
      [
        [[A], 33_554_432],
        [[B], 33_554_432],
      ],
    );
  });

  test('nothing is known any more once it is attached no longer, and its list is released', async () => {
    const { table, settle, namesOf, having } = world({ [A]: attached(A, sbom('mkl')) });
    await settle(image([A]));
    await settle(image([]));
    assert.deepEqual([namesOf(image([])), await having('mkl'), table.lists.usage().sboms], [[], [], 0]);
  });

  test('the list stays while another image has the same SBOM', async () => {
    const { table, settle, having } = world({ [A]: attached(A, sbom('mkl')) });
    const other = image([A], { digest: digestOf(2) });
    await settle(image([A]), other);
    assert.equal(table.lists.usage().sboms, 1);
    await settle(other);
    assert.deepEqual([await having('mkl'), table.lists.usage().sboms], [[other.id], 1]);
  });

  test('it is asked for again where it cannot be had now, and not where it is gone', async () => {
    const { table, contents, settle } = world({ [A]: undefined, [B]: null });
    const record = image([A, B]);
    assert.deepEqual(await settle(record), ['DOUBTED']);
    assert.deepEqual([contents.isPending(record), table.of(record).isWhole], [true, false]);
  });

  test('one that finds no room is said to be missing', async () => {
    const { table, settle, namesOf } = world(
      { [A]: attached(A, sbom('mkl')) },
      new ComponentLists({ bytes: 1 }),
    );
    await settle(image([A]));
    assert.deepEqual([namesOf(image([A])), table.of(image([A])).isWhole], [[], false]);
  });

  test('one that is too large to be had is said to be missing, and is not asked for again', async () => {
    const partial: Attachment = { digest: A, artifactType: SPDX, layers: [], isPartial: true };
    const { table, contents, settle, namesOf } = world({ [A]: partial });
    await settle(image([A]));
    assert.deepEqual([namesOf(image([A])), table.of(image([A])).isWhole], [[], false]);
    assert.equal(contents.isPending(image([A])), false);
  });

  test('one of a format that is not read is said to be missing', async () => {
    const { table, settle } = world({ [A]: attached(A, bytesOf({ spdxVersion: 'SPDX-2.2' })) });
    await settle(image([A]));
    assert.deepEqual(table.of(image([A])), { sboms: [], isWhole: false });
  });

  test('at most sixteen are kept', async () => {
    const digests = Array.from({ length: 20 }, (_, number) => digestOf(100 + number));
    const held = Object.fromEntries(digests.map((one, number) => [one, attached(one, sbom(`c${number}`))]));
    const { table, contents, settle } = world(held);
    const record = image(digests);
    await settle(record);
    assert.equal(table.of(record).sboms.length, 16);
    assert.deepEqual([table.of(record).isWhole, contents.isPending(record)], [false, false]);
  });
});

describe('verified is', () => {
  const payload = (digest: string) =>
    bytesOf({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: digest.slice(7) } }],
      predicateType: 'https://spdx.dev/Document',
      predicate: spdx2([{ name: 'mkl' }]),
    });
  const flags = async (attachment: Attachment) => {
    const { table, settle } = world({ [A]: attachment });
    await settle(image([A]));
    return table.of(image([A])).sboms.map(({ isVerified }) => isVerified);
  };

  test('a statement that a trusted signer signed', async () => {
    assert.deepEqual(await flags(attached(A, payload(digestOf(1)), 'application/vnd.in-toto+json')), [true]);
  });

  test('never a document without a statement', async () => {
    assert.deepEqual(await flags(attached(A, sbom('mkl'))), [false]);
  });

  test('nothing about another image, which has no part in this one', async () => {
    assert.deepEqual(await flags(attached(A, payload(digestOf(2)), 'application/vnd.in-toto+json')), []);
  });
});

test('the platform of an SBOM is that of the manifest which its statement is about', async () => {
  const manifests = [{ platform: 'linux/arm64', digest: B, size: null }];
  const statement = bytesOf({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: B.slice(7) } }],
    predicateType: 'https://spdx.dev/Document',
    predicate: spdx2([{ name: 'mkl' }]),
  });
  const { table, settle } = world({ [A]: attached(A, statement, 'application/vnd.in-toto+json') });
  const record = image([A], { manifests });
  await settle(record);
  assert.deepEqual(
    table.of(record).sboms.map(({ platform, format }) => [platform, format]),
    [['linux/arm64', 'SPDX 2.3']],
  );
});
