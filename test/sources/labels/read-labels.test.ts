// Which labels are read: what the families look at is on the list by which others may be dropped.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AnnotationKeys, annotationFacts } from '../../../src/sources/labels/annotations.ts';
import { bioContainersFacts } from '../../../src/sources/labels/biocontainers.ts';
import { LABEL_SCHEMA_KEYS } from '../../../src/sources/labels/label-schema.ts';
import { OCI_KEYS } from '../../../src/sources/labels/oci.ts';
import { readsLabel } from '../../../src/sources/labels.ts';

/** Labels that have every name, with a value that says nothing, and note which were looked for. */
function noting(): { readonly labels: Readonly<Record<string, string>>; readonly looked: Set<string> } {
  const looked = new Set<string>();
  const labels = new Proxy({} as Record<string, string>, {
    getOwnPropertyDescriptor(_, name) {
      looked.add(String(name));
      return { value: '', configurable: true, enumerable: true };
    },
    get: () => '',
  });
  return { labels, looked };
}

const annotated = (keys: AnnotationKeys) => (labels: Readonly<Record<string, string>>) => {
  annotationFacts(keys, labels, { frameworks: [], repository: 'a/b', canonical: () => null }, () => {});
};

describe('a label that a family looks for', () => {
  for (const [family, read] of [
    ['OCI’s', annotated(OCI_KEYS)],
    ['label-schema.org’s', annotated(LABEL_SCHEMA_KEYS)],
    [
      'BioContainers’',
      (labels: Readonly<Record<string, string>>) => {
        bioContainersFacts({ ...labels, software: '' }, () => {});
        bioContainersFacts(labels, () => {});
      },
    ],
  ] as const) {
    test(`is one that is read: ${family}`, () => {
      const { labels, looked } = noting();
      read(labels);
      assert.ok(looked.size >= 4, [...looked].join());
      for (const name of looked) assert.ok(readsLabel(name), name);
    });
  }

  for (const name of [
    'io.panfed.sharing',
    'IO.PANFED.Conditions',
    ' io.panfed.image',
    'io.panfed.\u202Elisted',
  ]) {
    test(`${JSON.stringify(name)} is read, since ingest takes it for one of panfed’s`, () => {
      assert.ok(readsLabel(name));
    });
  }

  for (const name of [
    'maintainer',
    'com.nvidia.volumes.needed',
    'org.opencontainers.image.vendor',
    'constructor',
  ]) {
    test(`${name} is not`, () => assert.ok(!readsLabel(name)));
  }
});
