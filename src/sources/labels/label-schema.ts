// The labels of label-schema.org, which OCI's annotation keys came from: org.label-schema.*.
import type { AnnotationKeys } from './annotations.ts';

const key = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `org.label-schema.${name}`);

/**
 * The labels that are read, as OCI's specification says what they became; `license` is no label of theirs, and is common.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#back-compatibility-with-label-schema
 */
export const LABEL_SCHEMA_KEYS: AnnotationKeys = {
  title: key('name'),
  description: key('description'),
  documentation: key('usage', 'url'),
  source: key('vcs-url'),
  created: key('build-date'),
  licenses: key('license', 'licence', 'licenses', 'licences'),
  version: key('version'),
  refName: [],
  baseName: [],
};
