// What a demo has of the labs, in this process: their registries, their data catalogs, and the keys that sign.
import type { Logger } from 'pino';
import type { DataCatalogConfig } from '../config/data-catalog.ts';
import type { Config } from '../config/schema.ts';
import { OpenedParts } from '../model/opened-parts.ts';
import { startDemoDataCatalogs } from './data-sets.ts';
import { startDemoRegistries } from './demo.ts';
import { createDemoSigners } from './demo-signers.ts';

export interface DemoLabs {
  /** The endpoint of a registry, or its root; null if it does not belong to the demo. */
  registryUrl(facility: string, registry: string): string | null;
  /** The root of a data catalog's API; null if it does not belong to the demo. */
  dataCatalogUrl(catalog: DataCatalogConfig): string | null;
  /** The public key (PEM) of the signer with this name. */
  publicKey(name: string): string;
  /** Ends all servers. */
  close(): Promise<void>;
}

/** Starts them; rejects as {@link startDemoRegistries} and {@link startDemoDataCatalogs} do, with everything closed. */
export async function startDemoLabs(config: Config, logger: Logger): Promise<DemoLabs> {
  const opened = new OpenedParts();
  try {
    const signers = createDemoSigners();
    const registries = opened.add(await startDemoRegistries(config, logger, signers));
    const dataCatalogs = opened.add(await startDemoDataCatalogs(config, logger));
    return {
      registryUrl: (facility, registry) => registries.url(facility, registry),
      dataCatalogUrl: (catalog) => dataCatalogs.url(catalog),
      publicKey: (name) => signers.publicKey(name),
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
