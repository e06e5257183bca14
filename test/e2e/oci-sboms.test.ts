// SBOMs on real registries, by every way in which an image has one: who may pull it is answered what is inside, also after a
// restart while the registry is down.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { needsDistribution, startDistribution } from '../support/oci/distribution.ts';
import { needsDockerRegistry, push, startDockerRegistry } from '../support/oci/docker-registry.ts';
import { documentOf, testImage } from '../support/oci/images.ts';
import { pushFixture, SIGNATURES, signatureFixture } from '../support/signatures.ts';
import { disposableFolder } from '../support/temporary-folder.ts';

const SERVERS = [
  { name: 'Distribution 2.8', needs: needsDockerRegistry, start: () => startDockerRegistry() },
  { name: 'Distribution 3', needs: needsDistribution(), start: () => startDistribution('open') },
] as const;

const SECRET = 'a secret of the federation, for tests alone';

/** A lab whose images are for academic people, and that trusts the key of the fixtures. */
const lab = (origin: string, sqlite: string) =>
  configOf({
    federation: { secret: { env: 'PANFED_SECRET' } },
    store: { sqlite },
    cache: { staleIfError: 24 * 3_600 },
    facilities: [
      {
        ...{ id: 'desy', name: 'DESY' },
        trust: { keys: [{ name: 'lab', file: `${SIGNATURES}/lab.pub` }] },
        registries: [
          {
            ...{ key: 'main', kind: 'oci', url: origin, crawl: ['em/*'], pull: 'registry.desy.local' },
            repositories: [{ match: '**', sharing: 'open', conditions: [{ kind: 'academic' }] }],
          },
        ],
      },
    ],
  });

interface Shown {
  readonly repository: string;
  readonly components: {
    readonly nodes: readonly {
      readonly name: string;
      readonly version: string | null;
      readonly format: string;
      readonly platform: string | null;
      readonly verified: boolean;
    }[];
    readonly totalCount: number;
    readonly truncated: boolean;
  } | null;
  readonly contentsWithheld: readonly { readonly code: string }[];
}

const ASK = `{
  images(first: 20) {
    nodes {
      repository
      components(first: 100) { nodes { name version format platform verified } totalCount truncated }
      contentsWithheld { code }
    }
  }
}`;

async function ask(gateway: RunningGateway, person: string): Promise<readonly Shown[]> {
  const { data, errors } = await gateway.ask<{ readonly images: { readonly nodes: readonly Shown[] } }>(
    ASK,
    {},
    await gateway.token(person),
  );
  assert.deepEqual(errors, []);
  return data.images.nodes;
}

/** As who may pull sees the images, once all that is attached to them was read. */
async function read(gateway: RunningGateway): Promise<readonly Shown[]> {
  for (let tries = 0; ; tries += 1) {
    const images = await ask(gateway, 'desy-staff');
    const isRead =
      images.length === IMAGES && images.every(({ components }) => components?.truncated === false);
    if (isRead || tries === 300) return images;
    await wait(100);
  }
}

const IMAGES = 4;

/** By repository, each kind of component that an image has, and how many. */
function summary(images: readonly Shown[]) {
  return Object.fromEntries(
    images.map(({ repository, components }) => {
      const kinds = components?.nodes.map(({ format, platform, verified }) =>
        [format, platform ?? 'whole image', verified ? 'verified' : 'claimed'].join(', '),
      );
      return [repository, [components?.totalCount, ...[...new Set(kinds)].sort()]];
    }),
  );
}

/** The package of npm has four that it needs; its SBOMs list it too. */
const EXPECTED = {
  'em/attestation': [5, 'SPDX 2.3, whole image, verified'],
  'em/buildx': [2, 'SPDX 2.3, linux/amd64, claimed', 'SPDX 2.3, linux/arm64, claimed'],
  'em/label': [1, 'SPDX 2.3, whole image, claimed'],
  'em/referrer': [5, 'CycloneDX 1.5, whole image, claimed'],
};

/** An image whose label names an SBOM, which has a tag of its own. */
async function pushLabelled(origin: string): Promise<void> {
  const document = documentOf(
    {
      ...{ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'ctffind' },
      packages: [{ SPDXID: 'SPDXRef-mkl', name: 'mkl', versionInfo: '2017.0.3' }],
    },
    'application/spdx+json',
  );
  const sbom = testImage({
    ...{ artifactType: 'application/spdx+json', configType: 'application/vnd.oci.empty.v1+json' },
    layers: [document],
  });
  const labels = { 'org.opencontainers.image.licenses': 'GPL-2.0-only', 'io.panfed.sbom': sbom.digest };
  await push(origin, 'em/label', ['1.0-sbom'], sbom);
  await push(origin, 'em/label', ['1.0'], testImage({ labels }));
}

for (const { name: server, needs, start } of SERVERS) {
  describe(`of images of ${server}`, needs, () => {
    const folder = disposableFolder();
    let registry: Awaited<ReturnType<typeof start>>;
    let gateway: RunningGateway;
    let isUp = false;
    const started = (): Promise<RunningGateway> =>
      startGateway(lab(registry.origin, `${folder.path}/store.sqlite`), { env: { PANFED_SECRET: SECRET } });

    before(async () => {
      registry = await start();
      isUp = true;
      for (const [repository, fixture] of [
        ['em/referrer', 'cosign2-referrers'],
        ['em/attestation', 'cosign2-attestations'],
        ['em/buildx', 'buildx'],
      ] as const) {
        await pushFixture(registry.origin, repository, signatureFixture(fixture));
      }
      await pushLabelled(registry.origin);
      gateway = await started();
    });
    after(async () => {
      await gateway?.close();
      if (isUp) await registry.close();
    });

    test('who may pull them sees the components, as referrers, attestations, an index and a label have them', async () => {
      const images = await read(gateway);
      assert.deepEqual(summary(images), EXPECTED);
      const label = images.find(({ repository }) => repository === 'em/label');
      assert.deepEqual(
        label?.components?.nodes.map(({ name, version }) => [name, version]),
        [['mkl', '2017.0.3']],
      );
    });

    test('who may not sees none, and the reason', async () => {
      const images = await ask(gateway, 'industry');
      assert.equal(images.length, IMAGES);
      for (const { repository, components, contentsWithheld } of images) {
        assert.equal(components, null, repository);
        assert.ok(
          contentsWithheld.some(({ code }) => code === 'LICENSE_ACADEMIC_ONLY'),
          `${repository}: ${contentsWithheld.map(({ code }) => code).join()}`,
        );
      }
    });

    test('the same is seen after a restart while the registry is down', async () => {
      await gateway.close();
      await registry.close();
      isUp = false;
      gateway = await started();
      assert.deepEqual(summary(await read(gateway)), EXPECTED);
      assert.ok((await ask(gateway, 'industry')).every(({ components }) => components === null));
    });
  });
}
