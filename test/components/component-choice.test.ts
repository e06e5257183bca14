// Choices of components: how they are written, and which components they mean.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Component } from '../../src/components/component.ts';
import {
  type ComponentChoice,
  lookupKey,
  lookupKeys,
  matchesComponent,
  parseComponentChoice,
} from '../../src/components/component-choice.ts';
import fc from '../support/fast-check.ts';
import { choice, component } from './components.ts';

function choiceOf(text: string): ComponentChoice {
  const parsed = parseComponentChoice(text);
  assert.ok(!('message' in parsed), text);
  return parsed;
}

const OPENSSL: Component = {
  ...{ name: 'openssl', version: '3.0.6-1+deb12u2', license: null },
  purl: 'pkg:deb/debian/openssl@3.0.6-1+deb12u2?arch=amd64&distro=debian-12',
};
const SCOPED: Component = {
  ...{ name: '@scope/part', version: '1.2.0', license: null },
  purl: 'pkg:npm/%40scope/part@1.2.0',
};
const JAVA: Component = {
  ...{ name: 'Log4j Core', version: '2.17', license: null },
  purl: 'pkg:maven/org.apache/log4j-core@2.17#sub',
};
const BARE: Component = { name: 'MKL', version: '2017.0.3', purl: null, license: null };
const UNVERSIONED: Component = { name: 'mkl', version: null, purl: null, license: null };
const EPOCH: Component = { ...OPENSSL, name: 'zlib1g', version: '1:1.2.13.dfsg-1', purl: null };

describe('a choice of components', () => {
  for (const [text, chosen] of [
    ['mkl', [BARE, UNVERSIONED]],
    ['Mkl@2017.0.3', [BARE]],
    ['mkl@2017', [BARE]],
    ['mkl@2018', []],
    ['openssl@<3.0.7', [OPENSSL]],
    ['OpenSSL @ >= 3 <3.1', [OPENSSL]],
    ['openssl@>=3.0.7', []],
    ['debian/openssl', [OPENSSL]],
    ['ubuntu/openssl', []],
    ['pkg:deb/debian/openssl@<3.0.7', [OPENSSL]],
    ['PKG:DEB/Debian/OpenSSL', [OPENSSL]],
    ['pkg:deb/debian/openssl?arch=amd64', [OPENSSL]],
    ['pkg:deb/debian/openssl?arch=arm64', []],
    ['pkg:deb/debian/openssl@3.0.6-1%2Bdeb12u2?distro=debian-12', [OPENSSL]],
    ['pkg:deb/ubuntu/openssl', []],
    ['pkg:deb/openssl', []],
    ['pkg:rpm/debian/openssl', []],
    ['pkg:generic/mkl', []],
    ['@scope/part', [SCOPED]],
    ['@Scope/Part@1', [SCOPED]],
    ['part', [SCOPED]],
    ['scope/part', []],
    ['pkg:npm/@scope/part', [SCOPED]],
    ['pkg:npm/%40scope/part@>1.2', []],
    ['log4j core', [JAVA]],
    ['log4j-core@2.17.0', [JAVA]],
    ['org.apache/log4j-core', [JAVA]],
    ['pkg:maven/org.apache/log4j-core#sub', [JAVA]],
    ['pkg:maven/org.apache/log4j-core#other', []],
    ['zlib1g@>=1.2.13 <1.3', [EPOCH]],
    ['zlib1g@1:1.2.13', [EPOCH]],
    ['zlib1g@1', [EPOCH]],
  ] as const) {
    const names = chosen.map(({ name, version }) => `${name} ${version}`).join(', ');
    test(`${text} means ${names || 'nothing'}`, () => {
      const all = [OPENSSL, SCOPED, JAVA, BARE, UNVERSIONED, EPOCH];
      assert.deepEqual(
        all.filter((one) => matchesComponent(choiceOf(text), one)),
        chosen,
      );
    });
  }

  test('may be of a type whose package URLs need a version', () => {
    const ggplot: Component = { name: 'ggplot2', version: '3', purl: 'pkg:cran/ggplot2@3', license: null };
    assert.ok(matchesComponent(choiceOf('pkg:cran/ggplot2'), ggplot));
  });

  for (const [text, message] of [
    ['', '"" is not a component.'],
    ['  ', '"  " is not a component.'],
    ['@scope', '"@scope" is not a component.'],
    ['openssl>=3', '"openssl>=3" is not a component.'],
    ['pkg:npm', '"pkg:npm" is not a component.'],
    ['pkg:pypi/%ff', '"pkg:pypi/%ff" is not a component.'],
    ['mkl@', '"" in "mkl@" is not a version or a range of versions.'],
    ['mkl@>', '">" in "mkl@>" is not a version or a range of versions.'],
    [
      'pkg:pypi/numpy@>=1 or <2',
      '">=1 or <2" in "pkg:pypi/numpy@>=1 or <2" is not a version or a range of versions.',
    ],
  ] as const) {
    test(`${JSON.stringify(text)} is malformed, and what was expected is said`, () => {
      const parsed = parseComponentChoice(text);
      assert.ok('message' in parsed);
      assert.equal(parsed.message, message);
      assert.match(parsed.hint, /^Write a /);
    });
  }

  test('of more than 1,024 characters is refused without being read', () => {
    const parsed = parseComponentChoice('x'.repeat(1_025));
    assert.ok('message' in parsed);
    assert.equal(parsed.message, 'A component of 1025 characters was chosen, and 1024 are the most.');
  });

  test('is read, or refused, whatever text it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `pkg:${text}`),
        ),
        (text) => {
          parseComponentChoice(text);
        },
      ),
    );
  });

  test('shares its key with every component that it means', () => {
    fc.assert(
      fc.property(choice, component, (text, one) => {
        const parsed = parseComponentChoice(text);
        if ('message' in parsed || !matchesComponent(parsed, one)) return;
        assert.ok(lookupKeys(one).includes(lookupKey(parsed)));
      }),
    );
  });
});
