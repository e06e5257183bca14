// What real tools put beside images, in every layout and on every real registry: the crawl has each of it by its kind.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { referrersInMemory } from '../../src/sources/oci/referrers/known-referrers.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Crawled, crawled } from '../support/oci/crawl.ts';
import { needsDistribution, startDistribution } from '../support/oci/distribution.ts';
import { needsDockerRegistry, startDockerRegistry } from '../support/oci/docker-registry.ts';
import { needsReferrersServer, startReferrersServer } from '../support/oci/referrers-servers.ts';
import { testClient } from '../support/oci/registry-client.ts';
import {
  hasReferrersApi,
  pushFixture,
  SIGNATURES,
  type SignatureFixture,
  signatureFixtures,
} from '../support/signatures.ts';

interface Server {
  readonly origin: string;
  close(): Promise<void>;
}

/** Whether each has a referrers API: signatures are found by the fallback's tag without it. */
const SERVERS: readonly {
  readonly name: string;
  readonly needs: object;
  readonly hasApi: boolean;
  readonly start: () => Promise<Server>;
}[] = [
  {
    name: 'Distribution 2.8',
    needs: needsDockerRegistry,
    hasApi: false,
    start: () => startDockerRegistry(),
  },
  {
    name: 'Distribution 3',
    needs: needsDistribution(),
    hasApi: false,
    start: () => startDistribution('open'),
  },
  ...(['correct', 'wrong'] as const).map((kind) => ({
    name: `a registry with a ${kind} referrers API`,
    needs: needsReferrersServer(kind),
    hasApi: true,
    start: () => startReferrersServer(kind),
  })),
];

const fixtures = signatureFixtures();

/** A lab that trusts what the fixtures say it does. */
const trusting = (origin: string) =>
  configOf({
    facilities: [
      {
        ...{ id: 'desy', name: 'DESY' },
        trust: {
          keys: ['lab.pub', 'lab-p384.pub', 'lab-rsa.pub', 'lab-ed25519.pub'].map((file) => ({
            ...{ name: file, file: `${SIGNATURES}/${file}` },
          })),
          identities: fixtures
            .flatMap(({ images }) => images.flatMap(({ proofs }) => proofs))
            .flatMap(({ identity }) => (identity === undefined ? [] : [{ name: 'keyless', ...identity }])),
          root: `${SIGNATURES}/keyless-root.json`,
          notation: { store: `${SIGNATURES}/notation-ca.pem` },
        },
        registries: [
          {
            ...{ key: 'main', kind: 'oci', url: origin, crawl: ['em/*'], pull: 'registry.desy.local' },
            repositories: [{ match: '**', sharing: 'open', conditions: [] }],
          },
        ],
      },
    ],
  });

/** The states of all images, once none is unknown. */
async function settledStates(gateway: RunningGateway): Promise<readonly (readonly [string, string])[]> {
  const token = await gateway.token('desy-staff');
  const query = '{ images(first: 100) { nodes { repository tags trust { state } } } }';
  for (let tries = 0; ; tries += 1) {
    const { data, errors } = await gateway.ask<{
      readonly images: { readonly nodes: readonly ShownImage[] };
    }>(query, {}, token);
    assert.deepEqual(errors, []);
    const { nodes } = data.images;
    if (tries === 300 || nodes.every(({ trust }) => trust.state !== 'UNKNOWN')) {
      return nodes
        .map(({ repository, tags, trust }) => [`${repository}:${tags[0]}`, trust.state] as const)
        .sort();
    }
    await wait(100);
  }
}

interface ShownImage {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly trust: { readonly state: string };
}

const repositoryOf = ({ name }: SignatureFixture): string => `em/${name}`;

/** What an index has of itself, of which SBOMs are read. */
function insideOf({ manifests }: SignatureFixture, digest: string) {
  const index = JSON.parse(manifests.find((one) => one.digest === digest)?.bytes.toString() ?? '{}');
  const entries: readonly { digest: string; annotations?: Record<string, string> }[] = index.manifests ?? [];
  return entries
    .filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] === 'attestation-manifest')
    .map((entry) => ({ digest: entry.digest, kind: 'sbom' as const }))
    .sort((one, other) => (one.digest < other.digest ? -1 : 1));
}

for (const { name: server, needs, hasApi, start } of SERVERS) {
  describe(server, needs, () => {
    const known = referrersInMemory();
    let registry: Server;
    let found: Crawled;
    before(async () => {
      registry = await start();
      await Promise.all(fixtures.map((one) => pushFixture(registry.origin, repositoryOf(one), one)));
      const referrers = { known, every: 86_400_000, now: () => 0 };
      found = await crawled(testClient(registry.origin), { repositories: ['em/*'], referrers });
    });
    after(() => registry?.close());

    test('has images whose trust is as what signed them says', async (context) => {
      const gateway = await startGateway(trusting(registry.origin));
      context.after(() => gateway.close());
      const expected = fixtures
        .flatMap((fixture) => fixture.images.map((image) => ({ ...image, fixture })))
        .filter(({ tag }) => tag !== null)
        .map(({ tag, state, fixture }) => [`${repositoryOf(fixture)}:${tag}`, state.toUpperCase()])
        .sort();
      assert.deepEqual(await settledStates(gateway), expected);
    });

    test(`has ${hasApi ? 'a' : 'no'} referrers API`, async () => {
      for (const one of fixtures)
        assert.equal(await hasReferrersApi(registry.origin, repositoryOf(one), one.image), hasApi);
    });

    for (const fixture of fixtures) {
      const repository = repositoryOf(fixture);
      const tagged = fixture.images.filter(({ tag }) => tag !== null);

      test(`has all that refers to the image of ${fixture.name}, and no more`, async () => {
        const lists = await known.read({ facility: 'esrf', registry: 'main', repository });
        assert.deepEqual(
          new Map([...lists].map(([digest, { referrers }]) => [digest, referrers])),
          new Map(tagged.map(({ digest, attachments }) => [digest, attachments])),
        );
      });

      test(`has the image of ${fixture.name} with what is attached to it`, () => {
        const nodes = found.nodes.filter((node) => node.repository === repository);
        assert.deepEqual(
          nodes
            .map(({ digest, tags, attested, attachments }) => [digest, tags, attested, attachments])
            .sort(),
          tagged
            .map(({ digest, tag, attested, attachments }) => {
              // A tag of a platform's signature is a claim for the index.
              const isClaimed = attested || fixture.name === 'platforms-signed';
              const listed = [...attachments, ...insideOf(fixture, digest)];
              return [digest, [tag], isClaimed, { listed, doubtedSince: null }];
            })
            .sort(),
        );
        assert.deepEqual(found.malformed, []);
      });
    }
  });
}
