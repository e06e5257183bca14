// Small SBOMs of each format, and what is read of them.
import assert from 'node:assert/strict';
import { readSbom, type Sbom, type SbomReadingOptions } from '../../src/components/read-sbom.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

export const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** What is read; fails the test where it is not. */
export function sbomOf(bytes: Uint8Array, options?: SbomReadingOptions): Sbom {
  const read = readSbom(bytes, options);
  assert.ok(!('reason' in read), JSON.stringify(read));
  return read;
}

/** As the gateway would read licenses. */
export const readLicense = (text: string) => loadVocabulary().license(text).expression;

export const spdx2 = (packages: unknown, more: object = {}) => ({
  ...{ spdxVersion: 'SPDX-2.3', packages },
  ...more,
});
export const cyclonedx = (components: unknown, more: object = {}) => ({
  ...{ bomFormat: 'CycloneDX', specVersion: '1.6', components },
  ...more,
});
export const spdx3 = (graph: unknown) => ({
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': graph,
});
