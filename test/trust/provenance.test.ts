import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProvenance } from '../../src/trust/provenance.ts';
import { COMMIT } from '../support/attachments.ts';

const V02 = 'https://slsa.dev/provenance/v0.2';
const V1 = 'https://slsa.dev/provenance/v1';
const builder = { id: 'https://gitlab.esrf.fr/runners/1' };
const v1 = (definition: object, run: object = {}) =>
  readProvenance(V1, { buildDefinition: definition, runDetails: { builder, ...run } });
const source = (provenance: ReturnType<typeof readProvenance>) => [provenance?.source, provenance?.revision];

test('the source is where version 1 says it, and its revision is of the dependency with that repository', () => {
  const resolvedDependencies = [
    { uri: 'pkg:docker/debian@1', digest: { sha256: 'a'.repeat(64) } },
    { uri: 'git+https://gitlab.esrf.fr/x/y@refs/heads/main', digest: { gitCommit: COMMIT } },
  ];
  const expected = ['https://gitlab.esrf.fr/x/y', COMMIT];
  const said = 'https://gitlab.esrf.fr/x/y';
  assert.deepEqual(
    source(v1({ externalParameters: { source: `git+${said}@v1` }, resolvedDependencies })),
    expected,
  );
  assert.deepEqual(
    source(v1({ externalParameters: { source: { uri: `${said}#v1` } }, resolvedDependencies })),
    expected,
  );
  const workflow = { repository: said, ref: 'refs/heads/main' };
  assert.deepEqual(source(v1({ externalParameters: { workflow }, resolvedDependencies })), expected);
  assert.deepEqual(source(v1({ resolvedDependencies })), expected);
});

test('the revision of another repository is not the source’s', () => {
  const resolvedDependencies = [{ uri: 'git+https://gitlab.esrf.fr/z', digest: { gitCommit: COMMIT } }];
  const externalParameters = { source: 'git+https://gitlab.esrf.fr/x/y' };
  assert.deepEqual(source(v1({ externalParameters, resolvedDependencies })), [
    'https://gitlab.esrf.fr/x/y',
    null,
  ]);
});

test('BuildKit’s checkout is the source where nothing else is said', () => {
  const vcs = { source: 'https://gitlab.esrf.fr/x/y.git', revision: COMMIT };
  const expected = ['https://gitlab.esrf.fr/x/y.git', COMMIT];
  const metadata = { 'https://mobyproject.org/buildkit@v1#metadata': { vcs } };
  assert.deepEqual(source(readProvenance(V02, { builder, metadata })), expected);
  assert.deepEqual(source(v1({}, { metadata: { buildkit_metadata: { vcs } } })), expected);
});

test('a user and a host with a port belong to the source, a revision does not', () => {
  const at = (uri: string) =>
    source(readProvenance(V02, { builder, invocation: { configSource: { uri } } }))[0];
  assert.equal(at('git+ssh://git@gitlab.esrf.fr:22/x/y@v1'), 'ssh://git@gitlab.esrf.fr:22/x/y');
  assert.equal(at('https://gitlab.esrf.fr/x/y?ref=v1#z'), 'https://gitlab.esrf.fr/x/y');
  assert.equal(at('git@gitlab.esrf.fr:x/y'), null);
});

test('materials are within their bounds, and say a digest of a known algorithm', () => {
  const materials = Array.from({ length: 1_000 }, (_, index) => ({
    uri: `pkg:npm/${index}@1`,
    digest: { sha256: 'ab' },
  }));
  const many = readProvenance(V02, { builder, materials });
  assert.equal(many?.materials.length, 256);
  assert.deepEqual(many?.materials[0], { uri: 'pkg:npm/0@1', digest: 'sha256:ab' });
  const large = Array.from({ length: 100 }, () => ({ uri: `pkg:npm/${'a'.repeat(1_000)}`, digest: null }));
  assert.equal(readProvenance(V02, { builder, materials: large })?.materials.length, 32);
  const odd = [
    { uri: 'a', digest: { md5: 'x' } },
    { uri: 'b', digest: { sha1: 'a b' } },
    { digest: {} },
    null,
    'c',
  ];
  assert.deepEqual(readProvenance(V02, { builder, materials: odd })?.materials, [
    { uri: 'a', digest: null },
    { uri: 'b', digest: null },
    { uri: 'c', digest: null },
  ]);
});

test('text that is not inert is nobody’s: it could become a name that is allowed', () => {
  for (const id of [
    'https://gitlab.esrf.fr/runners/1\u200b',
    ' https://gitlab.esrf.fr/runners/1',
    'a\0',
    'a'.repeat(3_000),
  ]) {
    assert.equal(readProvenance(V02, { builder: { id } })?.builder, null);
  }
});

test('what a prototype has is not said', () => {
  const digest = JSON.parse(`{"__proto__": {"sha1": "${COMMIT}"}}`);
  const uri = 'https://gitlab.esrf.fr/x/y';
  assert.deepEqual(source(readProvenance(V02, { builder, invocation: { configSource: { uri, digest } } })), [
    uri,
    null,
  ]);
});

test('a shape of another version is none, and another type is no provenance', () => {
  assert.equal(readProvenance(V1, { builder }), null);
  assert.equal(readProvenance(V02, { buildDefinition: {}, runDetails: { builder } }), null);
  assert.equal(readProvenance(V02, null), null);
  assert.equal(readProvenance('https://slsa.dev/provenance/v0.1', { builder }), undefined);
});
