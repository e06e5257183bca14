import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { rateLimited } from '../../../../src/network/registry/rate-limit-error.ts';
import { documentsInMemory } from '../../../../src/sources/oci/known-documents.ts';
import { referrersInMemory } from '../../../../src/sources/oci/referrers/known-referrers.ts';
import { type Crawled, crawled } from '../../../support/oci/crawl.ts';
import {
  cosignSignature,
  descriptorOf,
  OCI,
  referrerTag,
  type TestImage,
  testImage,
  testIndex,
  testSignature,
} from '../../../support/oci/images.ts';
import { testClient } from '../../../support/oci/registry-client.ts';
import { type Quirk, sendJson, startOciServer } from '../../../support/oci/registry-server.ts';

const DAY = 86_400_000;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A registry whose referrers API answers by `api`, and by 404 without it. */
async function registry(api: ((digest: string, response: ServerResponse) => void) | null = null) {
  const quirk: Quirk = (request, response) => {
    const digest = /\/referrers\/([^?]+)/.exec(request.url ?? '')?.[1];
    if (digest === undefined || api === null) return false;
    api(digest, response);
    return true;
  };
  const server = await startOciServer(quirk);
  closing.push(() => server.close());
  return { ...server, client: testClient(server.origin) };
}

const index = (referrers: readonly TestImage[], said: object = {}) => ({
  schemaVersion: 2,
  mediaType: OCI.index,
  manifests: referrers.map((one) => ({ ...descriptorOf(one), ...said })),
});

/** For each image, whether a signature or an attestation is attached to it. */
const attested = ({ nodes }: Crawled) =>
  nodes.map(({ attachments }) => attachments.listed.some(({ kind }) => kind !== 'sbom'));

/** Since when each image's attachments are in doubt. */
const doubted = ({ nodes }: Crawled) => nodes.map(({ attachments }) => attachments.doubtedSince);

/** The requests that concern referrers. */
const referrerRequests = (asked: readonly string[]) =>
  asked.filter((line) => line.includes('/referrers/') || line.includes('sha256-'));

