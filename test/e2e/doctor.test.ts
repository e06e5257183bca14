// `panfed doctor` over registries of this machine: correct ones, and one for each fault.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { createRegistryServer, loadRegistryCatalog } from '../../src/registry-server/server.ts';
import { doctored, runDoctor } from '../cli/doctor/run-doctor.ts';
import { TEST_AUTHORITY } from '../support/certificates.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startHttpsServer } from '../support/https-server.ts';
import { blocksOf } from '../support/markdown.ts';
import { needsDockerRegistry, push, startDockerRegistry } from '../support/oci/docker-registry.ts';
import { OCI, testImage, testIndex } from '../support/oci/images.ts';
import { type Quirk, sendJson, startOciServer } from '../support/oci/registry-server.ts';
import { ROOT } from '../support/root.ts';
import { settled } from '../support/shown-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const LABELS = {
  'org.opencontainers.image.title': 'tofu',
  'org.opencontainers.image.description': 'Reconstruction of tomography data',
  'org.opencontainers.image.documentation': 'https://tofu.readthedocs.io',
  'org.opencontainers.image.source': 'https://github.com/ufo-kit/tofu',
  'org.opencontainers.image.licenses': 'LGPL-3.0-or-later',
  'io.panfed.frameworks': 'tofu@0.13.1',
  'io.panfed.techniques': 'x-ray tomography',
  'io.panfed.reads': 'HDF5',
  'io.panfed.writes': 'TIFF',
};
const TAGS = ['0.11', '0.12', '0.13'];

/** Pages tags by `n` and `last`, and has referrers: a registry of OCI distribution 1.1. */
const conforming: Quirk = (request, response) => {
  const url = new URL(request.url ?? '', 'http://registry');
  if (url.pathname.includes('/referrers/')) {
    response.writeHead(200, { 'content-type': OCI.index });
    response.end(
      JSON.stringify({ schemaVersion: 2, manifests: [{ artifactType: 'application/vnd.x.sig' }] }),
    );
    return true;
  }
  if (!url.pathname.endsWith('/tags/list')) return false;
  const count = Number(url.searchParams.get('n') ?? TAGS.length);
  const from = TAGS.indexOf(url.searchParams.get('last') ?? '') + 1;
  const tags = TAGS.slice(from, from + count);
  const link = { link: `<${url.pathname}?n=${count}&last=${tags.at(-1)}>; rel="next"` };
  sendJson(response, { name: 'kit/tofu', tags }, from + count < TAGS.length ? link : {});
  return true;
};

/** A registry with three images of one repository; the first of the quirks that answers does. */
async function registry(...quirks: readonly Quirk[]) {
  const server = await startOciServer((request, response) =>
    [...quirks, conforming].some((quirk) => quirk(request, response)),
  );
  closing.push(() => server.close());
  for (const tag of TAGS) server.hold('kit/tofu', [tag], testImage({ content: tag, labels: LABELS }));
  return server;
}

const isRoot = ({ url }: IncomingMessage): boolean => url === '/v2/';

function refuse(response: ServerResponse, challenge: string): true {
  response.writeHead(401, { 'www-authenticate': challenge }).end();
  return true;
}

/** A federation.yaml with one registry of the facility `kit`. */
function configuration(registryLines: readonly string[], name = 'federation.yaml'): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    [
      'federation: { name: Test, secret: { env: PANFED_SECRET } }',
      'facilities:',
      '  - id: kit',
      '    name: KIT',
      '    registries:',
      '      - key: main',
      '        pull: registry.kit.example',
      ...registryLines.map((line) => `        ${line}`),
      '',
    ].join('\n'),
  );
  return path;
}

