// Documents of an OCI registry that have more of something than an image has.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cleanProse } from '../../../src/model/clean-text.ts';
import { parseJson } from '../../../src/network/body.ts';
import { imageOf } from '../../../src/sources/oci/image.ts';
import { labelSets } from '../../../src/sources/oci/label-sets.ts';
import { readLabels } from '../../../src/sources/oci/labels.ts';
import { type ImageIndex, readManifest } from '../../../src/sources/oci/manifest.ts';
import { readManifestAside } from '../../../src/sources/parse-aside.ts';
import { leastOf } from '../../support/least-of.ts';
import { heldBy } from '../../support/main-thread.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, '']));
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(1), size: 1 };
const unread = () => false;
const indexOf = (manifests: readonly unknown[], max: number): ImageIndex => {
  const document = readManifest({ manifests }, unread, max);
  assert.ok(document.kind === 'index');
  return document;
};
const NOWHERE = { os: 'unknown', architecture: 'unknown' };

describe('labels that are too many', () => {
  test('are refused before any of them is looked at', () => {
    let looked = 0;
    const isRead = () => {
      looked += 1;
      return false;
    };
    assert.throws(() => readLabels(many(22_000), 'labels', isRead), {
      code: 'SOURCE_MALFORMED',
      message: 'it has more than 1024 labels beyond the bounds',
    });
    assert.equal(looked, 0);
    assert.equal(readLabels(many(1_000), 'labels', isRead).dropped.length, 872);
  });

  test('of all entries of an index together are refused', () => {
    const entries = Array.from({ length: 60 }, (_, n) => ({ digest: digestOf(n), annotations: many(1_000) }));
    assert.throws(() => indexOf(entries, 64), { message: /more than 8192 annotations/ });
  });

  test('of all levels of an image together are refused', () => {
    const labels = [{ labels: [], dropped: Object.keys(many(1_000)) }];
    const manifests = Array.from({ length: 60 }, (_, n) => ({
      ...{ digest: digestOf(n), platform: null, size: null, created: null, environment: [] },
      labels,
    }));
    assert.throws(
      () => labelSets({ manifests, annotations: [], isAttested: false, attestations: [] }, unread),
      {
        message: /more than 4096 labels/,
      },
    );
  });
});

test('texts of labels that nobody reads are compared between platforms, and not cleaned', async () => {
  const text = 'é\n'.repeat(4_096);
  const manifests = Array.from({ length: 64 }, (_, n) => ({
    ...{ digest: digestOf(n), platform: null, size: null, created: null, environment: [] },
    labels: [
      { labels: Array.from({ length: 15 }, (_, at) => [`l${at}`, `${n}${text}`] as const), dropped: [] },
    ],
  }));
  const image = { manifests, annotations: [], isAttested: false, attestations: [] };
  const cleaning = await heldBy(async () => {
    for (let time = 0; time < 15; time += 1) cleanProse(text);
  });
  const held = await leastOf(
    cleaning.held,
    async () => (await heldBy(async () => labelSets(image, unread))).held,
  );
  assert.ok(held < cleaning.held, `${held.toFixed()} of ${cleaning.held.toFixed()} ms, a 64th of all`);
  assert.equal(labelSets(image, unread).dropped.length, 15);
});

describe('an index', () => {
  test('has so many manifests as are read, each once, and says that there are more', () => {
    const entries = Array.from({ length: 40_000 }, (_, n) => ({ digest: digestOf(n >> 1) }));
    const { manifests, hasMore } = indexOf(entries, 64);
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      Array.from({ length: 64 }, (_, n) => digestOf(n)),
    );
    assert.equal(hasMore, true);
    assert.equal(indexOf(entries.slice(0, 128), 64).hasMore, false);
  });

  test('is attested by any of its entries, and has the manifests beside thousands of attestations', () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const others = Array.from({ length: 5_000 }, (_, n) => ({ digest: digestOf(n), platform: NOWHERE }));
    const last = { digest: digestOf(7_000), platform: NOWHERE, annotations };
    const index = indexOf([...others, last, { digest: digestOf(8_000) }], 2);
    assert.deepEqual([index.isAttested, index.hasMore, index.manifests.length], [true, false, 3]);
    assert.equal(index.manifests.at(-1)?.digest, digestOf(8_000));
  });

  test('with more manifests than an image may have is none, also where those that are read were met before', async () => {
    const inner = { manifests: [1, 2, 3].map((n) => ({ digest: digestOf(n) })) };
    const outer = { manifests: [9, 1, 2].map((n) => ({ digest: digestOf(n) })) };
    const documents = {
      digestOfTag: async () => digestOf(0),
      manifest: async (digest: string) =>
        Buffer.from(JSON.stringify(digest === digestOf(0) ? outer : digest === digestOf(9) ? inner : {})),
      blob: async () => Buffer.from('{}'),
    };
    const reading = {
      ...{ facility: 'esrf', signal: AbortSignal.timeout(60_000), policyLabels: new Set<string>() },
      ...{ maxManifests: 3, rest: async () => {} },
    };
    await assert.rejects(imageOf(digestOf(0), documents, reading), {
      message: 'it has more than 3 manifests',
    });
  });
});

test('a manifest whose layers are of hundreds of media types is malformed', () => {
  const layers = Array.from({ length: 300 }, (_, n) => ({ digest: digestOf(n), mediaType: `a/${n}` }));
  assert.throws(() => readManifest({ config, layers }, unread, 64), { message: /more than 256 media types/ });
});

test('a document of some hundred kilobytes is not parsed on the event loop', async () => {
  const junk = Array.from({ length: 20_000 }, (_, n) => ({ [n.toString(36)]: 1 }));
  const bytes = Buffer.from(JSON.stringify({ config, layers: [], junk }));
  assert.ok(bytes.length < 262_144);
  const context = {
    ...{ facility: 'esrf', signal: AbortSignal.timeout(60_000), policyLabels: new Set<string>() },
    maxManifests: 64,
  };
  assert.equal((await readManifestAside(bytes, context)).kind, 'manifest');
  const here = await heldBy(async () => {
    for (let time = 0; time < 5; time += 1) parseJson(bytes);
  });
  const aside = await leastOf(here.held / 5, async () => {
    const { held } = await heldBy(async () => {
      for (let time = 0; time < 5; time += 1) await readManifestAside(bytes, context);
    });
    return held;
  });
  assert.ok(aside < here.held / 5, `${aside.toFixed()} of ${here.held.toFixed()} ms`);
});
