// A registry that allows too few requests for one crawl: it is read in part, and a gateway that starts anew goes on where
// the last one was.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configOf, startGateway } from '../support/gateway.ts';
import {
  type DockerRegistry,
  needsDockerRegistry,
  push,
  startDockerRegistry,
} from '../support/oci/docker-registry.ts';
import { testImage } from '../support/oci/images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const IMAGES = 20;
/** A list of repositories and one of tags, a HEAD a tag, and a manifest and a configuration of 12 images. */
const REQUESTS = 2 + IMAGES + 24;
const QUERY = `{
  images(first: 50) { totalCount complete sources { status error { code } } nodes { tags } }
  facilities { id }
}`;

interface Answer {
  readonly images: {
    readonly totalCount: number;
    readonly complete: boolean;
    readonly sources: readonly {
      readonly status: string;
      readonly error: { readonly code: string } | null;
    }[];
  };
}

describe('a registry of few requests', needsDockerRegistry, () => {
  let registry: DockerRegistry;
  before(async () => {
    registry = await startDockerRegistry();
    for (let at = 0; at < IMAGES; at += 1) {
      const labels = { 'org.opencontainers.image.licenses': 'MIT', 'io.panfed.title': `RELION ${at}` };
      await push(registry.origin, 'em/relion', [`v${at}`], testImage({ labels, content: `${at}` }));
    }
  });
  after(() => registry.close());

  test('is PARTIAL until its crawl is done, also by gateways that start anew, and never answers as whole before', async (context) => {
    const path = `${temporaryFolder(context)}/store.sqlite`;
    const config = configOf({
      federation: { secret: { env: 'PANFED_SECRET' } },
      store: { sqlite: path },
      facilities: [
        {
          id: 'esrf',
          name: 'ESRF',
          registries: [
            {
              ...{ key: 'main', kind: 'oci', url: registry.origin, pull: 'registry.esrf.example' },
              repositories: [{ match: 'em/**', sharing: 'open', conditions: [] }],
              requests: { budget: { requests: REQUESTS, window: 604_800 } },
            },
          ],
        },
      ],
    });
    const counts: number[] = [];
    for (const isLast of [false, true]) {
      const gateway = await startGateway(config, {
        env: { PANFED_SECRET: 'a secret of the federation, for tests alone' },
      });
      try {
        const { images } = (await gateway.ask<Answer>(QUERY)).data;
        counts.push(images.totalCount);
        const [source] = images.sources;
        assert.deepEqual(
          [source?.status, source?.error?.code ?? null, images.complete],
          isLast ? ['OK', null, true] : ['PARTIAL', 'CRAWL_UNFINISHED', false],
        );
        const { data, errors } = await gateway.ask(
          '{ image(reference: "registry.esrf.example/em/none:1") { id } }',
        );
        assert.equal(data.image, null);
        assert.equal(errors?.[0]?.extensions.code, isLast ? undefined : 'SOURCE_UNAVAILABLE');
      } finally {
        await gateway.close();
      }
    }
    const [first = 0, second] = counts;
    assert.ok(first >= 8 && first <= 12, `${first} images`);
    assert.equal(second, IMAGES);
  });
});