describe('panfed doctor of a registry that conforms', () => {
  test('passes every check, with few requests, and says nothing of sharing that federation.yaml would state', async () => {
    const { origin } = await registry();
    const { wanting, checks, failure, requests, output } = await doctored([origin]);
    assert.deepEqual(wanting, []);
    assert.equal(failure, null);
    assert.ok(requests <= 25, String(requests));
    assert.equal(checks.sharing, undefined);
    assert.match(checks.signatures?.seen ?? '', /claimed, and not verified: .*vnd\.x\.sig/);
    assert.equal(output.stderr(), `checking ${origin}\n`);
  });

  test('reads as many images as --sample says, and asks no more than 60 times of the largest sample', async () => {
    const server = await registry();
    const platforms = ['amd64', 'arm64', 'ppc64le', 's390x'].map((architecture) => {
      const platform = { os: 'linux', architecture };
      return { image: testImage({ content: architecture, platform }), platform };
    });
    for (let at = 0; at < 8; at += 1) {
      server.hold(`kit/i${at}`, TAGS, testIndex(platforms, { annotations: { at: String(at) } }));
    }
    const one = await doctored([server.origin, '--sample', '1']);
    assert.match(one.checks.records?.seen ?? '', /^1 image is taken$/);
    const { requests, checks } = await doctored([server.origin, '--sample', '8']);
    assert.match(checks.records?.seen ?? '', /^8 images are taken$/);
    assert.ok(requests <= 60, String(requests));
  });

  test('writes over one line of progress in a terminal, and leaves none', async () => {
    const { origin } = await registry();
    const { output } = await runDoctor([origin, '--sample', '1'], {}, true);
    const lines = output.stderr().split('\r\u001b[K');
    assert.ok(lines.includes(`checking ${origin}: digests`));
    assert.equal(lines.at(-1), '');
  });

  test('is asked by the configured credential for a facility, which shows nowhere, and by none for its address', async () => {
    const seen: (string | undefined)[] = [];
    const expected = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;
    const { origin } = await registry((request, response) => {
      seen.push(request.headers.authorization);
      return request.headers.authorization === expected
        ? false
        : refuse(response, `Basic realm="${request.headers.authorization ?? 'none'}"`);
    });
    const config = configuration([
      'kind: oci',
      `url: ${origin}`,
      'plainHttp: a test',
      'credential: { username: robot, password: { env: PASSWORD } }',
      'repositories: [{ match: "**", sharing: open }]',
    ]);
    const { wanting, failure, output } = await doctored(['kit', '--config', config], { PASSWORD: 'hunter2' });
    assert.deepEqual([wanting, failure], [[], null]);
    assert.ok(seen.includes(expected));
    assert.doesNotMatch(output.stdout() + output.stderr(), /hunter2|cm9ib3Q/);

    seen.length = 0;
    const open = await doctored([origin]);
    assert.equal(open.failure?.code, 'CONFORMANCE_FAILED');
    assert.equal(open.checks.authentication?.status, 'fail');
    assert.deepEqual([...new Set(seen)], [undefined]);
  });
});

describe('panfed doctor of Debian’s docker-registry', needsDockerRegistry, () => {
  test('warns of what it does not have, and gives the lines of a Dockerfile', async () => {
    const server = await startDockerRegistry();
    closing.push(() => server.close());
    for (const tag of TAGS) await push(server.origin, 'kit/tofu', [tag], testImage({ content: tag }));
    const { wanting, checks, failure } = await doctored([server.origin]);
    assert.deepEqual(wanting, [
      'tags: warn',
      'referrers: warn',
      'signatures: warn',
      'labels: warn',
      'licenses: warn',
    ]);
    assert.equal(failure, null);
    assert.ok(checks.labels?.lines.includes('LABEL io.panfed.frameworks="tofu@0.13"'));
    assert.match(checks.api?.seen ?? '', /registry\/2\.0/);
  });
});

