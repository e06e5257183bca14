import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FederationError } from '../../../src/model/errors.ts';
import { verifySource } from '../../../src/policy/distribution/verify.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { OPA } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import {
  type BundleFile,
  labKey,
  opaBundle,
  type SignedBundleOptions,
  signedBundle,
  type Tampering,
  trustOf,
} from '../../support/signed-bundle.ts';

const key = labKey('ES256', 'esrf-2026');
const trust = trustOf('esrf', key);

const RULES = 'package panfed.facility.esrf\n\ndecision := {"discover": true}\n';
const TESTS = 'package panfed.facility.esrf\n\ntest_it if true\n';
const good: SignedBundleOptions = {
  owner: 'esrf',
  version: 7,
  files: { 'policy.rego': RULES, 'tests/policy_test.rego': TESTS },
  key,
};

const verify = async (changes: Partial<SignedBundleOptions> = {}, by = trust) =>
  verifySource(await signedBundle({ ...good, ...changes }), by, 'bundle.tar.gz');
const tampered = (tamper: Tampering) => verify({ tamper });

async function refused(
  attempt: Promise<unknown>,
  message: RegExp,
  code: 'POLICY_UNSIGNED' | 'POLICY_INVALID' = 'POLICY_UNSIGNED',
): Promise<void> {
  await assert.rejects(attempt, (error: FederationError) => {
    assert.match(error.message, message);
    assert.equal(error.code, code);
    assert.equal(error.at, 'bundle.tar.gz');
    assert.ok(error.hint);
    return true;
  });
}

const file = (name: string, body = RULES): BundleFile => ({ name, body });

