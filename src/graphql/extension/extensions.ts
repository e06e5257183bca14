// The extensions that federation.yaml configures: a lab's own fields, each answered by the lab's own registry.
import type { Logger } from 'pino';
import { extensionRegistry, readExtensionSchema } from '../../config/extension.ts';
import type { FacilityConfig } from '../../config/facility.ts';
import type { Config } from '../../config/schema.ts';
import { FederationError } from '../../model/errors.ts';
import { createEndpoint } from '../../network/graphql-endpoint.ts';
import { type RegistryNetwork, registryEndpoint } from '../../sources/create-source.ts';
import { createExtension, type Extension } from './extension.ts';

type ExtensionsConfig = Pick<Config, 'facilities' | 'limits' | 'cache' | 'baseDirectory'>;

/**
 * The extensions in the order of facilities in federation.yaml; a facility without one is left out. Rejects
 * with CONFIG_INVALID where a schema cannot be read or no registry answers it, as {@link createExtension}
 * throws, and where a registry's token cannot be read.
 */
export function createExtensions(
  config: ExtensionsConfig,
  network: RegistryNetwork,
  logger: Logger,
): Promise<readonly Extension[]> {
  return Promise.all(
    config.facilities.flatMap((facility) =>
      facility.extension === undefined
        ? []
        : [extensionOf(facility, facility.extension, { config, network, logger })],
    ),
  );
}

async function extensionOf(
  facility: FacilityConfig,
  extension: NonNullable<FacilityConfig['extension']>,
  { config, network, logger }: { config: ExtensionsConfig; network: RegistryNetwork; logger: Logger },
): Promise<Extension> {
  const registry = extensionRegistry(facility);
  if (registry === null) {
    throw new FederationError(
      'CONFIG_INVALID',
      `No graphql registry answers the extension of ${facility.id}.`,
      { at: `facilities.${facility.id}.extension` },
    );
  }
  const { httpClient } = network;
  return createExtension({
    facility: facility.id,
    registry: registry.key,
    sdl: await readExtensionSchema(facility.id, extension, config.baseDirectory),
    endpoint: createEndpoint({
      ...{ httpClient, purpose: 'extension' },
      ...(await registryEndpoint(facility, registry, network)),
    }),
    deadline: registry.deadline ?? config.limits.deadline,
    maxBytes: config.limits.upstreamBytes,
    keep: config.cache.extension * 1_000,
    logger,
  });
}
