// SPDX 2.3: which packages are components, their licenses and package URLs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, sbomOf, spdx2 } from './sboms.ts';

describe('an SPDX 2.3 document', () => {
  test('gives its packages, and neither single files nor the image itself', () => {
    const { components } = sbomOf(
      bytesOf(
        spdx2(
          [
            { name: 'mkl', versionInfo: '2017.0.3' },
            { name: 'image', primaryPackagePurpose: 'CONTAINER' },
            { name: '/etc/passwd', primaryPackagePurpose: 'FILE' },
            { name: 'debian', versionInfo: '12', primaryPackagePurpose: 'OPERATING-SYSTEM' },
            { name: 'relion', versionInfo: 'NOASSERTION', primaryPackagePurpose: 'APPLICATION' },
          ],
          { files: [{ fileName: './a' }] },
        ),
      ),
    );
    assert.deepEqual(
      components.map(({ name, version }) => [name, version]),
      [
        ['mkl', '2017.0.3'],
        ['debian', '12'],
        ['relion', null],
      ],
    );
  });

  test('has the license that was concluded, else the declared one, by its name where it is the document’s own', () => {
    const { components } = sbomOf(
      bytesOf(
        spdx2(
          [
            { name: 'a', licenseConcluded: 'MIT', licenseDeclared: 'ISC' },
            { name: 'b', licenseConcluded: 'NOASSERTION', licenseDeclared: 'ISC' },
            { name: 'c', licenseDeclared: 'LicenseRef-1' },
            { name: 'd', licenseConcluded: 'NONE' },
            { name: 'e', licenseConcluded: 'NOASSERTION' },
          ],
          { hasExtractedLicensingInfos: [{ licenseId: 'LicenseRef-1', name: 'XDS' }] },
        ),
      ),
    );
    assert.deepEqual(
      components.map(({ license }) => license),
      ['MIT', 'ISC', 'XDS', 'NONE', null],
    );
  });

  test('has the first package URL that is one, whatever the library throws at the others', () => {
    const reference = (referenceLocator: unknown) => ({ referenceType: 'purl', referenceLocator });
    const locators = [
      'pkg:golang/a/b@v1.0',
      'pkg:npm',
      '%',
      5,
      null,
      'pkg:pypi/%ff',
      'pkg:PyPI/Num_Py@1?b=2&a=1',
    ];
    const { components } = sbomOf(bytesOf(spdx2([{ name: 'numpy', externalRefs: locators.map(reference) }])));
    assert.deepEqual(components, [
      { name: 'numpy', version: '1', purl: 'pkg:pypi/num-py@1?a=1&b=2', license: null },
    ]);
  });
});
