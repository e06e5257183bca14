import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { z } from 'zod';
import { checkRegistries } from '../../../src/config/check/registries.ts';
import { facilitySchema, type registrySchema } from '../../../src/config/facility.ts';
import type { Config } from '../../../src/config/schema.ts';

type Registry = Omit<z.input<typeof registrySchema>, 'key' | 'pull'>;

/** `path: message (hint)` of each problem of the registry. */
function problems(registry: Registry, demo = false): string[] {
  const registries = [{ key: 'main', pull: 'registry.example', ...registry }];
  const facility = facilitySchema.parse({ id: 'esrf', name: 'ESRF', registries });
  const found: string[] = [];
  checkRegistries({ demo, facilities: [facility] } as unknown as Config, (path, message, hint) => {
    found.push(`${path.slice(4).join('.')}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
  });
  return found;
}

const REALMS = ['auth.docker.io'];

describe('a registry of kind oci', () => {
  test('needs its root', () => {
    assert.deepEqual(problems({ kind: 'oci' }), [': an oci registry needs url, its root']);
    assert.deepEqual(problems({ kind: 'oci', url: 'https://registry.example' }), []);
  });

  test('has no api beside it', () => {
    const url = 'https://registry.example';
    assert.deepEqual(problems({ kind: 'oci', url, api: 'https://api.example' }), [
      'api: a registry of kind oci has no api beside its url',
    ]);
  });
});

describe('a registry that the demo serves', () => {
  const demo = 'catalogs/esrf.yaml';

  test('needs no address and no host of tokens, and what to crawl where its kind does', () => {
    for (const kind of ['oci', 'harbor'] as const) assert.deepEqual(problems({ kind, demo }, true), []);
    for (const kind of ['dockerhub', 'ghcr'] as const) {
      assert.deepEqual(problems({ kind, demo, crawl: ['lab/**'] }, true), []);
      assert.match(problems({ kind, demo }, true).join(), /^: a \w+ registry needs crawl/);
    }
  });

  test('has no address beside its catalog', () => {
    const registry: Registry = { kind: 'oci', demo, url: 'https://registry.example' };
    assert.deepEqual(problems(registry, true), [': url and demo exclude each other']);
    const hub: Registry = { kind: 'dockerhub', demo, crawl: ['lab/**'], api: 'https://hub.example' };
    assert.deepEqual(problems(hub, true), [': api and demo exclude each other']);
  });

  test('is of a kind that it can serve', () => {
    assert.deepEqual(problems({ kind: 'zot', demo }, true), [
      'demo: a demo catalog is not served as kind zot (Write kind: graphql, oci, dockerhub, harbor or ghcr.)',
    ]);
  });

  test('is in a demo', () => {
    assert.match(problems({ kind: 'oci', demo }).join(), /in the demo only/);
  });
});

describe('a registry of kind dockerhub', () => {
  test('needs no address, but what to crawl and the host of its tokens', () => {
    assert.deepEqual(problems({ kind: 'dockerhub', crawl: ['lab/**'], realms: REALMS }), []);
    assert.deepEqual(problems({ kind: 'dockerhub' }), [
      ': a dockerhub registry needs crawl: nobody crawls all of it (Write crawl: [<namespace>/**].)',
      ': Docker Hub has a token server at a host of its own (Write realms: [auth.docker.io].)',
    ]);
  });

  test('at another address needs its API, so that Docker Hub’s is not sent its credential', () => {
    const registry: Registry = { kind: 'dockerhub', url: 'https://mirror.lab.example', crawl: ['lab/**'] };
    assert.deepEqual(problems(registry), [
      ': a dockerhub registry at another url needs api, which is sent its credential',
    ]);
    assert.deepEqual(problems({ ...registry, api: 'https://hub.lab.example' }), []);
  });

  test('is crawled by namespaces', () => {
    assert.deepEqual(
      problems({ kind: 'dockerhub', realms: REALMS, crawl: ['lab/*', '**', 'l*b/x', 'python'] }),
      [
        'crawl.1: a repository of Docker Hub begins with its namespace (Write <namespace>/**.)',
        'crawl.2: a repository of Docker Hub begins with its namespace (Write <namespace>/**.)',
        'crawl.3: a repository of Docker Hub begins with its namespace (Write library/python, if it is an official image.)',
      ],
    );
  });

  test('takes no bearer token, and no API over plain http without a reason', () => {
    const registry: Registry = { kind: 'dockerhub', realms: REALMS, crawl: ['lab/*'] };
    assert.match(
      problems({ ...registry, credential: { token: { env: 'X' } } }).join(),
      /^credential\.token: a dockerhub registry takes no bearer token/,
    );
    assert.match(problems({ ...registry, api: 'http://hub.example' }).join(), /^api: plain http/);
    assert.deepEqual(problems({ ...registry, api: 'http://hub.example', plainHttp: 'a test' }), []);
  });
});

describe('a registry of kind gitlab', () => {
  const registry: Registry = {
    kind: 'gitlab',
    url: 'https://registry.lab.example',
    api: 'https://gitlab.lab.example',
    realms: ['gitlab.lab.example'],
    crawl: ['em/**'],
  };

  test('needs its GitLab, which gives its tokens, and groups', () => {
    assert.deepEqual(problems(registry), []);
    assert.deepEqual(problems({ ...registry, realms: [] }), [
      ': GitLab gives the tokens of its registry itself (Write realms: [gitlab.lab.example].)',
    ]);
    assert.deepEqual(problems({ ...registry, api: undefined }), [
      ': a gitlab registry needs api, the GitLab whose registry it is',
    ]);
    assert.deepEqual(problems({ ...registry, crawl: ['**'] }), [
      'crawl.0: a repository of GitLab begins with its group (Write <group>/**.)',
    ]);
  });

  test('needs no realm where both are the same host', () => {
    const url = 'https://gitlab.lab.example:5050';
    assert.deepEqual(problems({ ...registry, url, realms: [] }), []);
  });
});

test('a registry of kind quay needs its root and namespaces', () => {
  const registry: Registry = { kind: 'quay', url: 'https://quay.io', crawl: ['lab/**'] };
  assert.deepEqual(problems(registry), []);
  assert.deepEqual(problems({ ...registry, url: undefined, crawl: ['**'] }), [
    ': a quay registry needs url, its root',
    'crawl.0: a repository of Quay begins with its namespace (Write <namespace>/**.)',
  ]);
  assert.match(problems({ ...registry, crawl: undefined }).join(), /needs crawl/);
});

test('a registry of kind ghcr needs owners, and no address', () => {
  assert.deepEqual(problems({ kind: 'ghcr', crawl: ['lab/**'] }), []);
  assert.deepEqual(problems({ kind: 'ghcr', crawl: ['**'] }), [
    'crawl.0: a repository of GitHub begins with its owner (Write <owner>/**.)',
  ]);
});

test('a registry of kind graphql has neither crawl nor api', () => {
  const registry = { kind: 'graphql', url: 'https://registry.example/graphql' } as const;
  assert.deepEqual(problems({ ...registry, crawl: ['**'], api: 'https://api.example' }), [
    'crawl: a registry of kind graphql is read as a whole, without crawl',
    'api: a registry of kind graphql has no api beside its url',
  ]);
});
