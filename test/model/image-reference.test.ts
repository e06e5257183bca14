import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  canonicalName,
  canonicalPrefix,
  parseImageReference,
  repositoriesNamed,
} from '../../src/model/image-reference.ts';
import fc from '../support/fast-check.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const spelled = (text: string) => {
  const parsed = parseImageReference(text);
  return parsed === null ? null : [parsed.name, parsed.tag, parsed.digest];
};

describe('a reference', () => {
  test('of Docker Hub is one in all its spellings', () => {
    for (const text of [
      'relion:5.0',
      'library/relion:5.0',
      'docker.io/relion:5.0',
      'docker.io/library/relion:5.0',
      'index.docker.io/library/relion:5.0',
      'registry-1.docker.io/library/relion:5.0',
      'Docker.IO/relion:5.0',
      'docker://relion:5.0',
      'docker://docker.io/library/relion:5.0',
      'oci://index.docker.io/relion:5.0',
      '  relion:5.0\n',
    ]) {
      assert.deepEqual(spelled(text), ['docker.io/library/relion', '5.0', null], text);
    }
    assert.deepEqual(spelled('em/relion'), ['docker.io/em/relion', null, null]);
  });

  test('has its host, port and path, its tag and its digest', () => {
    assert.deepEqual(spelled('registry.esrf.eu:5000/em/relion:5.0'), [
      'registry.esrf.eu:5000/em/relion',
      '5.0',
      null,
    ]);
    assert.deepEqual(spelled(`localhost/em/relion:5.0@${DIGEST}`), ['localhost/em/relion', '5.0', DIGEST]);
    assert.deepEqual(spelled('[::1]:5000/relion'), ['[::1]:5000/relion', null, null]);
    const sha512 = `sha512:${'a'.repeat(128)}`;
    assert.deepEqual(spelled(`GHCR.io/x@${sha512}`), ['ghcr.io/x', null, sha512]);
    assert.deepEqual(spelled('localhost:5000'), ['docker.io/library/localhost', '5000', null]);
  });

  test('with a transport or a host is nothing else', () => {
    const isQualified = (text: string) => parseImageReference(text)?.isQualified;
    for (const text of ['docker://relion', 'ghcr.io/em/relion']) {
      assert.equal(isQualified(text), true, text);
    }
    for (const text of ['relion', 'em/relion', 'relion:5.0']) assert.equal(isQualified(text), false, text);
  });

  test('that breaks the grammar is none', () => {
    for (const text of [
      '',
      'relion motion correction',
      'https://ghcr.io/em/relion',
      'ghcr.io/em//relion',
      'ghcr.io/Em/relion',
      'Em/relion',
      'ghcr.io/em/relion:',
      'ghcr.io/em/relion:-5',
      'ghcr.io/em/relion@sha256:12',
      `ghcr.io/em/relion@${DIGEST}@${DIGEST}`,
      `ghcr.io/${'a'.repeat(2_000)}`,
      'ghcr.io/em/relion:5.0/x',
      '__proto__',
    ]) {
      assert.equal(parseImageReference(text), null, text);
    }
  });

  test('is read without an error, and its name is canonical, whatever the text', () => {
    const parts = fc.constantFrom(
      'docker://',
      'docker.io',
      '/',
      ':',
      '@',
      'relion',
      'Em',
      '5.0',
      'library',
      '[',
      ']',
      DIGEST,
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(parts, { maxLength: 8 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseImageReference(text);
        if (parsed !== null) assert.equal(canonicalName(parsed.name), parsed.name);
      }),
    );
  });
});

describe('the repositories that a name means at a registry', () => {
  test('are those below where it is pulled from', () => {
    const name = 'registry.esrf.eu/em/relion';
    assert.deepEqual(repositoriesNamed(name, 'registry.esrf.eu'), ['em/relion']);
    assert.deepEqual(repositoriesNamed(name, 'Registry.ESRF.eu/em'), ['relion']);
    assert.deepEqual(repositoriesNamed(name, 'registry.esrf.eu/e'), []);
    assert.deepEqual(repositoriesNamed(name, 'registry.esrf.eu:5000'), []);
  });

  test('are two for an official image of Docker Hub', () => {
    assert.equal(canonicalPrefix('index.docker.io'), 'docker.io');
    assert.deepEqual(repositoriesNamed('docker.io/library/relion', 'index.docker.io'), [
      'library/relion',
      'relion',
    ]);
    assert.deepEqual(repositoriesNamed('docker.io/library/relion', 'docker.io/library'), ['relion']);
  });
});
