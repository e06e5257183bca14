// The demo as the gateway has it after a crawl: every image of federation.yaml's catalogs, ingested with the real
// vocabulary and the real rules, beside the entries that they came from.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ingest } from '../../src/catalog/ingest/ingest.ts';
import { repositoryRules } from '../../src/catalog/ingest/rules.ts';
import type { FacilityConfig, RegistryConfig } from '../../src/config/facility.ts';
import { inspectConfig } from '../../src/config/load.ts';
import { isServed } from '../../src/config/registry-kind.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { offlineSource } from '../../src/registry-server/oci/source.ts';
import { readCatalog } from '../../src/sources/catalog-document.ts';
import { toNode } from '../../src/sources/catalog-entry.ts';
import type { Source } from '../../src/sources/source.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import { createVocabulary } from '../../src/vocabulary/load.ts';

const root = new URL('../../', import.meta.url);

/** An entry of a catalog file, as it is written there. */
export interface Entry {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly extension?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface DemoCatalog {
  readonly facility: string;
  readonly registry: string;
  readonly path: string;
  /** Whether the demo serves it by a registry's own API, with manifests of its own. */
  readonly isServed: boolean;
  /** The whole file. */
  readonly text: string;
  /** The facility that the file says it is of. */
  readonly says: unknown;
  readonly entries: readonly Entry[];
  readonly records: readonly ImageRecord[];
  readonly quarantined: readonly string[];
  /** Labels that could not be read. */
  readonly labelProblems: readonly string[];
  /** Patterns of federation.yaml that match no repository. */
  readonly unmatched: readonly string[];
}

export const demo = await inspectConfig(fileURLToPath(new URL('federation.yaml', root)), {});

/** With the words of its labs. */
export const vocabulary = createVocabulary(demo.config);

export const catalogs: readonly DemoCatalog[] = await Promise.all(
  demo.config.facilities.flatMap((facility) =>
    facility.registries.map((registry) => catalogOf(facility, registry)),
  ),
);

async function catalogOf(facility: FacilityConfig, registry: RegistryConfig): Promise<DemoCatalog> {
  const path = registry.demo ?? '';
  const bytes = readFileSync(new URL(path, root));
  const document = readCatalog(bytes, 'yaml', 10_000);
  const rules = repositoryRules(registry.repositories);
  const place = { facility: facility.id, registry: registry.key, pull: registry.pull };
  const context = { place, rules, vocabulary, trustSettings: NOBODY_TRUSTED };
  const { kind } = registry;
  const nodes = isServed(kind)
    ? await crawled(await offlineSource(facility, { ...registry, kind, demo: path }, demo.config))
    : document.entries.map((entry, index) => toNode(entry, `entry ${index}`));
  const ingested = nodes.map((node) => ingest(node, context));
  return {
    facility: facility.id,
    registry: registry.key,
    path,
    isServed: isServed(kind),
    text: bytes.toString('utf8'),
    says: document.facility,
    entries: document.entries as readonly Entry[],
    records: ingested.flatMap((one) => ('records' in one ? one.records : [])),
    quarantined: ingested.flatMap((one) =>
      'records' in one ? [] : [`${one.quarantined.subject}: ${one.quarantined.reason}`],
    ),
    labelProblems: ingested.flatMap((one) =>
      'records' in one ? one.problems.map((problem) => JSON.stringify(problem)) : [],
    ),
    unmatched: rules.unmatched(),
  };
}

async function crawled(source: Source): Promise<unknown[]> {
  const nodes: unknown[] = [];
  const { signal } = new AbortController();
  for await (const page of source.crawl({ signal })) nodes.push(...page.nodes);
  return nodes;
}

/** The digest by which the registry has the image of an entry. */
export function heldDigest({ records, path }: DemoCatalog, { repository, tags }: Entry): string {
  const [tag = ''] = tags;
  const record = records.find((one) => one.repository === repository && one.tags.includes(tag));
  assert.ok(record?.digest, `${path}: ${repository}:${tag}`);
  return record.digest;
}

export const records: readonly ImageRecord[] = catalogs.flatMap((catalog) => catalog.records);

/** The records of a facility that hold the framework. */
export const held = (facility: string, framework: string): readonly ImageRecord[] =>
  records.filter(
    (record) => record.facility === facility && record.frameworks.some(({ name }) => name === framework),
  );

export const kindsOf = (record: ImageRecord): readonly string[] =>
  record.license.conditions.map(({ kind }) => kind);
