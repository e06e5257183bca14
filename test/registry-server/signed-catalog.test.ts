// What a demo signs, verified as the gateway verifies it: as documents of contract 2, and as referrers of a registry of images.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { limitsSchema } from '../../src/config/limits.ts';
import type { ServedKind } from '../../src/config/registry-kind.ts';
import {
  type CatalogOptions,
  loadRegistryCatalog,
  type RegistryImage,
} from '../../src/registry-server/catalog.ts';
import { createDemoSigners } from '../../src/registry-server/demo-signers.ts';
import { offlineClient } from '../../src/registry-server/oci/client.ts';
import { catalogRegistry } from '../../src/registry-server/oci/registry.ts';
import { signedCatalog, signingBy } from '../../src/registry-server/signed-catalog.ts';
import { LISTINGS } from '../../src/sources/listings/listings.ts';
import { documentsInMemory } from '../../src/sources/oci/known-documents.ts';
import { referrersInMemory } from '../../src/sources/oci/referrers/known-referrers.ts';
import { createOciSource } from '../../src/sources/oci/source.ts';
import type { Attachment } from '../../src/trust/attachment.ts';
import { readTrustRoots } from '../../src/trust/roots.ts';
import { fingerprintOf } from '../../src/trust/spki.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const DIGEST = `sha256:${'a'.repeat(64)}`;
const REVISION = 'c'.repeat(40);
const signers = createDemoSigners();
const signing = signingBy(signers, 'registry.kit.example');

const ENTRY = {
  repository: 'lab/relion',
  digest: DIGEST,
  tags: ['5.0'],
  source: 'https://github.com/3dem/relion',
  labels: { 'org.opencontainers.image.revision': REVISION },
  demo: { signedBy: ['KIT'], builtBy: 'https://gitlab.kit.example/ci' },
};

async function catalog(entry: object, options: CatalogOptions = { demo: true }) {
  const path = join(folder, 'catalog.json');
  await writeFile(path, JSON.stringify({ facility: 'kit', images: [entry] }));
  return loadRegistryCatalog(path, options);
}

/** By a facility that trusts KIT alone. */
async function proven(attachment: Attachment, digest: string) {
  const pem = signers.publicKey('KIT');
  const material = { keys: [{ fingerprint: fingerprintOf(pem), pem }], notation: [], sigstore: null };
  return verifyAttachment(attachment, digest, readTrustRoots(material));
}

const attachmentsOf = ({ attached }: RegistryImage): Attachment[] =>
  [...attached.signatures, ...attached.attestations].map(({ digest, mediaType, content }) => ({
    digest,
    artifactType: mediaType,
    layers: [{ mediaType, annotations: {}, bytes: Buffer.from(content) }],
  }));

describe('an entry that says who signs it', () => {
  test('is signed by that key, with how it was built', async () => {
    const [image] = signedCatalog(await catalog(ENTRY), signing).images;
    assert.ok(image);
    const facts = await Promise.all(attachmentsOf(image).map((one) => proven(one, DIGEST)));
    const proofs = facts.flatMap((one) => one.proofs);
    assert.deepEqual(
      proofs.map(({ repository }) => repository),
      ['registry.kit.example/lab/relion', 'registry.kit.example/lab/relion'],
    );
    assert.deepEqual(
      proofs.map(({ statement }) => statement),
      [
        { kind: 'signature' },
        {
          kind: 'provenance',
          provenance: {
            builder: 'https://gitlab.kit.example/ci',
            source: 'https://github.com/3dem/relion',
            revision: REVISION,
            materials: [],
          },
        },
      ],
    );
  });

  test('is only claimed to be signed where the key is a stranger’s', async () => {
    const entry = { ...ENTRY, demo: { signedBy: ['somebody'] } };
    const [image] = signedCatalog(await catalog(entry), signing).images;
    assert.ok(image);
    const [facts] = await Promise.all(attachmentsOf(image).map((one) => proven(one, DIGEST)));
    assert.deepEqual([facts?.claims, facts?.proofs], [true, []]);
  });

  test('gives the catalog another generation', async () => {
    const plain = await catalog(ENTRY);
    assert.notEqual(signedCatalog(plain, signing).generation, plain.generation);
  });

  for (const kind of ['oci', 'harbor', 'dockerhub'] as const satisfies readonly ServedKind[]) {
    test(`has what signs it as referrers in a registry of kind ${kind}`, async () => {
      const registry = catalogRegistry(await catalog(ENTRY), kind, signing);
      const source = createOciSource({
        ...{ facility: 'kit', registry: 'main', kind, url: 'http://registry.invalid' },
        client: offlineClient(registry),
        api: null,
        listing: LISTINGS[kind],
        repositories: ['lab/**'],
        known: documentsInMemory(),
        referrers: { known: referrersInMemory(), every: 0, now: () => 0 },
        policyLabels: () => new Set(),
        limits: limitsSchema.parse({}),
      });
      const signal = AbortSignal.timeout(60_000);
      const nodes: unknown[] = [];
      for await (const page of source.crawl({ signal })) nodes.push(...page.nodes);
      const [node] = nodes as { digest: string; attachments: { listed: { digest: string }[] } }[];
      assert.ok(node);
      const attachments = node.attachments.listed.map(({ digest }) => digest);
      assert.equal(attachments.length, 2);
      const wanted = { repository: 'lab/relion', digest: node.digest, upstreamId: null, attachments };
      const fetched = await source.attachments?.(wanted, signal);
      for (const attachment of fetched?.values() ?? []) {
        assert.ok(attachment);
        assert.equal((await proven(attachment, node.digest)).proofs.length, 1);
      }
    });
  }

  test('is refused outside a demo, and so is an unknown word in it', async () => {
    await assert.rejects(catalog(ENTRY, {}), { code: 'CATALOG_INVALID' });
    await assert.rejects(catalog({ ...ENTRY, demo: { signedby: ['KIT'] } }), { code: 'CATALOG_INVALID' });
  });
});

describe('documents of an entry', () => {
  const signatures = [{ mediaType: 'application/jose+json', content: { payload: 'e30' } }];

  test('have the digest of their content, and change the generation', async () => {
    const plain = await catalog({ ...ENTRY, demo: undefined });
    const signed = await catalog({ ...ENTRY, demo: undefined, signatures });
    assert.notEqual(signed.generation, plain.generation);
    assert.deepEqual(
      signed.images[0]?.attached.signatures.map(({ content }) => content),
      ['{"payload":"e30"}'],
    );
  });

  test('are refused where there are more than 64, one has more than 1 MiB, or no type', async () => {
    const [one] = signatures;
    for (const wrong of [
      Array.from({ length: 65 }, () => one),
      [{ mediaType: 'application/jose+json', content: 'x'.repeat(1_048_577) }],
      [{ content: '{}' }],
    ]) {
      await assert.rejects(catalog({ ...ENTRY, demo: undefined, signatures: wrong }), {
        code: 'CATALOG_INVALID',
      });
    }
  });

  test('are refused of an image whose registry has manifests of its own', async () => {
    const made = await catalog({ ...ENTRY, demo: undefined, signatures });
    assert.throws(() => catalogRegistry(made, 'oci'), { code: 'CATALOG_INVALID' });
  });
});