describe('an image', () => {
  const image = testImage({ content: 'relion' });
  const other = testImage({ content: 'ctffind' });
  const signature = testSignature(image);

  test('is claimed to be signed where the referrers API leads to a signature of it', async () => {
    const { client, hold } = await registry((_, response) => sendJson(response, index([signature])));
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(attested(await crawled(client)), [true]);
  });

  test('is not where its list has nothing, or only SBOMs', async () => {
    const sbom = testSignature(image, { artifactType: 'application/spdx+json', layerType: 'text/spdx' });
    for (const referrers of [[], [sbom]]) {
      const { client, hold } = await registry((_, response) => sendJson(response, index(referrers)));
      hold('em/relion', ['5.0'], image);
      hold('em/relion', [], sbom);
      assert.deepEqual(attested(await crawled(client)), [false]);
    }
  });

  test('is not by what a list says of an artifact whose own manifest is of another kind', async () => {
    const plain = testSignature(image, { artifactType: 'application/x-notes', layerType: 'text/plain' });
    const said = { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' };
    const { client, hold } = await registry((_, response) => sendJson(response, index([plain], said)));
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], plain);
    assert.deepEqual(attested(await crawled(client)), [false]);
  });

  test('is by a signature that the list says to be a configuration', async () => {
    const said = { artifactType: OCI.config };
    const { client, hold } = await registry((_, response) => sendJson(response, index([signature], said)));
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(attested(await crawled(client)), [true]);
  });

  test('is not by a signature whose subject is another image', async () => {
    const { client, hold } = await registry((_, response) => sendJson(response, index([signature])));
    hold('em/ctffind', ['4.1'], other);
    hold('em/ctffind', [], signature);
    assert.deepEqual(attested(await crawled(client)), [false]);
  });

  test('is by the fallback tag, which is not a tag of the image, where there is no API', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [referrerTag(image)], testIndex([{ image: signature }]));
    const found = await crawled(client);
    assert.deepEqual(attested(found), [true]);
    assert.deepEqual(
      found.nodes.map(({ tags }) => tags),
      [['5.0']],
    );
  });

  for (const suffix of ['.sig', '.att']) {
    test(`is by cosign’s tag ${suffix}, whether or not there is an API`, async () => {
      const proof =
        suffix === '.sig'
          ? cosignSignature(image)
          : testImage({ layerType: 'application/vnd.dsse.envelope.v1+json', content: 'an attestation' });
      for (const api of [null, (_: string, response: ServerResponse) => sendJson(response, index([]))]) {
        const { client, hold } = await registry(api);
        hold('em/relion', ['5.0'], image);
        hold('em/relion', [referrerTag(image, suffix)], proof);
        const found = await crawled(client);
        assert.deepEqual(attested(found), [true]);
        assert.deepEqual(found.malformed, []);
      }
    });
  }

  test('is not by a tag of cosign’s that names another image, or that leads to an image', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [referrerTag(other, '.sig')], cosignSignature(other));
    hold('em/relion', [referrerTag(image, '.sig')], testImage({ content: 'not a signature' }));
    const found = await crawled(client);
    assert.deepEqual(attested(found), [false]);
  });

  const refusals: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'a 404': (response) => response.writeHead(404).end(),
    'a 406': (response) => response.writeHead(406).end(),
    'a 401': (response) => response.writeHead(401).end(),
    'a page of HTML with 200': (response) => response.writeHead(200).end('<html></html>'),
    'another document with 200': (response) => sendJson(response, { manifests: 'none' }),
    'an image’s manifest with 200': (response) =>
      response.writeHead(200, { 'content-type': OCI.manifest }).end(image.bytes),
  };
  for (const [what, refuse] of Object.entries(refusals)) {
    test(`is found by the fallback tag where the API answers ${what}`, async () => {
      const { client, hold } = await registry((_, response) => refuse(response));
      hold('em/relion', ['5.0'], image);
      hold('em/relion', [referrerTag(image)], testIndex([{ image: signature }]));
      assert.deepEqual(attested(await crawled(client)), [true]);
    });
  }

  test('has at most 100 referrers, in pages of the API that end, whatever leads where', async () => {
    let pages = 0;
    const { client, hold } = await registry((digest, response) => {
      pages += 1;
      const link = `</v2/em/relion/referrers/${digest}?page=${pages % 3}>; rel="next"`;
      sendJson(response, index([signature]), { link });
    });
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(attested(await crawled(client)), [true]);
    assert.ok(pages <= 4, `${pages} pages`);
  });
});

describe('an index that nobody signed', () => {
  const amd = testImage({ content: 'amd64' });
  const arm = testImage({ content: 'arm64' });
  const signature = testSignature(arm);
  const multi = testIndex([
    { image: amd, platform: { os: 'linux', architecture: 'amd64' } },
    { image: arm, platform: { os: 'linux', architecture: 'arm64' } },
  ]);

  test('is claimed to be signed where the referrers API leads to a signature of a platform', async () => {
    const { client, hold } = await registry((digest, response) =>
      sendJson(response, index(digest === arm.digest ? [signature] : [])),
    );
    hold('em/relion', ['5.0'], multi);
    hold('em/relion', [], signature);
    const found = await crawled(client);
    assert.deepEqual(attested(found), [false]);
    assert.equal(found.nodes[0]?.attested, true);
  });

  test('is so by the fallback tag of a platform, where there is no API', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['5.0'], multi);
    hold('em/relion', [referrerTag(arm)], testIndex([{ image: signature }]));
    assert.equal((await crawled(client)).nodes[0]?.attested, true);
  });

  test('has at most four platforms asked for, once a day, and none where the index itself is signed', async () => {
    const images = Array.from({ length: 40 }, (_, at) => testImage({ content: `platform ${at}` }));
    const many = testIndex(
      images.map((image) => ({ image, platform: { os: 'linux', architecture: 'amd64' } })),
    );
    const own = testSignature(many);
    let signed = false;
    const { client, hold } = await registry((digest, response) =>
      sendJson(response, index(signed && digest === many.digest ? [own] : [])),
    );
    hold('em/relion', ['5.0'], many);
    hold('em/relion', [], own);
    let time = 0;
    const known = { known: documentsInMemory(), referrers: { known: referrersInMemory(), every: DAY } };
    const options = { ...known, referrers: { ...known.referrers, now: () => time } };
    const asked = async () => {
      const before = client.asked.length;
      await crawled(client, options);
      return referrerRequests(client.asked.slice(before)).length;
    };
    assert.deepEqual([await asked(), await asked()], [5, 0]);
    signed = true;
    time += 2 * DAY;
    assert.equal(await asked(), 1);
  });
});

