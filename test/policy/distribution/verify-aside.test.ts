import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifySource } from '../../../src/policy/distribution/verify.ts';
import { verifyAside } from '../../../src/policy/distribution/verify-aside.ts';
import { labKey, type SignedBundleOptions, signedBundle, trustOf } from '../../support/signed-bundle.ts';

const good: SignedBundleOptions = {
  owner: 'esrf',
  version: 3,
  files: {
    'policy.rego': 'package panfed.facility.esrf\n',
    'panfed/facility/esrf/data.json': '{"a": [1, 2]}',
  },
  key: labKey('ES256', 'esrf-2026'),
};
const trust = trustOf('esrf', good.key);

describe('a bundle that is verified in a thread of its own', () => {
  for (const alg of ['ES256', 'HS256'] as const) {
    test(`is what it is here, by ${alg}`, async () => {
      const key = labKey(alg);
      const archive = await signedBundle({ ...good, key });
      const aside = await verifyAside(archive, trustOf('esrf', key), 'bundle.tar.gz');
      assert.deepEqual(aside, await verifySource(archive, trustOf('esrf', key), 'bundle.tar.gz'));
      assert.equal(archive.length > 0, true, 'the archive stays the caller’s');
    });
  }

  test('is refused as it is here', async () => {
    const archive = await signedBundle({ ...good, scope: 'panfed/facility/desy' });
    const here = await verifySource(archive, trust, 'bundle.tar.gz').catch((error: Error) => error);
    const aside = await verifyAside(archive, trust, 'bundle.tar.gz').catch((error: Error) => error);
    assert.ok(here instanceof Error);
    assert.deepEqual({ ...aside }, { ...here });
    assert.equal((aside as Error).message, here.message);
  });

  test('is given up with its caller', async () => {
    const reason = new Error('closed');
    const archive = await signedBundle(good);
    await assert.rejects(verifyAside(archive, trust, 'bundle.tar.gz', AbortSignal.abort(reason)), reason);
    const late = new AbortController();
    const under = verifyAside(archive, trust, 'bundle.tar.gz', late.signal);
    late.abort(reason);
    await assert.rejects(under, reason);
  });

  test('is refused where it takes too long', async () => {
    const archive = await signedBundle(good);
    await assert.rejects(verifyAside(archive, trust, 'bundle.tar.gz', undefined, 0), {
      code: 'POLICY_TOO_COSTLY',
      message: /takes longer than 0 ms/,
    });
  });
});
