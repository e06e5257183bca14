// Pages of registries' own APIs as no honest registry sends them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJson } from '../../../src/network/body.ts';
import { type ApiList, readApiPage } from '../../../src/sources/listings/api-page.ts';
import { pagesOf } from '../../../src/sources/listings/pages.ts';
import { readApiPageAside } from '../../../src/sources/parse-aside.ts';
import { heldBy } from '../../support/main-thread.ts';
import { answeringRegistry } from '../../support/oci/answering-registry.ts';

const wanted = (list: ApiList, max = 10) => ({ list, max, called: 'tags' }) as const;
const asked = (bytes: Buffer, list: ApiList, max: number) =>
  pagesOf(answeringRegistry(bytes), { ...wanted(list, max), path: '/', scope: null, next: () => null });

describe('a page of an API', () => {
  test('has no more entries than one beyond the maximum, which shows that there are more', () => {
    const page = readApiPage(
      Array.from({ length: 1_000 }, (_, n) => ({ name: `em/${n}` })),
      wanted('harborNames'),
    );
    assert.deepEqual([page.entries.length, page.count], [11, 1_000]);
  });

  test('has no more tags than that either where one artifact has them all', async () => {
    const tags = Array.from({ length: 1_000 }, (_, n) => ({ name: `v${n}` }));
    const artifacts = [{ digest: 'sha256:a', tags }];
    assert.equal(readApiPage(artifacts, wanted('harborArtifacts')).entries.length, 11);
    await assert.rejects(asked(Buffer.from(JSON.stringify(artifacts)), 'harborArtifacts', 10), {
      message: 'it has more than 10 tags',
    });
  });

  test('has no name for a text that is longer than any name', () => {
    const { entries } = readApiPage([{ name: 'a'.repeat(256) }, { name: 'b' }], wanted('ghcrPackages'));
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['', 'b'],
    );
  });

  test('is malformed where what leads to the next one is longer than an address', () => {
    const page = { results: [], next: `https://hub.docker.com/${'a'.repeat(4_096)}` };
    assert.throws(() => readApiPage(page, wanted('dockerHubTags')), { code: 'SOURCE_MALFORMED' });
  });

  test('without a list is malformed, whichever thread reads it', async () => {
    for (const size of [1, 100_000]) {
      const bytes = Buffer.from(JSON.stringify({ other: 'x'.repeat(size) }));
      await assert.rejects(asked(bytes, 'quayTags', 10), {
        code: 'SOURCE_MALFORMED',
        message: 'the answer has no list of tags',
      });
    }
  });

  test('that is large is read as a small one is', async () => {
    const tags = Array.from({ length: 3_000 }, (_, n) => ({
      name: `v${n}`,
      manifest_digest: `sha256:${String(n).padStart(64, '0')}`,
    }));
    const body = { tags, has_additional: true };
    const bytes = Buffer.from(JSON.stringify(body));
    const context = { facility: 'esrf', signal: AbortSignal.timeout(60_000) };
    assert.deepEqual(
      await readApiPageAside(bytes, wanted('quayTags', 20_000), context),
      readApiPage(body, wanted('quayTags', 20_000)),
    );
  });

  test('of megabytes of nothing does not hold the event loop', async () => {
    const bytes = Buffer.from(`[${Array(1_000_000).fill('{}').join()}]`);
    await assert.rejects(asked(bytes, 'harborNames', 10), { message: 'it has more than 10 tags' });
    const here = await heldBy(async () => parseJson(bytes));
    const aside = await heldBy(() => asked(bytes, 'harborNames', 10).catch(() => undefined));
    assert.ok(aside.held < here.held / 5, `${aside.held.toFixed()} of ${here.held.toFixed()} ms`);
  });
});
