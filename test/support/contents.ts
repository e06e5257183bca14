// What is inside the images of tests: given lists of components, each as one SBOM.
import { createContents } from '../../src/catalog/contents/contents.ts';
import type { Component } from '../../src/components/component.ts';
import { digestOf } from '../../src/model/digest.ts';
import fc from './fast-check.ts';

export const component = (
  name: string,
  version: string | null = null,
  more: Partial<Component> = {},
): Component => ({
  ...{ name, version, purl: null, license: null },
  ...more,
});

/** By the ids of images, the components of their SBOM. */
export type GivenContents = ReadonlyMap<string, readonly Component[]>;

/** The contents of a catalog, which can be given more. */
export function givenContents() {
  const table = createContents();
  const digests = new Map<string, string>();
  for (const facility of ['desy', 'psi', 'isis', 'dls', 'esrf', 'kit', 'alba', 'elettra', 'hzb']) {
    for (const registry of ['main', 'hub']) {
      table.register(facility, registry, {
        of({ id }) {
          const digest = digests.get(id);
          if (digest === undefined) return { sboms: [], isWhole: true };
          // As different as what is read of registries.
          const isVerified = /[02468ace]$/.test(digest);
          return { sboms: [{ digest, format: 'SPDX 2.3', platform: null, isVerified }], isWhole: true };
        },
      });
    }
  }
  return {
    table,
    async put(given: GivenContents): Promise<void> {
      for (const [id, components] of given) {
        const before = digests.get(id);
        if (before !== undefined) table.drop(before, id);
        const digest = digestOf(JSON.stringify(components));
        await table.lists.add(digest, components);
        digests.set(id, digest);
        table.hold(digest, id);
      }
      await table.release();
    },
  };
}

const names = ['mkl', 'openssl', 'numpy', 'fftw', 'hdf5', 'hdf5-cxx', 'mkll', 'zlib'];

/** Few enough names and versions that images have some in common. */
export const arbitraryComponents = (): fc.Arbitrary<Component[]> =>
  fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      version: fc.constantFrom('1.0', '1.1', '2017.0.3', '3.0.7', null),
      purl: fc.constantFrom(null, 'pkg:pypi/numpy@1.0', 'pkg:deb/debian/openssl@3.0.7'),
      license: fc.constantFrom(null, 'MIT', 'Apache-2.0'),
    }),
    { maxLength: 5 },
  );
