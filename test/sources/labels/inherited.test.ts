import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapLabels } from '../../../src/sources/labels.ts';
import { readLabels, textsOf } from '../../support/labels.ts';

describe('what OCI’s labels say is the image’s, unless they are its base’s', () => {
  const OCI = 'org.opencontainers.image.';
  const relion = {
    'io.panfed.frameworks': 'relion',
    [`${OCI}version`]: '5.0',
    [`${OCI}source`]: 'https://x.example/',
  };
  const described = (labels: Record<string, string>) => {
    const { title, source, frameworks, licenses } = readLabels({
      ...relion,
      ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${OCI}${name}`, value])),
    }).described;
    return { title, source: source !== null, version: frameworks[0]?.version, licenses: textsOf(licenses) };
  };
  const mine = { title: null, source: true, version: '5.0', licenses: [] };
  const base = { title: null, source: false, version: null, licenses: [] };

  for (const refName of [
    'ubuntu',
    'docker.io/library/Ubuntu:22.04',
    'ubi9-minimal',
    'rockylinux',
    'paraview:5.11',
  ]) {
    test(`ref.name ${refName} is a base’s or another’s`, () => {
      assert.deepEqual(described({ 'ref.name': refName }), base);
    });
  }
  for (const title of [
    'Red Hat Universal Base Image 9',
    'CentOS Base Image',
    'Debian GNU/Linux 12',
    'ParaView 5.11',
  ]) {
    test(`title ${title} is a base’s or another’s`, () => {
      assert.deepEqual(described({ title }), base);
    });
  }
  for (const refName of ['relion', 'ghcr.io/lab/RELION:5.0', '5.0', 'latest', 'lab/beamline-image:1']) {
    test(`ref.name ${refName} is not`, () => {
      assert.deepEqual(described({ 'ref.name': refName }), mine);
    });
  }
  for (const title of ['RELION 5.0', 'relion', 'Refinement on Ubuntu']) {
    test(`title ${title} is not`, () => {
      assert.deepEqual(described({ title }), { ...mine, title });
    });
  }

  test('the image that base.name names is a base, whatever it is', () => {
    assert.deepEqual(
      described({ 'ref.name': 'beamline:3', 'base.name': 'registry.example/lab/beamline:3' }),
      base,
    );
    assert.deepEqual(described({ 'base.name': 'registry.example/lab/beamline:3' }), mine);
  });

  test('beside a title of its own, only the version may still be the base’s', () => {
    assert.deepEqual(described({ 'ref.name': 'ubuntu', title: 'RELION' }), {
      ...mine,
      title: 'RELION',
      version: null,
    });
  });

  test('a base’s license is still a statement of terms', () => {
    assert.deepEqual(described({ title: 'Ubuntu', licenses: 'GPL-2.0-only' }), {
      ...base,
      licenses: ['GPL-2.0-only'],
    });
  });

  test('an image without software that is a base itself keeps what is said of it', () => {
    const canonical = () => null;
    const ubuntu = { [`${OCI}title`]: 'Ubuntu', [`${OCI}ref.name`]: 'ubuntu' };
    const titleIn = (repository: string) =>
      mapLabels(ubuntu, { repository, frameworks: null, canonical }).described.title;
    assert.equal(titleIn('library/ubuntu'), 'Ubuntu');
    assert.equal(titleIn('library/notebook'), null);
  });
});
