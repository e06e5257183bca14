import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { trustSchema } from '../../src/config/trust.ts';
import { FederationError } from '../../src/model/errors.ts';
import { createTrustSettings } from '../../src/trust/create-settings.ts';
import { signatureRoot } from '../support/signatures.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The settings of a facility whose files are as given. */
function settingsOf(context: TestContext, files: Readonly<Record<string, string>>, trust: object) {
  const baseDirectory = temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) writeFileSync(`${baseDirectory}/${name}`, text);
  return createTrustSettings('esrf', trustSchema.parse(trust), {
    baseDirectory,
    readWhole: async (reference) =>
      'file' in reference
        ? readFileSync(`${baseDirectory}/${reference.file}`, 'utf8')
        : (files[reference.env] ?? ''),
  });
}

const LAB = signatureRoot('lab.pub');
const OTHER = signatureRoot('other.pub');

test('keys have their names, ends and revocations, and one key may have several', async (context) => {
  const { keys, material } = await settingsOf(
    context,
    { 'a.pub': LAB, 'b.pub': OTHER, A: LAB },
    {
      keys: [
        { name: 'Release', file: 'a.pub', notAfter: '2026-01-01T00:00:00Z' },
        { name: 'Release', env: 'A' },
        { name: 'Old', file: 'b.pub', revoked: true },
      ],
    },
  );
  const pinned = [...keys.values()].sort((one, other) => other.length - one.length);
  assert.deepEqual(pinned, [
    [
      { name: 'Release', notAfter: Date.UTC(2026, 0, 1), isRevoked: false },
      { name: 'Release', notAfter: null, isRevoked: false },
    ],
    [{ name: 'Old', notAfter: null, isRevoked: true }],
  ]);
  assert.equal(material.keys.length, 2);
});

test('the hash is of the keys and roots by their contents, and of nothing else', async (context) => {
  const hash = async (files: Readonly<Record<string, string>>, trust: object) =>
    (await settingsOf(context, files, trust)).hash;
  const one = await hash({ 'a.pub': LAB }, { keys: [{ name: 'Release', file: 'a.pub' }] });
  const renamed = { keys: [{ name: 'Other', file: 'b.pub', revoked: true }], require: ['**'], builders: [] };
  assert.equal(await hash({ 'b.pub': LAB }, renamed), one);
  assert.notEqual(await hash({ 'a.pub': OTHER }, { keys: [{ name: 'Release', file: 'a.pub' }] }), one);
  const ca = { 'a.pub': LAB, 'ca.pem': signatureRoot('notation-ca.pem') };
  const notation = { keys: [{ name: 'Release', file: 'a.pub' }], notation: { store: 'ca.pem' } };
  assert.notEqual(await hash(ca, notation), one);
});

test('roots of Notation and Sigstore are read, with their fingerprints', async (context) => {
  const { notation, authorities } = await settingsOf(
    context,
    { 'ca.pem': signatureRoot('notation-ca.pem'), 'root.json': signatureRoot('keyless-root.json') },
    { notation: { name: 'ESRF', store: 'ca.pem' }, root: 'root.json' },
  );
  assert.deepEqual([notation?.name, notation?.roots.size, authorities.size], ['ESRF', 1, 1]);
});

test('repositories that have to be signed are matched by globs', async (context) => {
  const { isRequired } = await settingsOf(context, {}, { require: ['em/*', 'control/**'] });
  assert.deepEqual(['em/relion', 'em/a/b', 'control/a/b', 'mx/xds'].map(isRequired), [
    true,
    false,
    true,
    false,
  ]);
});

const { privateKey } = generateKeyPairSync('ec', {
  ...{ namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' } },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

for (const [what, files, trust, at] of [
  ['a private key', { a: privateKey }, { keys: [{ name: 'A', file: 'a' }] }, 'facilities.esrf.trust.keys[0]'],
  [
    'a certificate for a key',
    { a: signatureRoot('notation-ca.pem') },
    { keys: [{ name: 'A', file: 'a' }] },
    'facilities.esrf.trust.keys[0]',
  ],
  ['a key for a certificate', { a: LAB }, { notation: { store: 'a' } }, 'facilities.esrf.trust.notation'],
  ['a root that is no JSON', { a: 'x' }, { root: 'a' }, 'facilities.esrf.trust.root'],
  ['a root that is no trusted root', { a: '{}' }, { root: 'a' }, 'facilities.esrf.trust.root'],
  ['a file that is not there', {}, { root: 'a' }, 'facilities.esrf.trust.root'],
] as const) {
  test(`${what} is refused where it is configured, with what to give instead`, async (context) => {
    await assert.rejects(settingsOf(context, files, trust), (error) => {
      assert.ok(error instanceof FederationError);
      assert.deepEqual([error.code, error.at?.startsWith(at)], ['CONFIG_INVALID', true], error.at);
      assert.ok(error.hint !== undefined && !error.message.includes('PRIVATE KEY'), error.message);
      return true;
    });
  });
}
