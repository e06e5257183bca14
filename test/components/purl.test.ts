// Package URLs: their canonical form, and the parts that are read of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PackageURL } from 'packageurl-js';
import { canonicalPurl, purlParts } from '../../src/components/purl.ts';
import fc, { runs } from '../support/fast-check.ts';

describe('a package URL', () => {
  test('is canonical as its specification says', () => {
    for (const [text, canonical] of [
      ['PKG:PyPI/Ruamel_YAML@1.0', 'pkg:pypi/ruamel-yaml@1.0'],
      ['pkg:npm/@scope/part@1', 'pkg:npm/%40scope/part@1'],
      ['pkg:deb/debian/vim@2:9.0+b?b=2&a=1', 'pkg:deb/debian/vim@2:9.0+b?a=1&b=2'],
      [' pkg://npm/x ', 'pkg:npm/x'],
    ] as const) {
      assert.equal(canonicalPurl(text), canonical);
    }
  });

  test('is none where the library throws, whatever it throws', () => {
    const texts = [
      '',
      'pkg:',
      'npm/x',
      'pkg:npm',
      'pkg:pypi/%ff',
      'pkg:golang/a/b@v1.0',
      'https://a/b',
      'pkg:maven/x',
    ];
    for (const text of [...texts, 5, null, undefined, {}, `pkg:npm/${'x'.repeat(2_048)}`]) {
      assert.equal(canonicalPurl(text), null, String(text));
    }
  });

  const part = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.constantFrom('a', 'b-c', '@a/b', '%', 'x y'),
  );

  test('has the parts that the library reads, and is its own canonical form', () => {
    fc.assert(
      fc.property(part, part, fc.option(part), fc.option(part), (name, namespace, version, value) => {
        const encode = (text: string) => encodeURIComponent(text.toWellFormed());
        const at = version === null ? '' : `@${encode(version)}`;
        const purl = canonicalPurl(
          `pkg:generic/${encode(namespace)}/${encode(name)}${at}${value === null ? '' : `?k=${encode(value)}`}`,
        );
        if (purl === null) return;
        assert.equal(canonicalPurl(purl), purl);
        const read = PackageURL.fromString(purl);
        const parts = purlParts(purl);
        assert.deepEqual(
          [parts.type, parts.namespace, parts.name, parts.version],
          [read.type, read.namespace ?? null, read.name, read.version ?? null],
        );
      }),
      { numRuns: runs(500) },
    );
  });

  test('that is not canonical gives parts that mean nothing, and no error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void purlParts(text)));
  });
});
