// Hostile SBOMs: what is too much, twice, in a circle or no JSON that anybody meant harms nobody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSbom, readSbomPredicate } from '../../src/components/read-sbom.ts';
import fc, { runs } from '../support/fast-check.ts';
import { bytesOf, cyclonedx, sbomOf, spdx2, spdx3 } from './sboms.ts';

describe('a hostile SBOM', () => {
  test('with more than 20,000 components is truncated, and says so', () => {
    const packages = Array.from({ length: 20_001 }, (_, index) => ({ name: `p${index}` }));
    const { components, truncated } = sbomOf(bytesOf(spdx2(packages)));
    assert.deepEqual([components.length, truncated], [20_000, true]);
    assert.equal(sbomOf(bytesOf(spdx2(packages.slice(1)))).truncated, false);
  });

  test('with a hundred thousand times one component has it once', () => {
    const { components, truncated } = sbomOf(
      bytesOf(cyclonedx(Array(100_000).fill({ name: 'a', version: '1' }))),
    );
    assert.deepEqual([components.length, truncated], [1, false]);
  });

  test('with duplicate ids has both components', () => {
    const packages = [
      { SPDXID: 'SPDXRef-1', name: 'a' },
      { SPDXID: 'SPDXRef-1', name: 'b' },
    ];
    assert.equal(sbomOf(bytesOf(spdx2(packages))).components.length, 2);
  });

  test('has a component without a license merged with its like, and with two licenses both', () => {
    const packages = [
      { name: 'a' },
      { name: 'a', licenseDeclared: 'MIT' },
      { name: 'a' },
      { name: 'a', licenseDeclared: 'ISC' },
    ];
    assert.deepEqual(
      sbomOf(bytesOf(spdx2(packages))).components.map(({ license }) => license),
      ['MIT', 'ISC'],
    );
  });

  test('has only inert text in bounds, and cuts nothing', () => {
    const long = 'x'.repeat(3_000);
    const { components, truncated } = sbomOf(
      bytesOf(
        spdx2([
          { name: 'a\u001b[31m\u202eb', versionInfo: '1\u0000', licenseDeclared: 'M\u200bIT' },
          { name: 'b', versionInfo: long, licenseDeclared: long },
          { name: long },
        ]),
      ),
    );
    assert.deepEqual(components, [
      { name: 'a [31mb', version: '1', purl: null, license: 'MIT' },
      { name: 'b', version: null, purl: null, license: null },
    ]);
    assert.equal(truncated, true);
  });

  test('with keys of prototypes, numbers and nulls is read as it says', () => {
    const text = `{"bomFormat":"CycloneDX","specVersion":"1.5","__proto__":{"components":[{"name":"no"}]},"components":[
      {"__proto__":{"name":"no"},"constructor":1},null,5,"a",[[]],{"name":7},{"name":null},
      {"name":"__proto__","version":9,"purl":{},"licenses":[{"license":{"__proto__":{"id":"MIT"}}}]}]}`;
    assert.deepEqual(sbomOf(Buffer.from(text)).components, [
      { name: '__proto__', version: null, purl: null, license: null },
    ]);
  });

  test('that holds itself, as no text can, ends', () => {
    const component: Record<string, unknown> = { name: 'a' };
    component.components = [component, { name: 'b' }];
    const read = readSbomPredicate(cyclonedx([component]));
    assert.ok(!('reason' in read) && read.components.length === 2);
  });

  test('that is nested a hundred thousand times, as a parsed value may be, is read', () => {
    let component: object = { name: 'a' };
    for (let level = 0; level < 100_000; level += 1) component = { name: 'b', components: [component] };
    const read = readSbomPredicate(cyclonedx([component]));
    assert.ok(!('reason' in read) && read.components.length === 2);
  });

  const key = fc.constantFrom(
    ...['name', 'packages', 'components', 'licenses', 'license', 'purl', 'externalRefs', 'type', 'metadata'],
    ...[
      'component',
      '__proto__',
      'from',
      'to',
      'relationshipType',
      'spdxId',
      'versionInfo',
      'group',
      'version',
    ],
    ...[
      'expandedlicensing_member',
      'hasExtractedLicensingInfos',
      'Data',
      'expression',
      'id',
      'externalIdentifier',
    ],
  );
  const text = fc.constantFrom(
    ...['a', '', 'MIT', 'software_Package', 'hasDeclaredLicense', 'pkg:npm/a@1', 'pkg:golang/a/b@v1', 'purl'],
    ...['expandedlicensing_ConjunctiveLicenseSet', '\ud800', '\0', 'pkg:npm/%ff'],
  );
  const { anything } = fc.letrec((tie) => ({
    anything: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(text, fc.integer(), fc.constant(null), fc.boolean()),
      fc.array(tie('anything'), { maxLength: 4 }),
      fc.dictionary(key, tie('anything'), { maxKeys: 5 }),
    ),
  }));

  test('never throws, whatever JSON it is', () => {
    fc.assert(
      fc.property(anything, fc.jsonValue(), (value, other) => {
        for (const one of [value, other]) {
          for (const document of [one, spdx2(one), cyclonedx(one), spdx3(one), { Data: one }]) {
            readSbomPredicate(document);
            const read = readSbom(bytesOf(document));
            if ('reason' in read) continue;
            for (const { name, version, purl, license } of read.components) {
              assert.ok(name !== '' && version !== '' && purl !== '' && license !== '');
            }
          }
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
