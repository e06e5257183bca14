// Kinds of registries: which of them are crawled by their own API, and where those are that everybody knows.

/** `kind` of a registry, in the order of the documentation. */
export const REGISTRY_KINDS = [
  'graphql',
  'file',
  'oci',
  'dockerhub',
  'harbor',
  'gitlab',
  'quay',
  'zot',
  'ghcr',
] as const;

export type RegistryKind = (typeof REGISTRY_KINDS)[number];

/** Kinds that serve images by the OCI distribution specification, and differ in how they list them. */
export type CrawledKind = Exclude<RegistryKind, 'graphql' | 'file'>;

/** Whether the registry is crawled: it takes `crawl`, `credential`, `realms` and what else belongs to its own API. */
export const isCrawled = (kind: RegistryKind): kind is CrawledKind => kind !== 'graphql' && kind !== 'file';

/** Kinds as which a demo serves a catalog, beside `graphql`. */
export const SERVED_KINDS = ['oci', 'dockerhub', 'harbor', 'ghcr'] as const satisfies readonly CrawledKind[];

export type ServedKind = (typeof SERVED_KINDS)[number];

/**
 * Whether a demo serves catalogs as registries of this kind, by its own API; false for `graphql`, which it
 * serves as well.
 */
export const isServed = (kind: RegistryKind): kind is ServedKind =>
  (SERVED_KINDS as readonly RegistryKind[]).includes(kind);

/** Where Docker Hub is, unless federation.yaml says otherwise: its images, its API, and who gives its tokens. */
export const DOCKER_HUB = {
  url: 'https://registry-1.docker.io',
  api: 'https://hub.docker.com',
  realm: 'auth.docker.io',
} as const;

/** Where GitHub's container registry and its API are, unless federation.yaml says otherwise. */
const GHCR = { url: 'https://ghcr.io', api: 'https://api.github.com' } as const;

const PLACES: { readonly [kind in RegistryKind]?: { readonly url: string; readonly api: string } } = {
  dockerhub: DOCKER_HUB,
  ghcr: GHCR,
};

/** The root of a crawled registry; null: it has to be given. */
const defaultUrl = (kind: RegistryKind): string | null => PLACES[kind]?.url ?? null;

/**
 * Where the API of a registry at `url` is, if at a host of its own; null: it has to be given, or there is none. Another
 * registry's credential is not for the API that everybody knows.
 */
export function defaultApi(kind: RegistryKind, url: string | undefined): string | null {
  const place = PLACES[kind];
  return place !== undefined && (url === undefined || url === place.url) ? place.api : null;
}

/** Whether the kind's API may be at a host of its own, which `api` names. */
export const hasApi = (kind: RegistryKind): boolean => kind in PLACES || kind === 'gitlab';

/** Whether no list has all repositories, so that `crawl` has to say within which namespaces or groups they are. */
export const needsCrawl = (kind: RegistryKind): boolean => hasApi(kind) || kind === 'quay';

/**
 * The address of a registry, as it is written: what federation.yaml says, else the known one of its kind;
 * null: there is none, as of one that the demo serves.
 */
export const addressOf = ({
  kind,
  url,
  demo,
}: {
  readonly kind: RegistryKind;
  readonly url?: string | undefined;
  readonly demo?: string | undefined;
}): string | null => url ?? (demo === undefined ? defaultUrl(kind) : null);
