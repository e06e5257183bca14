// Real SBOMs of npm and syft, by themselves and in attestations, with their exact counts of components.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Component } from '../../src/components/component.ts';
import { readSbomPredicate } from '../../src/components/read-sbom.ts';
import { isSbomPredicate } from '../../src/model/sbom-predicate.ts';
import { needsShared, sharedData } from '../support/shared.ts';
import { readLicense, sbomOf } from './sboms.ts';

const FOLDER = 'signatures';
const shared = (path: string): Buffer => readFileSync(sharedData(`${FOLDER}/${path}`) as string);
const sorted = (components: readonly Component[]): readonly string[] =>
  components.map((component) => JSON.stringify(component)).sort();

describe('a real SBOM', needsShared(FOLDER), () => {
  for (const [file, format, count] of [
    ['npm.spdx.json', 'SPDX 2.3', 47],
    ['npm.cdx.json', 'CycloneDX 1.5', 47],
    // 54 packages, of which three actions were each found twice; three files and the folder are no components.
    ['syft.spdx23.json', 'SPDX 2.3', 51],
    ['syft.spdx3.json', 'SPDX 3.0.1', 51],
    ['syft.cdx.json', 'CycloneDX 1.7', 51],
  ] as const) {
    test(`${file} is read as ${format} with ${count} components`, () => {
      const { components, ...rest } = sbomOf(shared(`sbom/${file}`));
      assert.deepEqual({ ...rest, count: components.length }, { format, truncated: false, count });
      assert.ok(components.every(({ purl }) => purl?.startsWith('pkg:') === true));
    });
  }

  test('has the same components in all formats of one tool', () => {
    const [two, three, cdx] = ['syft.spdx23.json', 'syft.spdx3.json', 'syft.cdx.json'].map((file) =>
      sorted(sbomOf(shared(`sbom/${file}`), { readLicense }).components),
    );
    assert.deepEqual(three, two);
    assert.deepEqual(cdx, two);
    const [npm, npmCdx] = ['npm.spdx.json', 'npm.cdx.json'].map((file) =>
      sorted(sbomOf(shared(`sbom/${file}`), { readLicense }).components),
    );
    assert.deepEqual(npmCdx, npm);
  });

  for (const [file, type, format] of [
    ['cosign2-old/att.2.dsse.json', 'https://spdx.dev/Document', 'SPDX 2.3'],
    ['cosign2-bundle/3.bundle.json', 'https://spdx.dev/Document', 'SPDX 2.3'],
    ['cosign3/2.bundle.json', 'https://cyclonedx.org/bom', 'CycloneDX 1.5'],
  ] as const) {
    test(`in the attestation ${file} has the same 47 components`, () => {
      const document = JSON.parse(shared(file).toString()) as {
        payload?: string;
        dsseEnvelope?: { payload: string };
      };
      const payload = (document.dsseEnvelope ?? document).payload as string;
      const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        predicateType: string;
        predicate: unknown;
      };
      assert.equal(statement.predicateType, type);
      assert.ok(isSbomPredicate(statement.predicateType));
      const read = readSbomPredicate(statement.predicate);
      assert.ok(!('reason' in read) && read.format === format);
      assert.deepEqual(sorted(read.components), sorted(sbomOf(shared('sbom/npm.spdx.json')).components));
    });
  }
});
