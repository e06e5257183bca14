// Labels that look like those of a family and are not: reported, and never a way to lose a restriction.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearName } from '../../../src/sources/labels/near-families.ts';
import { readsLabel } from '../../../src/sources/labels.ts';
import { readLabels, textsOf } from '../../support/labels.ts';

describe('label-families: a name that is nearly one of a family', () => {
  for (const [name, meant] of [
    ['io.panfde.sharing', 'io.panfed.sharing'],
    ['io.panfeds.title', 'io.panfed.title'],
    ['io-panfed-license', 'io.panfed.license'],
    ['io/panfed/listed', 'io.panfed.listed'],
    ['org.opencontainers.licenses', 'org.opencontainers.image.licenses'],
    ['org.opencontainer.image.title', 'org.opencontainers.image.title'],
    ['org.labelschema.license', 'org.label-schema.license'],
  ] as const) {
    test(`is reported: ${name}`, () => {
      assert.equal(readsLabel(name), true);
      const [problem, ...others] = readLabels({ [name]: 'MIT' }).problems;
      assert.deepEqual(others, []);
      assert.deepEqual(problem, {
        label: name,
        problem: `is not read as it is written: it may mean ${meant}`,
      });
    });
  }

  for (const name of ['io.pandas.title', 'io.k8s.description', 'com.example.sharing', 'license', 'a.title']) {
    test(`is another one: ${name}`, () => assert.equal(nearName(name), null));
  }

  test('is not asked of a name without end', () => {
    assert.equal(nearName(`${'io.panfde.'.repeat(20)}sharing`), null);
  });

  test('restricts where it may be meant to', () => {
    assert.equal(readLabels({ 'io.panfde.sharing': 'open' }).restrictions.sharing, 'none');
    assert.equal(readLabels({ io_panfed_conditions: 'academic' }).restrictions.sharing, 'none');
    assert.equal(readLabels({ 'io.panfde.listed': 'true' }).restrictions.listed, false);
  });

  test('leaves no base image’s license alone', () => {
    const base = { 'org.opencontainers.image.licenses': 'MIT' };
    const { described } = readLabels({ ...base, 'io.panfde.license': 'XDS' });
    assert.deepEqual(textsOf(described.licenses).toSorted(), ['MIT', 'XDS']);
    const capital = readLabels({ ...base, 'org.opencontainers.image.Licenses': 'XDS' });
    assert.deepEqual(textsOf(capital.described.licenses), ['MIT', 'XDS']);
    assert.deepEqual(
      capital.problems.map(({ problem }) => problem),
      ['is no key of OCI, and is read as org.opencontainers.image.licenses'],
    );
  });

  test('is read as a license in every spelling that can mean nothing else', () => {
    for (const name of [
      'About.License',
      'about.licences',
      'org.label-schema.licence',
      'ORG.LABEL-SCHEMA.LICENSE',
    ]) {
      assert.equal(readsLabel(name), true, name);
      assert.deepEqual(textsOf(readLabels({ [name]: 'MIT' }).described.licenses), ['MIT'], name);
    }
  });
});
