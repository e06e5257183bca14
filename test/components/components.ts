// Random components and choices of them, few enough that they meet.
import { type Component, toComponent } from '../../src/components/component.ts';
import fc from '../support/fast-check.ts';

const name = fc.constantFrom(
  'openssl',
  'OpenSSL',
  'num_py',
  '@a/b',
  'b',
  'a/b',
  'ß',
  'İ',
  '+ +',
  'lib%2F',
  '㎞/h',
);
const version = fc.constantFrom('1', '1.0', '1.2.0', '2.0-rc1', '1:3.0+b', 'latest', 'abc1234', '2024%');
const purlStart = fc.constantFrom(
  'pkg:deb/debian/',
  'pkg:npm/',
  'pkg:npm/%40a/',
  'pkg:pypi/',
  'pkg:golang/a/b/',
);
const purl = fc
  .tuple(purlStart, name, fc.option(version), fc.constantFrom('', '?arch=amd64', '?a=1&b=%20#s/b'))
  .map(([start, own, at, rest]) => {
    const behind = at === null ? '' : `@${encodeURIComponent(at)}`;
    return `${start}${encodeURIComponent(own)}${behind}${rest}`;
  });

/** As they are read of an SBOM. */
export const component: fc.Arbitrary<Component> = fc
  .record({
    name,
    version: fc.option(version),
    purls: fc.array(purl, { maxLength: 1 }),
    license: fc.option(fc.constantFrom('MIT', 'ISC')),
  })
  .map((stated) => toComponent(stated, (text) => text) as Component);

const range = fc
  .tuple(fc.constantFrom('', '<', '>=', '='), version)
  .map(([operator, limit]) => `@${operator}${limit}`);

/** Texts that are mostly choices. */
export const choice: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(name, purl), fc.option(range))
  .map(([what, versions]) => `${what}${versions ?? ''}`);
