// The demo's labs: a server for each registry, of its kind, each on a free loopback port, in this process.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { extensionRegistry, readExtensionSchema } from '../config/extension.ts';
import { isServed } from '../config/registry-kind.ts';
import type { Config } from '../config/schema.ts';
import { createDemoSigners, type DemoSigners } from './demo-signers.ts';
import { catalogRegistry } from './oci/registry.ts';
import { startOciServer } from './oci/server.ts';
import { createRegistryServer, loadRegistryCatalog, type RegistryServer } from './server.ts';
import { signedCatalog, signingBy } from './signed-catalog.ts';

export interface DemoRegistries {
  /** The endpoint of a registry, or its root; null if it does not belong to the demo. */
  url(facility: string, registry: string): string | null;
  /** Ends all servers, each after five seconds at most for the requests that are under way. */
  close(): Promise<void>;
}

/**
 * Starts a server on loopback, at a free port, for each registry with `demo`; `signers` (by default new ones)
 * sign as its entries say. Rejects with CATALOG_INVALID if a catalog breaks the contract, or says what a
 * registry of its kind cannot, with CONFIG_INVALID if an extension's schema cannot be read or does not fit,
 * and as {@link createRegistryServer} and {@link startOciServer} do; then all that were started are closed.
 */
export async function startDemoRegistries(
  config: Config,
  logger: Logger,
  signers: DemoSigners = createDemoSigners(),
): Promise<DemoRegistries> {
  const wanted = config.facilities.flatMap((facility) =>
    facility.registries.flatMap((registry) =>
      registry.demo === undefined ? [] : [{ facility, registry, path: registry.demo }],
    ),
  );
  const started = await Promise.allSettled(
    wanted.map(async ({ facility, registry, path }) => {
      const catalog = await loadRegistryCatalog(resolve(config.baseDirectory, path), {
        facility: facility.id,
        demo: true,
      });
      const signing = signingBy(signers, registry.pull);
      if (isServed(registry.kind)) {
        const server = await startOciServer(catalogRegistry(catalog, registry.kind, signing), logger);
        return [keyOf(facility.id, registry.key), server] as const;
      }
      const extension =
        facility.extension !== undefined && extensionRegistry(facility) === registry
          ? await readExtensionSchema(facility.id, facility.extension, config.baseDirectory)
          : null;
      const server = await createRegistryServer({
        catalog: signedCatalog(catalog, signing),
        extension,
        logger,
      });
      return [keyOf(facility.id, registry.key), server] as const;
    }),
  );
  const servers = new Map<string, Pick<RegistryServer, 'url' | 'close'>>(
    started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  );
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { url: (facility, registry) => servers.get(keyOf(facility, registry))?.url ?? null, close };
}

function keyOf(facility: string, registry: string): string {
  return `${facility}/${registry}`;
}