describe('a bundle that the lab signed', () => {
  test('is what its archive holds, without what was for the verification alone', async () => {
    const archive = await signedBundle(good);
    const source = await verifySource(archive, trust, 'bundle.tar.gz');
    assert.equal(source.owner, 'esrf');
    assert.equal(source.version, 7);
    assert.equal(source.signer, 'esrf-2026');
    assert.equal(source.digest, `sha256:${createHash('sha256').update(archive).digest('hex')}`);
    assert.deepEqual([...source.files.keys()], ['policy.rego', 'tests/policy_test.rego']);
    assert.equal(Buffer.from(source.files.get('policy.rego') ?? '').toString(), RULES);
  });

  test('is the same however its archive, its JSON and its signature are encoded', async () => {
    const archive = await signedBundle(good);
    const { signed, digest, version } = await verifySource(archive, trust, 'bundle.tar.gz');
    const others = await Promise.all([
      gzipSync(gunzipSync(archive), { level: 0 }),
      // Each signature by ECDSA is another one.
      signedBundle(good),
      signedBundle({ ...good, tamper: { entries: (entries) => entries.toReversed() } }),
      signedBundle({
        ...good,
        tamper: {
          entries: (entries) =>
            entries.map(({ name, body }) => ({
              name,
              body: name.endsWith('.manifest') ? JSON.stringify(JSON.parse(String(body)), null, 2) : body,
            })),
        },
      }),
    ]);
    for (const other of others) {
      const found = await verifySource(other, trust, 'bundle.tar.gz');
      assert.equal(found.signed, signed);
      assert.notEqual(found.digest, digest);
    }
    assert.notEqual((await verify({ version: version + 1 })).signed, signed);
    assert.notEqual((await verify({ files: { 'policy.rego': `${RULES}\n` } })).signed, signed);
  });

  for (const alg of ['ES384', 'ES512', 'RS256', 'RS512', 'PS256', 'EdDSA', 'Ed25519', 'HS512'] as const) {
    test(`is accepted with ${alg}`, async () => {
      const other = labKey(alg);
      assert.equal((await verify({ key: other }, trustOf('esrf', other))).signer, other.keyId);
    });
  }

  test('may name its key in the header, and its files by hashes of other lengths', async () => {
    const source = await tampered({
      header: (header) => ({ ...header, kid: key.keyId }),
      claims: ({ keyid: _moved, files, ...claims }) => ({
        ...claims,
        files: files.map(({ name, hash, algorithm }) =>
          name === 'policy.rego'
            ? { name, hash: createHash('sha512').update(RULES).digest('hex'), algorithm: 'SHA-512' }
            : { name, hash, algorithm },
        ),
      }),
    });
    assert.equal(source.version, 7);
  });

  test('may be packed by tar itself, with folders and ./ before its names', async () => {
    const source = await tampered({
      entries: (entries) => [
        { name: './', body: '', type: 'directory' },
        { name: './tests/', body: '', type: 'directory' },
        ...entries.map(({ name, body }) => file(`.${name}`, String(body))),
      ],
    });
    assert.deepEqual([...source.files.keys()], ['policy.rego', 'tests/policy_test.rego']);
  });

  test('has its data at the root, whichever of its folders it came in', async () => {
    const data = '{ "limit": 1.0 }';
    const at = async (name: string, body: string) => {
      const { files } = await tampered({
        // The number's spelling is part of what OPA signs, and not of what this test's own signer would.
        claims: (claims) => ({
          ...claims,
          files: [...claims.files, { name, hash: hashOf(body.replace(/\s/g, '')), algorithm: 'SHA-256' }],
        }),
        entries: (entries) => [...entries, file(name, body)],
      });
      return Buffer.from(files.get('data.json') ?? '').toString();
    };
    assert.equal(
      await at('panfed/facility/esrf/data.json', data),
      `{"panfed":{"facility":{"esrf":${data}}}}`,
    );
    assert.equal(
      await at('panfed/facility/esrf/beamlines/data.json', data),
      `{"panfed":{"facility":{"esrf":{"beamlines":${data}}}}}`,
    );
    const rooted = `{"panfed": {"facility": {"esrf": ${data}}}}`;
    assert.equal(await at('data.json', rooted), rooted);
    for (const empty of ['{}', '{"panfed":{}}', '{"panfed":{"facility":{"esrf":{}}}}']) {
      assert.equal(await at('data.json', empty), '');
    }
  });

  test('is taken as opa build makes it', needs('opa', OPA), async () => {
    const files = {
      ...good.files,
      'panfed/facility/esrf/data.json': '{"n": 1.50, "big": 12345678901234567890, "s": "<\\u2028>"}',
    };
    const source = await verifySource(await opaBundle({ ...good, files }), trust, 'bundle.tar.gz');
    assert.equal(source.version, 7);
    assert.deepEqual([...source.files.keys()].sort(), ['data.json', 'policy.rego', 'tests/policy_test.rego']);
    const data = Buffer.from(source.files.get('data.json') ?? '').toString();
    assert.match(data, /^\{"panfed":\{"facility":\{"esrf":\{.*12345678901234567890.*1\.50/);
  });
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the files of a bundle', () => {
  test('are as they were signed: no other content', async () => {
    const change = (name: string, body: string) =>
      tampered({
        entries: (entries) => entries.map((entry) => (entry.name === name ? { ...entry, body } : entry)),
      });
    await refused(change('/policy.rego', `${RULES}\n`), /"policy\.rego" is not as it was signed/);
    const older = JSON.stringify({ roots: ['panfed/facility/esrf'], metadata: { version: 6 } });
    await refused(change('/.manifest', older), /"\.manifest" is not as it was signed/);
  });

  test('are all of those that were signed', async () => {
    await refused(
      tampered({ entries: (entries) => entries.filter(({ name }) => !name.includes('_test')) }),
      /"tests\/policy_test\.rego" is signed but not in the bundle/,
    );
  });

  test('are no others than those that were signed', async () => {
    await refused(
      tampered({ entries: (entries) => [...entries, file('/more.rego')] }),
      /"more\.rego" is in the bundle but not signed/,
    );
    await refused(
      tampered({
        claims: (claims) => ({ ...claims, files: claims.files.filter(({ name }) => name !== '.manifest') }),
      }),
      /"\.manifest" is in the bundle but not signed/,
    );
  });

  test('are each signed once, by a hash that nobody has broken', async () => {
    const twice = tampered({
      claims: (claims) => ({ ...claims, files: [...claims.files, ...claims.files.slice(0, 1)] }),
    });
    await refused(twice, /lists "policy\.rego" twice/);
    for (const [algorithm, hash] of [
      ['MD5', createHash('md5').update(RULES).digest('hex').padEnd(64, '0')],
      ['SHA-1', createHash('sha1').update(RULES).digest('hex').padEnd(64, '0')],
      ['SHA-224', createHash('sha224').update(RULES).digest('hex').padEnd(64, '0')],
      ['constructor', '0'.repeat(64)],
    ] as const) {
      await refused(
        tampered({
          claims: (claims) => ({
            ...claims,
            files: claims.files.map((each) => ({ ...each, hash, algorithm })),
          }),
        }),
        new RegExp(`has a hash of "policy\\.rego" by "${algorithm}"`),
      );
    }
  });

  test('are Rego in UTF-8, and at least one', async () => {
    const latin = Buffer.from('package panfed.facility.esrf\n# caf\xe9\n', 'latin1');
    await refused(
      tampered({
        claims: (claims) => ({
          ...claims,
          files: claims.files.map((each) =>
            each.name === 'policy.rego'
              ? { ...each, hash: createHash('sha256').update(latin).digest('hex') }
              : each,
          ),
        }),
        entries: (entries) =>
          entries.map((entry) => (entry.name === '/policy.rego' ? { ...entry, body: latin } : entry)),
      }),
      /"policy\.rego" is not UTF-8/,
      'POLICY_INVALID',
    );
    await refused(verify({ files: {} }), /no \.rego file/, 'POLICY_INVALID');
  });

  test('have no data beside the facility’s own, and one document', async () => {
    const data = (files: Record<string, string>) => verify({ files: { ...good.files, ...files } });
    const invalid = (files: Record<string, string>, message: RegExp) =>
      refused(data(files), message, 'POLICY_INVALID');
    await invalid({ 'data.json': '{"panfed":{"facility":{"desy":{"a":1}}}}' }, /has "desy" beside "esrf"/);
    await invalid({ 'data.json': '{"panfed":{"federation":{}}}' }, /has "federation" beside "facility"/);
    await invalid({ 'data.json': '{"panfed":[]}' }, /does not have an object where one is expected/);
    await invalid({ 'data.json': '[]' }, /is not an object/);
    await invalid({ 'panfed/facility/esrf/data.json': '1' }, /is not an object/);
    await invalid(
      { 'data.json': '{}', 'panfed/facility/esrf/data.json': '{}' },
      /has "data\.json" and "panfed\/facility\/esrf\/data\.json"/,
    );
  });

  test('have no data that can be read in two ways', async () => {
    for (const [text, message] of [
      ['{"a": 1, "a": 2}', /Duplicate key 'a'/],
      ['{"a": "x", "a": "x"}', /a key occurs twice/],
      ['{"a": [], "\\u0061": {}}', /a key occurs twice/],
      ['{"\\ud800": 1}', /half of a surrogate pair/],
      ['\ufeff{}', /not unambiguous JSON/],
      ['{} {}', /not unambiguous JSON/],
      ['a: 1', /not unambiguous JSON/],
      [`${'['.repeat(513)}${']'.repeat(513)}`, /nested deeper than 512/],
      ['['.repeat(1_000_000), /nested deeper than 512/],
    ] as const) {
      const name = 'panfed/facility/esrf/data.json';
      const listed = { name, hash: '0'.repeat(64), algorithm: 'SHA-256' };
      await refused(
        tampered({
          claims: (claims) => ({ ...claims, files: [...claims.files, listed] }),
          entries: (entries) => [...entries, file(name, text)],
        }),
        message,
        'POLICY_INVALID',
      );
    }
  });
});

describe('a bundle in which a byte was changed', () => {
  test('is refused with a message, or has the same content', async () => {
    const held = [...(await verify()).files];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = tampered({
          tar: (tar) => tar.map((byte, index) => (index === place % tar.length ? byte ^ change : byte)),
        });
        const [source] = await Promise.allSettled([changed]);
        if (source.status === 'fulfilled') assert.deepEqual([...source.value.files], held);
        else assert.match((source.reason as FederationError).code, /^POLICY_(UNSIGNED|INVALID)$/);
      }),
      { numRuns: runs(300) },
    );
  });
});
