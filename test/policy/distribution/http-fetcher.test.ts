// How a lab's server is polled: with long polls if it supports them, and never in a tight loop, whatever it claims.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import type { Downloaded, HttpDownload } from '../../../src/network/http-client.ts';
import { httpFetcher } from '../../../src/policy/distribution/http-fetcher.ts';

type Answer = (download: HttpDownload) => Promise<Downloaded>;

const fresh = (etag: string | null = '"one"', longPolls = true): Downloaded => ({
  ...{ status: 'new', bytes: Buffer.from('bundle'), etag, longPolls },
});

/** A fetcher that has fetched one bundle, and its requests since. */
async function carrierOf(first: Downloaded, answer: Answer) {
  const asked: { readonly etag: string | null; readonly wait: number | null }[] = [];
  let answers = 0;
  const fetcher = httpFetcher({
    httpClient: {
      download: (download) => {
        answers += 1;
        if (answers === 1) return Promise.resolve(first);
        asked.push({ etag: download.etag, wait: download.wait });
        return answer(download);
      },
    },
    ...{ url: 'https://policies.desy.de/bundle.tar.gz', credential: null, maxBytes: 100 },
    timing: { wait: 45, min: 30_000, max: 60_000 },
  });
  const look = () => fetcher.fetchNew(new AbortController().signal).catch(() => null);
  await look();
  fetcher.handled();
  return { fetcher, look, asked };
}

const unchanged: Answer = async () => ({ status: 'unchanged' });
const isPoll = (pause: number) => pause >= 30_000 && pause <= 60_000;

describe('a lab’s server', () => {
  test('with long polling is asked again at once, with the wait', async () => {
    const { fetcher, look, asked } = await carrierOf(fresh(), unchanged);
    assert.equal(fetcher.pause(), 0);
    await look();
    assert.deepEqual(asked, [{ etag: '"one"', wait: 45 }]);
  });

  test('is asked with the query of its address, and named without it', async () => {
    const asked: string[] = [];
    const fetcher = httpFetcher({
      httpClient: {
        download: async ({ url }) => {
          asked.push(String(url));
          return fresh();
        },
      },
      ...{ url: 'https://store.desy.de:8443/a%20b/bundle.tar.gz?sig=s3cret&se=2027', credential: null },
      maxBytes: 100,
    });
    await fetcher.fetchNew(new AbortController().signal);
    assert.deepEqual(asked, ['https://store.desy.de:8443/a%20b/bundle.tar.gz?sig=s3cret&se=2027']);
    assert.equal(fetcher.place, 'https://store.desy.de:8443/a%20b/bundle.tar.gz');
  });

  test('without long polling is polled, at irregular times', async () => {
    const { fetcher, look, asked } = await carrierOf(fresh('"one"', false), unchanged);
    await look();
    assert.deepEqual(asked, [{ etag: '"one"', wait: null }]);
    const pauses = Array.from({ length: 50 }, () => fetcher.pause());
    assert.ok(pauses.every(isPoll));
    assert.ok(new Set(pauses).size > 40);
  });

  test('that claims long polling, and sends no entity tag, is polled', async () => {
    const { fetcher } = await carrierOf(fresh(null), unchanged);
    assert.ok(isPoll(fetcher.pause()));
  });

  for (const [what, answer] of [
    ['that nothing changed', unchanged],
    ['with the bundle again', async () => fresh()],
  ] as const) {
    test(`that claims long polling, and answers at once ${what}, is not asked in a loop`, async () => {
      const { fetcher, look, asked } = await carrierOf(fresh(), answer);
      for (let times = 0; times < 50 && fetcher.pause() === 0; times += 1) await look();
      assert.ok(asked.length < 10);
      assert.ok(isPoll(fetcher.pause()));
      await look();
      assert.equal(asked.at(-1)?.wait, null);
      assert.equal(fetcher.pause(), 0);
    });
  }

  test('that failed is asked without a wait next', async () => {
    let down = true;
    const { fetcher, look, asked } = await carrierOf(fresh(), async () => {
      if (down) throw new FederationError('SOURCE_UNAVAILABLE', 'down');
      return { status: 'unchanged' };
    });
    await look();
    down = false;
    await look();
    assert.deepEqual(
      asked.map(({ wait }) => wait),
      [45, null],
    );
    assert.equal(fetcher.pause(), 0);
  });

  test('is asked for the same again until what it brought was handled', async () => {
    const { look, asked, fetcher } = await carrierOf(fresh(), async () => fresh('"two"'));
    await look();
    await look();
    fetcher.handled();
    await look();
    assert.deepEqual(
      asked.map(({ etag }) => etag),
      ['"one"', '"one"', '"two"'],
    );
  });
});
