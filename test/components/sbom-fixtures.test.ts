// SBOMs of test/fixtures/sboms: what syft writes of one folder in each format, and an example of SPDX's authors in two.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Component } from '../../src/components/component.ts';
import { ROOT } from '../support/root.ts';
import { readLicense, sbomOf } from './sboms.ts';

const read = (file: string) =>
  sbomOf(readFileSync(`${ROOT}test/fixtures/sboms/${file}.json`), { readLicense });
const sorted = (components: readonly Component[]): readonly Component[] =>
  [...components].sort((one, other) => (one.name < other.name ? -1 : 1));

describe('syft', () => {
  const DEB = 'arch=amd64&distro=debian-12';
  const deb = (name: string, version: string, upstream: string | null): Component => ({
    ...{ name, version, license: null },
    purl: `pkg:deb/debian/${name}@${version}?${DEB}${upstream === null ? '' : `&upstream=${upstream}`}`,
  });
  const python = (name: string, version: string, license: string): Component => ({
    ...{ name, version, license },
    purl: `pkg:pypi/${name}@${version}`,
  });
  const PACKAGES = [
    deb('libgcc-s1', '12.2.0-14+deb12u1', 'gcc-12'),
    deb('libssl3', '3.0.19-1~deb12u2', 'openssl'),
    deb('openssl', '3.0.19-1~deb12u2', null),
    python('six', '1.17.0', 'MIT'),
    python('tifffile', '2025.5.10', 'BSD-3-Clause'),
    deb('zlib1g', '1:1.2.13.dfsg-1', 'zlib'),
  ];

  for (const [file, format] of [
    ['syft.spdx-2.3', 'SPDX 2.3'],
    ['syft.spdx-3.0.1', 'SPDX 3.0.1'],
  ] as const) {
    test(`has the packages of Debian and Python in ${format}, and not the folder that it looked at`, () => {
      const { components, ...rest } = read(file);
      assert.deepEqual(rest, { format, truncated: false });
      assert.deepEqual(sorted(components), PACKAGES);
    });
  }

  for (const version of ['1.5', '1.6', '1.7'] as const) {
    test(`has the same in CycloneDX ${version}, and the operating system, which it does not write in SPDX`, () => {
      const { components, ...rest } = read(`syft.cyclonedx-${version}`);
      assert.deepEqual(rest, { format: `CycloneDX ${version}`, truncated: false });
      const debian = { name: 'debian', version: '12', purl: null, license: null };
      assert.deepEqual(sorted(components), [debian, ...PACKAGES]);
    });
  }
});

describe('an example of SPDX’s authors', () => {
  const CRATES = [
    {
      ...{ name: 'hello-server-src', version: '0.1.0', license: 'Apache-2.0' },
      // So it is written there.
      purl: 'pkg:deb/debian/libselinux1-dev@3.1-3?arch=s390x',
    },
    { name: 'hyper', version: '0.14', license: 'MIT', purl: 'pkg:cargo/hyper@0.14' },
    {
      ...{ name: 'pretty_env_logger', version: '0.4.0', license: 'Apache-2.0 OR MIT' },
      purl: 'pkg:cargo/pretty_env_logger@0.4.0',
    },
    { name: 'tokio', version: '1.19.2', license: 'MIT', purl: 'pkg:cargo/tokio@1.19.2' },
  ];

  for (const version of ['2.3', '3.0.1'] as const) {
    test(`has the same crates with the same licenses in SPDX ${version}`, () => {
      const { components, ...rest } = read(`spdx-examples-11.spdx-${version}`);
      assert.deepEqual(rest, { format: `SPDX ${version}`, truncated: false });
      assert.deepEqual(sorted(components), CRATES);
    });
  }
});