describe('what a registry does not give now', () => {
  const image = testImage({ content: 'relion' });
  const signature = testSignature(image);

  /** A registry that gives a signature, and then answers as `refuse` does. */
  async function signed(
    refuses: (request: { readonly url?: string | undefined }) => boolean,
    status: number,
  ) {
    const state = { refusing: false, now: 1_000 };
    const quirk: Quirk = (request, response) => {
      if (state.refusing && refuses(request)) response.writeHead(status).end();
      else if (/\/referrers\//.test(request.url ?? '')) sendJson(response, index([signature]));
      else return false;
      return true;
    };
    const server = await startOciServer(quirk);
    closing.push(() => server.close());
    server.hold('em/relion', ['5.0'], image);
    server.hold('em/relion', [], signature);
    const options = {
      known: documentsInMemory(),
      referrers: { known: referrersInMemory(), every: 1, now: () => state.now },
    };
    const crawl = (known = options.known) => crawled(testClient(server.origin), { ...options, known });
    return { state, crawl };
  }

  for (const status of [401, 403, 404, 500]) {
    test(`stays listed and is in doubt since then where the referrers API answers ${status}`, async () => {
      const { state, crawl } = await signed(({ url }) => /\/referrers\//.test(url ?? ''), status);
      const first = await crawl();
      assert.deepEqual([attested(first), doubted(first)], [[true], [null]]);
      Object.assign(state, { refusing: true, now: 5_000 });
      const second = await crawl();
      assert.deepEqual([attested(second), doubted(second)], [[true], [5_000]]);
      state.now = 9_000;
      const third = await crawl();
      assert.deepEqual([attested(third), doubted(third)], [[true], [5_000]]);
      Object.assign(state, { refusing: false, now: 10_000 });
      const fourth = await crawl();
      assert.deepEqual([attested(fourth), doubted(fourth)], [[true], [null]]);
    });
  }

  for (const [status, expected] of [
    [404, [null]],
    [500, [1_000]],
  ] as const) {
    test(`is in doubt for an image that is new where the API answers 500, and not where it is not there: ${status}`, async () => {
      const { state, crawl } = await signed(({ url }) => /\/referrers\//.test(url ?? ''), status);
      state.refusing = true;
      assert.deepEqual(doubted(await crawl()), expected);
    });
  }

  test('stays listed where its own manifest is refused, and goes where that is gone', async () => {
    for (const [status, expected] of [
      [401, [[true], [5_000]]],
      [404, [[false], [null]]],
    ] as const) {
      const { state, crawl } = await signed(({ url }) => url?.includes(signature.digest) === true, status);
      await crawl();
      Object.assign(state, { refusing: true, now: 5_000 });
      const second = await crawl(documentsInMemory());
      assert.deepEqual([attested(second), doubted(second)], expected);
    }
  });
});

test('of ten thousand referrers those are read that were found before, and then those that say that they sign', async () => {
  const image = testImage({ content: 'relion' });
  const first = testSignature(image, { artifactType: 'application/vnd.in-toto+json' });
  const signature = testSignature(image);
  const strangers = Array.from({ length: 9_998 }, (_, number) => ({
    ...{ mediaType: OCI.manifest, size: 1, artifactType: 'application/x-notes' },
    digest: `sha256:${number.toString(16).padStart(64, '0')}`,
  }));
  let listed: readonly object[] = [descriptorOf(first)];
  const { client, hold } = await registry((_, response) =>
    sendJson(response, { ...index([]), manifests: listed }),
  );
  hold('em/relion', ['5.0'], image);
  hold('em/relion', [], first);
  hold('em/relion', [], signature);
  let now = 0;
  const options = {
    known: documentsInMemory(),
    referrers: { known: referrersInMemory(), every: 1, now: () => now },
  };
  await crawled(client, options);
  now = 1;
  const said = { ...descriptorOf(signature), artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' };
  listed = [...strangers, descriptorOf(first), said];
  const { nodes } = await crawled(client, options);
  const digests = nodes[0]?.attachments.listed.map(({ digest }) => digest);
  assert.deepEqual(digests, [first.digest, signature.digest].sort());
});

test('a flood of signatures leaves an image in doubt until each was read, and the lab’s signature of before with it', async () => {
  const image = testImage({ content: 'relion' });
  const signature = testSignature(image);
  const junk = Array.from({ length: 220 }, (_, number) => testSignature(image, { content: `${number}` }));
  let listed: readonly TestImage[] = [signature];
  const { client, hold } = await registry((_, response) =>
    sendJson(response, index(listed, { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' })),
  );
  hold('em/relion', ['5.0'], image);
  for (const one of [...junk, signature]) hold('em/relion', [], one);
  let now = 1_000;
  const options = {
    known: documentsInMemory(),
    referrers: { known: referrersInMemory(), every: DAY, now: () => now },
  };
  await crawled(client, options);
  listed = [...junk, signature];
  now = DAY + 1_000;
  const doubts: unknown[] = [];
  for (let crawl = 0; crawl < 4; crawl += 1) {
    const found = await crawled(client, options);
    doubts.push(...doubted(found));
    const digests = found.nodes[0]?.attachments.listed.map(({ digest }) => digest);
    assert.ok(digests?.includes(signature.digest), `crawl ${crawl}`);
    now += 1;
  }
  // 99 of them are read by the first of these crawls, and 50 by each further one, since 50 keep their places.
  assert.deepEqual(doubts, [DAY + 1_000, DAY + 1_000, DAY + 1_000, null]);
});

test('a flood of signatures that was first drives out none that vouches for the image, until it is removed', async () => {
  const image = testImage({ content: 'relion' });
  const signature = testSignature(image);
  const junk = Array.from({ length: 220 }, (_, number) => testSignature(image, { content: `${number}` }));
  let listed: readonly TestImage[] = junk;
  const { client, hold } = await registry((_, response) =>
    sendJson(response, index(listed, { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' })),
  );
  hold('em/relion', ['5.0'], image);
  for (const one of [...junk, signature]) hold('em/relion', [], one);
  let now = 0;
  const options = {
    known: documentsInMemory(),
    referrers: { known: referrersInMemory(), every: 1, now: () => now },
  };
  const vouching = () => new Set(now < 5 ? [] : [signature.digest]);
  const has: boolean[] = [];
  for (; now < 12; now += 1) {
    if (now === 4) listed = [...junk, signature];
    if (now === 11) listed = junk;
    const { nodes } = await crawled(client, options, { vouching });
    has.push(nodes[0]?.attachments.listed.some(({ digest }) => digest === signature.digest) === true);
  }
  assert.deepEqual(has, [...Array(4).fill(false), ...Array(7).fill(true), false]);
});

describe('a crawl', () => {
  const images = Array.from({ length: 20 }, (_, number) => testImage({ content: `${number}` }));

  test('asks a registry without the API some times, and not for each image', async () => {
    const { client, hold } = await registry();
    for (const [number, image] of images.entries()) hold(`em/${number}`, ['1'], image);
    await crawled(client);
    const asked = referrerRequests(client.asked).length;
    assert.equal(asked, 4);
  });

  test('asks for the referrers of an image again after a day, of a new one at once, and by a notification', async () => {
    let now = 1_000;
    const { client, hold } = await registry((_, response) => sendJson(response, index([])));
    const [one, two] = images as [TestImage, TestImage];
    hold('em/relion', ['1'], one);
    const options = {
      known: documentsInMemory(),
      referrers: { known: referrersInMemory(), every: DAY, now: () => now },
    };
    const asked = async (context = {}) => {
      client.asked.splice(0);
      await crawled(client, options, context);
      return referrerRequests(client.asked).length;
    };
    assert.equal(await asked(), 1);
    now += DAY - 1;
    assert.equal(await asked(), 0);
    hold('em/relion', ['2'], two);
    assert.equal(await asked(), 1);
    const named = (name: string, alone: boolean) => asked({ notified: { names: new Set([name]), alone } });
    assert.equal(await named('em/relion', true), 2);
    assert.equal(await named('em/relion', false), 2);
    assert.equal(await named('em/other', false), 0);
    now += DAY - 1;
    assert.equal(await asked(), 0);
    now += 1;
    assert.equal(await asked(), 2);
    now = 0;
    assert.equal(await asked(), 2, 'a time in the future is not true');
  });

  test('sees a signature at once that comes with a tag of its own', async () => {
    const { client, hold } = await registry();
    const [image] = images as [TestImage];
    hold('em/relion', ['1'], image);
    const options = {
      known: documentsInMemory(),
      referrers: { known: referrersInMemory(), every: DAY, now: () => 0 },
    };
    assert.deepEqual(attested(await crawled(client, options)), [false]);
    hold('em/relion', [referrerTag(image, '.sig')], cosignSignature(image));
    assert.deepEqual(attested(await crawled(client, options)), [true]);
  });

  test('that is allowed no more requests gives its images with what was known of their referrers', async () => {
    const [image] = images as [TestImage];
    const signature = testSignature(image);
    const { origin, hold } = await registry((_, response) => sendJson(response, index([signature])));
    hold('em/relion', ['1'], image);
    hold('em/relion', [], signature);
    let now = 0;
    const options = {
      known: documentsInMemory(),
      referrers: { known: referrersInMemory(), every: DAY, now: () => now },
    };
    const limited = testClient(origin, ({ path }) => {
      if (!path.includes('/referrers/')) return null;
      throw rateLimited('no more', 5_000);
    });
    const nothingKnown = await crawled(limited, options);
    assert.deepEqual([attested(nothingKnown), doubted(nothingKnown)], [[false], [0]]);
    assert.deepEqual(attested(await crawled(testClient(origin), options)), [true], 'asked by the next crawl');
    now = DAY;
    assert.deepEqual(attested(await crawled(limited, options)), [true]);
  });

  describe('that a notification began and that is allowed no more requests', () => {
    const NAMED = { notified: { names: new Set(['em/relion']), alone: true } };

    /** A registry of one image, known unsigned an hour ago and signed since; and as it allows no request for referrers. */
    async function signedSince() {
      const [image] = images as [TestImage];
      const signature = testSignature(image);
      const found: TestImage[] = [];
      const { origin, hold } = await registry((_, response) => sendJson(response, index(found)));
      hold('em/relion', ['1'], image);
      hold('em/relion', [], signature);
      const clock = { now: 100 * DAY };
      const options = {
        known: documentsInMemory(),
        referrers: { known: referrersInMemory(), every: DAY, now: () => clock.now },
      };
      assert.deepEqual(attested(await crawled(testClient(origin), options)), [false]);
      found.push(signature);
      clock.now += DAY / 24;
      let refused = 0;
      const limited = testClient(origin, ({ path }) => {
        if (!path.includes('/referrers/')) return null;
        refused += 1;
        throw rateLimited('no more', 5_000);
      });
      return { open: testClient(origin), limited, refused: () => refused, options };
    }

    test('is unfinished, and the whole crawl that goes on asks for them before their day is over', async () => {
      const { open, limited, options } = await signedSince();
      const first = await crawled(limited, options, NAMED);
      assert.deepEqual([attested(first), first.unfinished], [[false], { resumeAt: 5_000 }]);
      const second = await crawled(open, options);
      assert.deepEqual([attested(second), second.unfinished], [[true], null]);
      open.asked.splice(0);
      await crawled(open, options);
      assert.equal(referrerRequests(open.asked).length, 0, 'and no more until they are due');
    });

    test('is unfinished where its time is over, and goes on at once', async () => {
      const { open, options } = await signedSince();
      const first = await crawled(open, options, { ...NAMED, enough: AbortSignal.abort() });
      assert.deepEqual([attested(first), first.unfinished], [[false], { resumeAt: null }]);
      assert.deepEqual(attested(await crawled(open, options)), [true]);
    });

    test('goes on once where the registry never answers, and each later crawl asks', async () => {
      const { open, limited, refused, options } = await signedSince();
      assert.ok((await crawled(limited, options, NAMED)).unfinished);
      for (let crawl = 0; crawl < 3; crawl += 1) {
        const before = refused();
        assert.equal((await crawled(limited, options)).unfinished, null);
        assert.equal(refused(), before + 1);
      }
      assert.deepEqual(attested(await crawled(open, options)), [true]);
    });
  });
});