test('docs/joining.md shows what doctor says of docker-registry', needsDockerRegistry, async () => {
  const server = await startDockerRegistry();
  closing.push(() => server.close());
  const labels = {
    'org.opencontainers.image.title': 'tofu',
    'org.opencontainers.image.licenses': 'LGPL v3',
    'io.panfed.frameworks': 'tofu',
    'io.panfed.techniques': 'tomografy',
  };
  for (const tag of ['0.12.0', '0.13.0', '0.13.1']) {
    await push(server.origin, 'tomography/tofu', [tag], testImage({ content: tag, labels }));
  }
  const block = blocksOf(readFileSync(join(ROOT, 'docs/joining.md'), 'utf8')).find(
    ({ lines, words }) => 'elsewhere' in words && lines[0]?.includes('panfed doctor'),
  );
  const [command, ...shown] = block?.lines ?? [];
  assert.equal(command, '$ npx panfed doctor http://127.0.0.1:5000');
  const { output, failure } = await runDoctor([server.origin]);
  assert.equal(failure, null);
  const actual = `${output.stderr()}${output.stdout()}`.trimEnd();
  assert.equal(settled(actual), settled(shown.join('\n')));
});

describe('panfed doctor fails', () => {
  test('a realm on another host, with the line for federation.yaml, and asks nobody there', async () => {
    let asked = 0;
    const other = await startHttpServer((_request, response) => {
      asked += 1;
      sendJson(response, { token: 'abc' });
    }, '127.0.0.2');
    closing.push(() => other.close());
    const { host } = new URL(other.origin);
    const { origin } = await registry((request, response) =>
      request.headers.authorization === 'Bearer abc'
        ? false
        : refuse(response, `Bearer realm="${other.origin}/token",service="s"`),
    );
    const refused = await doctored([origin]);
    assert.equal(refused.failure?.code, 'CONFORMANCE_FAILED');
    assert.equal(refused.failure?.entry.exit, 4);
    assert.equal(refused.checks.realm?.status, 'fail');
    assert.match(refused.checks.realm?.seen ?? '', /127\.0\.0\.2/);
    assert.equal(refused.checks.authentication?.status, 'fail');
    assert.equal(refused.checks.digests?.status, 'skip');
    assert.equal(asked, 0);

    const named = await doctored([origin, '--realm', host]);
    assert.deepEqual(named.wanting, []);
    assert.ok(asked > 0);
  });

  test('bytes that have another digest', async () => {
    const image = testImage({ content: 'other' });
    const { origin } = await registry(({ url, method }, response) => {
      if (method !== 'GET' || !url?.includes('/manifests/')) return false;
      response.writeHead(200, { 'content-type': OCI.manifest }).end(image.bytes);
      return true;
    });
    const { checks, failure } = await doctored([origin, '--sample', '1']);
    assert.equal(failure?.code, 'CONFORMANCE_FAILED');
    assert.match(checks.digests?.seen ?? '', /another digest in 1 answer: manifest sha256:/);
    assert.match(checks.records?.seen ?? '', /1 of 1 images are quarantined/);
  });

  test('a list of tags that breaks off', async () => {
    const { origin } = await registry(({ url = '' }, response) => {
      if (!url.endsWith('/tags/list?n=2')) return false;
      sendJson(response, { tags: TAGS.slice(0, 2) });
      return true;
    });
    const { checks } = await doctored([origin, '--sample', '1']);
    assert.equal(checks.tags?.status, 'fail');
    assert.match(checks.tags?.seen ?? '', /names no next one/);
  });

  test('a next page on another host, which is not asked', async () => {
    let asked = 0;
    const other = await startHttpServer((_request, response) => {
      asked += 1;
      sendJson(response, { tags: ['x'] });
    });
    closing.push(() => other.close());
    const { origin } = await registry(({ url = '' }, response) => {
      if (!url.endsWith('/tags/list?n=2')) return false;
      sendJson(response, { tags: TAGS.slice(0, 2) }, { link: `<${other.origin}/v2/x>; rel="next"` });
      return true;
    });
    const { checks } = await doctored([origin, '--sample', '1']);
    assert.equal(checks.tags?.status, 'fail');
    assert.match(checks.tags?.seen ?? '', /links to another host/);
    assert.equal(asked, 0);
  });

  test('an image that the gateway quarantines, in text that moves no cursor', async () => {
    const server = await registry(({ url }, response) => {
      if (!url?.includes('/hostile/tags/')) return false;
      sendJson(response, { tags: ['1', 'no tag\u001b[2J'] });
      return true;
    });
    const labels = { 'io.panfed.title': `\u001b[2J${'x'.repeat(70_000)}`, 'io.panfed.\u202esharing': 'open' };
    server.hold('kit/hostile', ['1'], testImage({ labels }));
    const { output, failure } = await runDoctor([server.origin, '--repository', 'kit/hostile']);
    assert.equal(failure?.code, 'CONFORMANCE_FAILED');
    assert.match(output.stdout(), /fail {2}tags .*kit\/hostile/);
    assert.match(output.stdout(), /fail {2}records .*io\.panfed\.title.* has more than/);
    assert.doesNotMatch(output.stdout(), /(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  test('a certificate of an authority that is not known, and passes where it is', async () => {
    const plain = await registry();
    const server = await startHttpsServer(async (request, response) => {
      const answer = await fetch(`${plain.origin}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { accept: request.headers.accept ?? '*/*' },
      });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    closing.push(() => server.close());
    const refused = await doctored([server.origin]);
    assert.equal(refused.failure?.code, 'CONFORMANCE_FAILED');
    assert.equal(refused.checks.tls?.status, 'fail');
    assert.match(refused.checks.tls?.hint ?? '', /`ca`/);
    assert.equal(refused.requests, 0);
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, TEST_AUTHORITY);
    const known = await doctored([server.origin, '--ca', ca, '--sample', '1']);
    assert.deepEqual(known.wanting, []);
    assert.match(known.checks.certificate?.seen ?? '', /valid until 21/);
  });

  test('what answers something else at /v2/', async () => {
    const { origin } = await registry((request, response) => {
      if (!isRoot(request)) return false;
      response.writeHead(404).end();
      return true;
    });
    const { wanting, failure } = await doctored([origin]);
    assert.deepEqual(wanting, ['api: fail']);
    assert.equal(failure?.entry.exit, 4);
  });

  test('a registry that answers no more requests', async () => {
    const { origin } = await registry(({ url }, response) => {
      if (!url?.includes('/manifests/')) return false;
      response.writeHead(429, { 'retry-after': '3600' }).end();
      return true;
    });
    const { checks } = await doctored([origin]);
    assert.equal(checks['rate-limit']?.status, 'fail');
    assert.equal(checks.digests?.status, 'skip');
  });

  test('one that does not answer in time, at one check alone', async () => {
    const { origin } = await registry(({ url }) => url?.endsWith('/tags/list?n=1000') === true);
    const { checks, failure } = await doctored([origin, '--timeout', '1']);
    assert.equal(failure?.entry.exit, 4);
    const failed = Object.values(checks).filter(({ status }) => status === 'fail');
    assert.deepEqual(
      failed.map(({ seen }) => seen),
      ['the time of --timeout is over'],
    );
  });
});

describe('panfed doctor warns', () => {
  test('of a registry that states no digest', async () => {
    const { origin } = await registry(({ url, method }, response) => {
      if (method !== 'HEAD' || !url?.includes('/manifests/')) return false;
      response.writeHead(200, { 'content-type': OCI.manifest }).end();
      return true;
    });
    const { wanting, checks } = await doctored([origin]);
    assert.deepEqual(wanting, ['digests: warn']);
    assert.match(checks.digests?.seen ?? '', /no Docker-Content-Digest in 3 of 3/);
  });

  test('of a tag that leads nowhere, and of what is no image says how much there is', async () => {
    const server = await registry();
    server.forget('kit/tofu', testImage({ content: '0.13', labels: LABELS }).blobs[0]?.digest ?? '');
    server.hold('kit/tofu', ['0.12'], testImage({ configType: 'application/vnd.cncf.helm.config.v1+json' }));
    const { wanting, checks } = await doctored([server.origin]);
    assert.deepEqual(wanting, ['records: warn']);
    assert.equal(checks.records?.seen, 'listed, and not there: kit/tofu:0.13');
  });

  test('of tags that are not paged', async () => {
    const { origin } = await registry(({ url }, response) => {
      if (!url?.includes('/tags/list')) return false;
      sendJson(response, { tags: TAGS });
      return true;
    });
    const { wanting } = await doctored([origin]);
    assert.deepEqual(wanting, ['tags: warn']);
  });

  test('of a registry that lists no repositories, which are then named', async () => {
    const { origin } = await registry(({ url }, response) => {
      if (!url?.includes('_catalog')) return false;
      response.writeHead(404).end();
      return true;
    });
    const unnamed = await doctored([origin]);
    assert.deepEqual(
      unnamed.wanting.filter((check) => !check.endsWith('skip')),
      ['repositories: warn'],
    );
    assert.equal(unnamed.checks.digests?.seen, 'there is no repository to look at');
    const named = await doctored([origin, '--repository', 'kit/tofu']);
    assert.deepEqual(named.wanting, []);
  });
});

describe('panfed doctor of a registry of the contract', () => {
  async function serves(text: string): Promise<string> {
    const path = join(folder, 'catalog.yaml');
    writeFileSync(path, text);
    const server = await createRegistryServer({ catalog: await loadRegistryCatalog(path) });
    closing.push(() => server.close());
    return server.url;
  }

  /** A server whose answers are those of the registry, changed. */
  async function changing(url: string, change: (body: string) => string): Promise<string> {
    const server = await startHttpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: Buffer.concat(chunks),
      });
      const body = change(await answer.text());
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    });
    closing.push(() => server.close());
    return `${server.origin}/graphql`;
  }

  const CATALOG = `facility: kit
images:
  - { repository: tomography/tofu, tag: "0.13.1", title: tofu, sharing: open, license: LGPL-3.0-or-later }
`;

  test('passes the contract, and warns of what is not said', async () => {
    const { wanting, checks, failure } = await doctored([await serves(CATALOG)]);
    assert.deepEqual(wanting, ['labels: warn', 'signatures: warn']);
    assert.equal(failure, null);
    assert.equal(checks.facility?.seen, 'it says that it is "kit"’s');
  });

  test('fails one that is another facility’s', async () => {
    const url = await serves(CATALOG.replace('kit', 'psi'));
    const config = configuration(['kind: graphql', `url: ${url}`]);
    const { checks, failure } = await doctored(['kit', '--config', config]);
    assert.equal(failure?.code, 'CONFORMANCE_FAILED');
    assert.equal(checks.facility?.status, 'fail');
    assert.match(checks.facility?.seen ?? '', /"psi"’s, and not kit’s/);
  });

  test('fails a word that is not in the contract, by the reason of the gateway’s ingest', async () => {
    const url = await changing(await serves(CATALOG), (body) =>
      body.replace('"sharing":"open"', '"sharing":"maybe"'),
    );
    const { checks, failure } = await doctored([url]);
    assert.equal(failure?.code, 'CONFORMANCE_FAILED');
    assert.match(checks.records?.seen ?? '', /quarantined: tomography\/tofu: sharing/);
  });

  test('has its documents asked for as the gateway does, and fails where they are others than it lists', async () => {
    const signed = `${CATALOG.trimEnd().slice(0, -2)}, digest: "sha256:${'0a'.repeat(32)}", signatures: [{ mediaType: text/x, content: "of kit" }] }\n`;
    const url = await serves(signed);
    const whole = await doctored([url]);
    assert.equal(whole.checks.signatures?.status, 'pass');
    assert.equal(whole.checks.signatures?.seen, 'given, and not verified: 1 document of 1 image');
    const other = await doctored([await changing(url, (body) => body.replace('"of kit"', '"of eve"'))]);
    assert.equal(other.checks.signatures?.status, 'fail');
    assert.match(other.checks.signatures?.seen ?? '', /not given: tomography\/tofu: 1 of 1$/);
  });

  test('is asked by the token of a facility, which shows nowhere, and by none for its address', async () => {
    const path = join(folder, 'closed.yaml');
    writeFileSync(path, CATALOG);
    const token = 'lab-token-of-kit';
    const server = await createRegistryServer({ catalog: await loadRegistryCatalog(path), token });
    closing.push(() => server.close());
    const config = configuration(['kind: graphql', `url: ${server.url}`, 'token: { env: KIT_TOKEN }']);
    const open = await doctored(['kit', '--config', config], { KIT_TOKEN: token });
    assert.equal(open.checks.authentication?.seen, 'let in by the token of federation.yaml');
    assert.ok(!(open.output.stdout() + open.output.stderr()).includes(token));
    const closed = await doctored([server.url], { KIT_TOKEN: token });
    assert.equal(closed.checks.authentication?.status, 'fail');
    const unset = await runDoctor(['kit', '--config', config]);
    assert.equal(unset.failure?.entry.exit, 3);
  });

  test('fails an address that is no GraphQL endpoint', async () => {
    const { origin } = await registry();
    const { checks, failure } = await doctored([`${origin}/graphql`]);
    assert.equal(failure?.entry.exit, 4);
    assert.equal(checks.contract?.status, 'fail');
  });
});

describe('panfed doctor of a file', () => {
  test('fails what registry check calls an error', async () => {
    writeFileSync(
      join(folder, 'images.yaml'),
      'facility: kit\nimages:\n  - { repository: a/b, shairing: open }\n',
    );
    const config = configuration(['kind: file', 'url: images.yaml']);
    const { checks, failure, requests } = await doctored(['kit', '--config', config]);
    assert.equal(failure?.code, 'CONFORMANCE_FAILED');
    assert.match(checks.catalog?.lines.join() ?? '', /images\.yaml:3:\d+: .*shairing/);
    assert.equal(requests, 0);
  });
});

describe('panfed doctor ends', () => {
  test('with 5 where nothing listens, and with its report', async () => {
    const { origin, close } = await startHttpServer(() => undefined);
    await close();
    const { failure, checks } = await doctored([origin]);
    assert.equal(failure?.code, 'SOURCE_UNAVAILABLE');
    assert.equal(failure?.entry.exit, 5);
    assert.match(checks.connect?.seen ?? '', /ECONNREFUSED/);
  });

  test('with 2 for a mistyped facility or registry, and the nearest that there is', async () => {
    const config = configuration(['kind: file', 'url: images.yaml']);
    const facility = await runDoctor(['kitt', '--config', config]);
    assert.equal(facility.failure?.code, 'USAGE');
    assert.match(facility.failure?.hint ?? '', /Did you mean kit\?/);
    const key = await runDoctor(['kit', '--registry', 'mian', '--config', config]);
    assert.equal(key.failure?.code, 'USAGE');
    assert.match(key.failure?.hint ?? '', /Registries: main/);
  });

  test('with 3 for a configuration that is not there', async () => {
    const { failure } = await runDoctor(['kit', '--config', join(folder, 'none.yaml')]);
    assert.equal(failure?.entry.exit, 3);
  });

  for (const words of [
    ['https://user:password@registry.example'],
    ['ftp://registry.example'],
    ['https://registry.example', '--registry', 'main'],
    ['https://registry.example', '--sample', '9'],
    ['https://registry.example', '--timeout', '0'],
    ['https://registry.example', '--realm', 'https://auth.example'],
    ['kit', '--realm', 'auth.example'],
    ['https://registry.example', '--repository', '../_catalog'],
  ]) {
    test(`with 2 for ${words.join(' ')}`, async () => {
      const { failure } = await runDoctor(words);
      assert.equal(failure?.code, 'USAGE');
      assert.doesNotMatch(`${failure?.message} ${failure?.hint}`, /password@/);
    });
  }
});
