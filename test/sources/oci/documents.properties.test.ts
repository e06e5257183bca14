import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ingest } from '../../../src/catalog/ingest/ingest.ts';
import { FederationError } from '../../../src/model/errors.ts';
import type { RegistryClient, RegistryRequest } from '../../../src/network/registry/registry-client.ts';
import { readImageConfig } from '../../../src/sources/oci/image-config.ts';
import { bounded, readBy } from '../../../src/sources/oci/labels.ts';
import { readManifest } from '../../../src/sources/oci/manifest.ts';
import { NOBODY_TRUSTED } from '../../../src/trust/settings.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import fc from '../../support/fast-check.ts';
import { crawled } from '../../support/oci/crawl.ts';
import { documentOf, OCI } from '../../support/oci/images.ts';

const isRead = readBy(new Set(['org.hzb.restricted']));

/** Names that mean something, among any others. */
const key = fc.oneof(
  fc.constantFrom(
    ...['schemaVersion', 'mediaType', 'manifests', 'config', 'layers', 'annotations', 'platform', 'digest'],
    ...['size', 'os', 'architecture', 'Labels', 'Env', 'created', 'artifactType', 'urls', '__proto__'],
    ...['io.panfed.sharing', 'io.panfed.image', 'org.opencontainers.image.licenses', 'constructor'],
  ),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.constant(`sha256:${'a'.repeat(64)}`),
  fc.constantFrom(OCI.config, OCI.layer, OCI.manifest, OCI.index, 'linux', 'unknown', 'amd64'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

/** Any document whatsoever, as JSON has it: `__proto__` is a name as any other. */
const document = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 8 })
      .map((entries) =>
        JSON.parse(
          `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
        ),
      ),
  ),
})).value;

function given<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof FederationError && error.code === 'SOURCE_MALFORMED', String(error));
    return null;
  }
}

describe('any document whatsoever', () => {
  test('is read, or refused as malformed', () => {
    fc.assert(
      fc.property(document, (value) => {
        given(() => readManifest(value, isRead, 64));
        const config = given(() => readImageConfig(value, isRead));
        assert.ok(config === null || config.labels.labels.length <= 128);
        assert.equal(({} as Record<string, unknown>).Labels, undefined);
      }),
    );
  });

  test('in place of each answer of a registry ends a crawl in nodes and quarantine, or in a failure of the source', async () => {
    const vocabulary = loadVocabulary();
    const context = {
      place: { facility: 'esrf', registry: 'main', pull: 'registry.esrf.example' },
      rules: {
        statementOn: () =>
          ({ sharing: 'open', listed: null, suppliedBy: null, groups: null, conditions: [] }) as const,
      },
      vocabulary,
      trustSettings: NOBODY_TRUSTED,
    };
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (values) => {
        const documents = values.map((value) => documentOf(value, OCI.manifest));
        const asked: string[] = [];
        const client: RegistryClient = {
          async ask({ path, method }: RegistryRequest) {
            asked.push(path);
            const json = path.includes('/tags/list')
              ? { tags: documents.map((_, index) => `t${index}`) }
              : values[asked.length % values.length];
            const tagged = documents[Number(/\/manifests\/t(\d)$/.exec(path)?.[1] ?? -1)];
            const found = tagged ?? documents.find(({ digest }) => path.endsWith(digest));
            return {
              status: 200,
              headers: tagged === undefined ? {} : { 'docker-content-digest': tagged.digest },
              bytes:
                method === 'HEAD'
                  ? Buffer.alloc(0)
                  : (found?.bytes ?? Buffer.from(JSON.stringify(json) ?? 'null')),
              url: new URL(path, 'https://registry.esrf.example'),
            };
          },
        };
        const outcome = await crawled(client, { repositories: ['em/relion'] }).catch((error: unknown) => {
          assert.ok(error instanceof FederationError, String(error));
          return { nodes: [], malformed: [] };
        });
        assert.ok(asked.every((path) => path.startsWith('/v2/em/relion/')));
        for (const node of outcome.nodes) {
          const result = ingest(node, context);
          assert.ok(!('cause' in result) || result.cause === undefined);
        }
      }),
    );
  });
});

describe('bounded labels', () => {
  const name = fc.oneof(
    fc.constantFrom('io.panfed.sharing', 'org.hzb.restricted', 'a', ''),
    fc.string({ maxLength: 300 }),
  );
  const value = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.constant('x'.repeat(9_000)));

  test('never lose one that is read, and name each of the others that they lose', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 200 }), (labels) => {
        const result = given(() => bounded(Object.entries(labels), isRead));
        if (result === null) return;
        const kept = new Map(result.labels);
        for (const [label, text] of Object.entries(labels)) {
          if (isRead(label)) assert.equal(kept.get(label), text);
          else if (label.trim() !== '')
            assert.ok(kept.has(label) !== result.dropped.includes(label.slice(0, 256)));
        }
        assert.ok(result.labels.length <= 128);
      }),
    );
  });

  test('are the same in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 200 }), (labels) => {
        const entries = Object.entries(labels);
        assert.deepEqual(
          given(() => bounded(entries, isRead)),
          given(() => bounded([...entries].reverse(), isRead)),
        );
      }),
    );
  });
});
