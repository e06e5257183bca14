// What is checked: the registries of a facility of federation.yaml, or one by its address, of which nothing is configured.
import type { FacilityConfig, RegistryConfig } from '../../config/facility.ts';
import { limitsSchema } from '../../config/limits.ts';
import { loadConfigWithoutSecrets } from '../../config/load.ts';
import { type RegistryAccess, registryAccessSchema } from '../../config/registry-access.ts';
import { addressOf } from '../../config/registry-kind.ts';
import type { SecretReference } from '../../config/secret.ts';
import { type Environment, readSecret } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import { isRepository } from '../../model/oci-names.ts';
import type { OciLimits } from '../../sources/oci/bounds.ts';
import { isGlob } from '../../sources/oci/repositories.ts';
import { createVocabulary, loadVocabulary } from '../../vocabulary/load.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';

/** One registry that is to be checked. */
export interface Target {
  /** `esrf/main`, or the address. */
  readonly name: string;
  readonly kind: RegistryConfig['kind'];
  /** An address; for a file its path, from `baseDirectory`. */
  readonly url: string;
  /** null: it is in no configuration. */
  readonly configured: { readonly facility: FacilityConfig; readonly registry: RegistryConfig } | null;
  readonly access: RegistryAccess;
  /** Names and globs of repositories. */
  readonly crawl: readonly string[];
  readonly limits: OciLimits;
  readonly baseDirectory: string;
  /** With the terms of the configuration. */
  readonly vocabulary: Vocabulary;
  /** The value of a secret of the configuration. */
  readonly secret: (reference: SecretReference) => Promise<string>;
}

export interface TargetOptions {
  readonly config: string;
  readonly registry?: string | undefined;
  /** Names of repositories, in place of what is configured. */
  readonly repository?: readonly string[] | undefined;
  /** Hosts that give the tokens of an address. */
  readonly realm?: readonly string[] | undefined;
  readonly ca?: string | undefined;
}

/** All that a registry lists. */
const ALL = ['**'];

/**
 * The registries that are meant: of a facility of federation.yaml all, or the one that `registry` names; or
 * one by its address, with the default limits and no credential. Reads no secret. Rejects with USAGE for a
 * facility or key that is not there and for options that do not belong together, and with CONFIG_INVALID as
 * {@link loadConfigWithoutSecrets} does, or for a registry without an address. An address is that of an OCI
 * registry, or with a path other than `/v2/` that of registry.graphql.
 */
export async function targetsOf(
  text: string,
  options: TargetOptions,
  env: Environment,
): Promise<readonly Target[]> {
  const wrong = options.repository?.find((name) => !isRepository(name) && !isGlob(name));
  if (wrong !== undefined) {
    throw usage(
      `${wrong.slice(0, 64)} is no name of a repository`,
      '--repository',
      'Write it without host and tag.',
    );
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
    ? [targetAt(text, options)]
    : targetsOfFacility(text, options, env);
}

function targetAt(text: string, { registry, repository = [], realm = [], ca }: TargetOptions): Target {
  if (registry !== undefined) {
    throw usage('--registry names a registry of federation.yaml, and an address is given', '--registry');
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usage(
      'the address is no http or https URL',
      '<facility | url>',
      'Write it as https://registry.esrf.fr.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw usage(
      'an address has no user and no password',
      '<facility | url>',
      'A registry that needs a credential is checked by its facility in federation.yaml.',
    );
  }
  const access = registryAccessSchema.safeParse({ realms: [...realm], ...(ca !== undefined && { ca }) });
  if (!access.success) {
    throw usage(
      'a realm is a host, or host:port',
      '--realm',
      'Write it without a scheme, as in auth.docker.io.',
    );
  }
  const isRoot = /^\/(?:v2\/?)?$/.test(url.pathname);
  return {
    name: isRoot ? url.origin : url.href,
    kind: isRoot ? 'oci' : 'graphql',
    url: isRoot ? url.origin : url.href,
    configured: null,
    access: access.data,
    crawl: repository.length > 0 ? repository : ALL,
    limits: limitsSchema.parse({}),
    baseDirectory: process.cwd(),
    vocabulary: loadVocabulary(),
    secret: () => Promise.reject(new FederationError('INTERNAL', 'an address has no secrets')),
  };
}

async function targetsOfFacility(
  id: string,
  { config: file, registry: key, repository = [], realm = [], ca }: TargetOptions,
  env: Environment,
): Promise<readonly Target[]> {
  for (const [flag, isGiven] of [
    ['--realm', realm.length > 0],
    ['--ca', ca !== undefined],
  ] as const) {
    if (isGiven) throw usage(`${flag} is for an address: a facility’s is in federation.yaml`, flag);
  }
  const configuration = await loadConfigWithoutSecrets(file, env);
  const { facilities, limits, baseDirectory } = configuration;
  const ids = facilities.map((each) => each.id);
  const facility = facilities.find((each) => each.id === id);
  if (facility === undefined) {
    const address = /[.:/]/.test(id) ? ['An address begins with https://.'] : [];
    const hints = [didYouMean(id.slice(0, 64), ids), ...address, `Facilities: ${ids.join(', ')}.`];
    throw usage(
      `${file} has no facility ${id.slice(0, 64)}`,
      '<facility | url>',
      hints.filter(Boolean).join(' '),
    );
  }
  const keys = facility.registries.map((each) => each.key);
  const chosen = facility.registries.filter((each) => key === undefined || each.key === key);
  if (chosen.length === 0) {
    const hints = [didYouMean((key ?? '').slice(0, 64), keys), `Registries: ${keys.join(', ')}.`];
    throw usage(`${id} has no registry ${key?.slice(0, 64)}`, '--registry', hints.filter(Boolean).join(' '));
  }
  const vocabulary = createVocabulary(configuration);
  return chosen.map((registry) => ({
    name: `${id}/${registry.key}`,
    kind: registry.kind,
    url: requiredAddress(facility, registry),
    configured: { facility, registry },
    access: registry,
    crawl: repository.length > 0 ? repository : (registry.crawl ?? ALL),
    limits,
    baseDirectory,
    vocabulary,
    secret: (reference) => readSecret(reference, env, baseDirectory),
  }));
}

function requiredAddress({ id }: FacilityConfig, registry: RegistryConfig): string {
  const { key } = registry;
  const address = addressOf(registry);
  if (address === null) {
    throw new FederationError('CONFIG_INVALID', `Registry ${id}/${key} has no address.`, {
      at: `facilities.${id}.registries.${key}`,
      hint: 'Give it a `url`; what a demo serves has none.',
    });
  }
  return address;
}

const usage = (message: string, at: string, hint = 'See: panfed doctor --help'): FederationError =>
  new FederationError('USAGE', message, { at, hint });
