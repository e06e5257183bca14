// The catalog that a change of policy is tried on: the records of registries, crawled and ingested as the gateway does
// it. Registries that are files are read; the others are asked only where somebody says how.
import { resolve } from 'node:path';
import { crawl } from '../../catalog/crawl.ts';
import { createDeadline } from '../../catalog/deadline.ts';
import { hashedSnapshot } from '../../catalog/hashed-snapshot.ts';
import type { Snapshot } from '../../catalog/snapshot.ts';
import type { FacilityConfig, RegistryConfig } from '../../config/facility.ts';
import { isServed } from '../../config/registry-kind.ts';
import type { Config } from '../../config/schema.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { failureOf, type SourceFailure } from '../../model/outcome.ts';
import { type Pace, preparing } from '../../model/pace.ts';
import type { RegistryNetwork } from '../../sources/create-source.ts';
import { createFileSource } from '../../sources/file.ts';
import type { Source } from '../../sources/source.ts';
import { NOBODY_TRUSTED } from '../../trust/settings.ts';
import { createVocabulary } from '../../vocabulary/load.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';

/** A registry whose images were not compared. */
export interface Unread {
  /** `psi/harbor`. */
  readonly registry: string;
  /** null: it is not a file, and there is no network. */
  readonly failure: SourceFailure | null;
}

export interface OfflineCatalog {
  /** One for each registry that was read, in the order of federation.yaml. */
  readonly snapshots: readonly Snapshot[];
  readonly unread: readonly Unread[];
  /**
   * Facilities that trust signers: a gateway verifies the signatures of their images, and here nothing is verified, so that
   * images that are `verified` or `failed` there are `claimed` or `unsigned` here.
   */
  readonly unverified: readonly string[];
}

/** The network for registries that are not files. */
export interface Network extends RegistryNetwork {
  /** Called after each registry: `psi/harbor`, and its number of images or the failure. */
  readonly progress: (registry: string, outcome: number | SourceFailure) => void;
}

export interface CatalogOptions {
  /** Ids of the facilities whose images are read; all by default. */
  readonly facilities?: readonly string[];
  /** undefined: only files are read. */
  readonly network?: Network | undefined;
}

type CatalogConfig = Pick<Config, 'facilities' | 'limits' | 'vocabulary' | 'baseDirectory'>;

/**
 * The snapshots of the registries (by default of all facilities), within the limits of the configuration, and
 * in `unread` the registries that were not read: with a network also those that failed, each within its
 * deadline in milliseconds. A registry that is a file has none, and rejects as {@link createFileSource}
 * throws and {@link crawl} does, or for a demo's as {@link offlineSource} does. Rejects with USAGE if no
 * registry is a file and there is no network, and with SOURCE_UNAVAILABLE if none could be read. With a
 * network it rejects also as {@link createSource} does, with CONFIG_INVALID for a secret that cannot be read.
 */
export async function readOfflineCatalog(
  config: CatalogConfig,
  { facilities, network }: CatalogOptions = {},
): Promise<OfflineCatalog> {
  const vocabulary = createVocabulary(config);
  const wanted = config.facilities.filter(({ id }) => facilities?.includes(id) ?? true);
  const read = await Promise.all(
    wanted.flatMap((facility) =>
      facility.registries.map((registry) =>
        readRegistry(facility, registry, { config, network, vocabulary, pace: preparing }),
      ),
    ),
  );
  const snapshots = read.flatMap(({ snapshot }) => snapshot ?? []);
  const unread = read.flatMap(({ unread: one }) => one ?? []);
  const unverified = wanted.flatMap(({ id, trust }) => (trust === undefined ? [] : [id]));
  if (snapshots.length > 0) return { snapshots, unread, unverified };
  const of = facilities === undefined ? 'the configuration' : wanted.map(({ id }) => id).join(', ');
  if (network === undefined) {
    throw new FederationError('USAGE', `no registry of ${of} is a file, so there is no catalog`, {
      hint: 'configure registries of kind file, such as the catalogs that the labs export, or try --demo',
    });
  }
  throw new FederationError('SOURCE_UNAVAILABLE', `no registry of ${of} could be read`, {
    at: unread.map(({ registry, failure }) => `${registry}: ${failure?.code}`).join(', '),
    hint: 'try again later, or compare over the catalogs that the labs export',
  });
}

interface Reading {
  readonly config: CatalogConfig;
  readonly network: Network | undefined;
  readonly vocabulary: Vocabulary;
  readonly pace: Pace;
}

async function readRegistry(
  facility: FacilityConfig,
  registry: RegistryConfig,
  reading: Reading,
): Promise<{ readonly snapshot?: Snapshot; readonly unread?: Unread }> {
  const { config, network } = reading;
  const name = `${facility.id}/${registry.key}`;
  const source = await sourceHere(facility, registry, config);
  if (source !== null) {
    return { snapshot: await snapshotOf(source, registry, reading, Number.POSITIVE_INFINITY) };
  }
  if (network === undefined) return { unread: { registry: name, failure: null } };
  const { progress } = network;
  // Most comparisons read files alone, and need no HTTP client.
  const { createSource } = await import('../../sources/create-source.ts');
  const asked = await createSource(facility, registry, config, network);
  const deadline = registry.deadline ?? config.limits.deadline;
  try {
    const snapshot = await snapshotOf(asked, registry, reading, deadline);
    progress(name, snapshot.records.length);
    return { snapshot };
  } catch (error) {
    const failure = failureOf(error);
    progress(name, failure);
    return { unread: { registry: name, failure } };
  }
}

/** The source of a registry that is a file, or that a demo serves from one; null: it is somewhere else. */
async function sourceHere(
  facility: FacilityConfig,
  registry: RegistryConfig,
  config: CatalogConfig,
): Promise<Source | null> {
  const { key, kind, url, demo } = registry;
  if (demo !== undefined && isServed(kind)) {
    const { offlineSource } = await import('../../registry-server/oci/source.ts');
    return offlineSource(facility, { ...registry, kind, demo }, config);
  }
  // A contract server serves exactly the content of its file.
  const file = kind === 'file' ? url : demo;
  if (file === undefined) return null;
  return createFileSource({
    ...{ facility: facility.id, registry: key, limits: config.limits },
    path: resolve(config.baseDirectory, file),
    alone: true,
  });
}

async function snapshotOf(
  source: Source,
  { pull, repositories }: RegistryConfig,
  { config: { limits }, vocabulary, pace }: Reading,
  milliseconds: number,
): Promise<Snapshot> {
  const place = { facility: source.facility, registry: source.registry, pull };
  const crawled = await crawl({
    source,
    place,
    rules: repositories,
    vocabulary,
    // Signatures are not verified here: what they say is `claimed`.
    trustSettings: NOBODY_TRUSTED,
    maxRecords: limits.records,
    pace,
    deadline: createDeadline(milliseconds, SYSTEM_CLOCK),
    onPage: () => {},
  });
  return (await hashedSnapshot(crawled, place, SYSTEM_CLOCK.wall(), null, pace)).snapshot;
}
