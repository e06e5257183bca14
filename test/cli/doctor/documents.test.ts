import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeDigests, judgeMediaTypes } from '../../../src/cli/doctor/documents.ts';
import type { Exchange } from '../../../src/cli/doctor/exchanges.ts';
import { judgeRateLimit, judgeSpeed } from '../../../src/cli/doctor/pace.ts';
import { judgeReferrers, judgeSignatures } from '../../../src/cli/doctor/referrers.ts';
import { OCI } from '../../support/oci/images.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const exchange = (changes: Partial<Exchange> = {}): Exchange => ({
  method: 'HEAD',
  subject: 'manifest',
  reference: '1.0',
  status: 200,
  contentType: OCI.manifest,
  statedDigest: DIGEST,
  matches: null,
  rateLimit: null,
  took: 10,
  ...changes,
});
const got = (changes: Partial<Exchange> = {}) =>
  exchange({ method: 'GET', reference: DIGEST, matches: true, ...changes });

describe('digests', () => {
  test('that are stated and are those of the bytes pass', () => {
    assert.equal(judgeDigests([exchange(), got()]).status, 'pass');
  });

  test('that are not those of the bytes fail, whatever else is right', () => {
    const check = judgeDigests([exchange(), got(), got({ subject: 'blob', matches: false })]);
    assert.equal(check.status, 'fail');
    assert.match(check.seen, /blob sha256:aaaa/);
  });

  test('that are not stated, or by no algorithm of OCI, are a warning', () => {
    for (const statedDigest of ['', 'md5:abc']) {
      assert.match(judgeDigests([exchange({ statedDigest }), exchange()]).seen, /in 1 of 2/);
    }
  });

  test('are a warning where HEAD is refused, and are not judged where nothing was asked or is there', () => {
    assert.match(judgeDigests([exchange({ status: 405 })]).seen, /HTTP 405/);
    assert.equal(judgeDigests([exchange({ status: 404 })]).status, 'skip');
    assert.equal(judgeDigests([]).status, 'skip');
  });
});

describe('media types', () => {
  test('of manifests and indexes pass, and are counted', () => {
    const check = judgeMediaTypes([got(), got({ contentType: `${OCI.index}; charset=utf-8` })]);
    assert.equal(check.seen, 'image manifests in 1 answer, and indexes in 1');
  });

  test('of schema 1 fail', () => {
    const contentType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    assert.equal(judgeMediaTypes([got(), got({ contentType })]).status, 'fail');
  });

  test('that say nothing are a warning', () => {
    assert.equal(judgeMediaTypes([got({ contentType: 'application/json' })]).status, 'warn');
    assert.match(judgeMediaTypes([got({ contentType: '' })]).seen, /as nothing/);
    assert.equal(judgeMediaTypes([]).status, 'skip');
  });
});

describe('referrers', () => {
  test('pass where the API answers an index, and warn for a false 200 and where it is not there', () => {
    assert.equal(judgeReferrers([{ status: 200, types: [] }], 0).status, 'pass');
    assert.match(judgeReferrers([{ status: 200, types: null }], 0).seen, /without an index/);
    assert.match(judgeReferrers([{ status: 404, types: null }], 1).seen, /HTTP 404\); 1 tag leads/);
    assert.equal(judgeReferrers([], 0).status, 'skip');
  });

  test('of any kind are claimed signatures, and none is a warning', () => {
    const nothing = { referrers: [{ status: 200, types: [] }], fallbackTags: 0, claimed: 0 };
    assert.equal(judgeSignatures(nothing).status, 'warn');
    for (const more of [
      { referrers: [{ status: 200, types: ['application/x'] }] },
      { fallbackTags: 2 },
      { claimed: 1 },
    ]) {
      assert.match(judgeSignatures({ ...nothing, ...more }).seen, /^claimed, and not verified/);
    }
  });
});

describe('the pace', () => {
  const limited = (limit: number | null, remaining = 90) =>
    exchange({ rateLimit: { remaining, limit, window: 21_600_000, reset: null } });

  test('of a limit is a warning where it allows few images a day', () => {
    const check = judgeRateLimit([limited(100)], null);
    assert.equal(check.status, 'warn');
    assert.equal(check.seen, '100 requests in 6 hours, 90 left: about 133 new images a day');
    assert.equal(judgeRateLimit([limited(5_000)], null).status, 'pass');
    assert.equal(judgeRateLimit([limited(null)], null).seen, '90 more requests are answered');
    assert.match(judgeRateLimit([exchange()], null).seen, /no limit was announced in 1 answer$/);
  });

  test('fails where requests were refused', () => {
    assert.equal(judgeRateLimit([], 'the registry answers no more requests').status, 'fail');
  });

  test('of a crawl is that of its lists and HEADs, four at a time', () => {
    const asked = [exchange({ took: 80 }), exchange({ subject: 'tags', method: 'GET', took: 200 })];
    const small = judgeSpeed(asked, { repositories: 2, listed: 1, tags: 100, atOnce: 4 });
    assert.equal(small.seen, 'HEAD takes 80 ms; about 200 tags are asked for in 4 s');
    const large = judgeSpeed(asked, { repositories: 5_000, listed: 1, tags: 100, atOnce: 4 });
    assert.equal(large.status, 'warn');
    assert.match(large.seen, /in 171 min/);
    assert.equal(judgeSpeed([], { repositories: 1, listed: 0, tags: 0, atOnce: 4 }).status, 'skip');
  });
});
