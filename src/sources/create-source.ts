// From a registry of federation.yaml to its source: how it is asked, by its kind, its address and its token.
import { resolve } from 'node:path';
import type { FacilityConfig, RegistryConfig } from '../config/facility.ts';
import { DEFAULT_REQUESTS } from '../config/registry-access.ts';
import { addressOf, type CrawledKind, defaultApi, isCrawled } from '../config/registry-kind.ts';
import type { Config } from '../config/schema.ts';
import type { SecretReference } from '../config/secret.ts';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { Credential } from '../network/credential.ts';
import type { HttpClient } from '../network/http-client.ts';
import {
  createRegistryClient,
  type RegistryClientOptions,
} from '../network/registry/create-registry-client.ts';
import type { RegistryClient } from '../network/registry/registry-client.ts';
import { createFileSource } from './file.ts';
import { createGraphqlSource } from './graphql.ts';
import { LISTINGS } from './listings/listings.ts';
import { QUAY_TOKEN_USER } from './listings/quay.ts';
import { documentsInMemory, type KnownDocuments } from './oci/known-documents.ts';
import { type KnownReferrers, referrersInMemory } from './oci/referrers/known-referrers.ts';
import { createOciSource, type OciSourceOptions } from './oci/source.ts';
import type { Source } from './source.ts';

export interface RegistryNetwork {
  readonly httpClient: HttpClient;
  /** The value of a secret that federation.yaml refers to; rejects with CONFIG_INVALID. */
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** For budgets and tokens; by default the machine's. */
  readonly clock?: Clock | undefined;
  /** What registries served already, by digest; by default kept in memory, for each call of {@link createSources}. */
  readonly documents?: KnownDocuments | undefined;
  /** What was known to refer to images; by default kept in memory, as documents are. */
  readonly referrers?: KnownReferrers | undefined;
  /** Names of the labels that the policies in force read; by default none. */
  readonly policyLabels?: (() => ReadonlySet<string>) | undefined;
  /** Where a demo serves the registry; null for one that it does not serve. */
  readonly demoUrl?: ((facility: string, registry: string) => string | null) | undefined;
}

/** Where a registry is asked, the same for its records and for its extension. */
export interface RegistryEndpoint {
  readonly url: string;
  readonly credential: Credential | null;
}

/**
 * The address of a registry, as it states it or else as `demoUrl` gives it, and its credential; null:
 * federation.yaml names no token. Rejects with CONFIG_INVALID where it has no address, or its token cannot be
 * read or is no bearer token (RFC 6750).
 */
export async function registryEndpoint(
  facility: FacilityConfig,
  registry: RegistryConfig,
  { secret, demoUrl }: RegistryNetwork,
): Promise<RegistryEndpoint> {
  const url = registry.url ?? demoUrl?.(facility.id, registry.key);
  if (url == null) {
    throw withoutAddress(facility.id, registry.key);
  }
  const token = registry.token === undefined ? null : await secret(registry.token);
  return { url, credential: token === null ? null : Credential.for(url, token) };
}

const withoutAddress = (facility: string, registry: string): FederationError =>
  new FederationError('CONFIG_INVALID', `Registry ${facility}/${registry} has no address.`, {
    at: `facilities.${facility}.registries.${registry}`,
    hint: 'Give it a `url`.',
  });

/**
 * One source a registry, in federation.yaml's order; without `documents` and `referrers` they keep both in
 * memory together. Asks nobody yet. Rejects as {@link createSource} does.
 */
export function createSources(
  config: Pick<Config, 'facilities' | 'limits' | 'baseDirectory'>,
  given: RegistryNetwork,
): Promise<readonly Source[]> {
  const network = {
    ...given,
    documents: given.documents ?? documentsInMemory(),
    referrers: given.referrers ?? referrersInMemory(),
  };
  return Promise.all(
    config.facilities.flatMap((facility) =>
      facility.registries.map((registry) => createSource(facility, registry, config, network)),
    ),
  );
}

/**
 * The source of one registry, by its kind; a file needs no network. Asks nobody yet. Rejects with
 * CONFIG_INVALID, as {@link registryEndpoint}, {@link createFileSource} and {@link createRegistryClient} do.
 */
export async function createSource(
  facility: FacilityConfig,
  registry: RegistryConfig,
  { limits, baseDirectory }: Pick<Config, 'limits' | 'baseDirectory'>,
  network: RegistryNetwork,
): Promise<Source> {
  const names = { facility: facility.id, registry: registry.key, limits };
  if (registry.kind === 'file') {
    return createFileSource({ ...names, path: resolve(baseDirectory, registry.url ?? '') });
  }
  if (isCrawled(registry.kind)) return ociSource(names, registry.kind, registry, baseDirectory, network);
  const endpoint = await registryEndpoint(facility, registry, network);
  return createGraphqlSource({ ...names, ...endpoint, httpClient: network.httpClient });
}

/** The repositories that are crawled where federation.yaml does not say: all that the registry lists. */
const ALL = ['**'];

async function ociSource(
  names: Pick<OciSourceOptions, 'facility' | 'registry' | 'limits'>,
  kind: CrawledKind,
  { crawl = ALL, url: stated, api, demo, ...access }: RegistryConfig,
  baseDirectory: string,
  given: RegistryNetwork,
): Promise<Source> {
  const { documents = documentsInMemory(), referrers = referrersInMemory() } = given;
  const { policyLabels = () => new Set(), demoUrl, ...network } = given;
  const url = addressOf({ kind, url: stated, demo }) ?? demoUrl?.(names.facility, names.registry) ?? null;
  if (url === null) throw withoutAddress(names.facility, names.registry);
  const shared = { ...network, access, baseDirectory };
  const client = await createRegistryClient({ ...shared, url });
  return createOciSource({
    ...names,
    ...{ kind, url, client, known: documents, policyLabels, repositories: crawl },
    referrers: {
      known: referrers,
      every: (access.requests ?? DEFAULT_REQUESTS).referrers * 1_000,
      now: () => (network.clock ?? SYSTEM_CLOCK).wall(),
    },
    listing: LISTINGS[kind],
    api: await apiOf(kind, url, api, shared),
  });
}

/** How the API is asked that has a host or a credential of its own; null: as the registry itself. */
async function apiOf(
  kind: CrawledKind,
  registry: string,
  api: string | undefined,
  { access, ...shared }: Omit<RegistryClientOptions, 'url'>,
): Promise<RegistryClient | null> {
  const url = kind === 'quay' ? registry : (api ?? defaultApi(kind, registry));
  if (url === null) return null;
  const by = kind === 'dockerhub' ? 'signIn' : 'token';
  const user = kind === 'quay' ? QUAY_TOKEN_USER : undefined;
  // The budget is that of the images: an API has its own limits, and says so.
  const requests = access.requests && { ...access.requests, budget: undefined };
  return createRegistryClient({
    ...shared,
    url,
    access: { ...access, requests },
    apiOf: { registry, by, user },
  });
}
