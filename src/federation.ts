// The composition root: a valid configuration in, a running federation out. The only file that imports every folder.
import type { Logger } from 'pino';
import { createSourceCompiler } from './authoring/build/source-compiler.ts';
import type { Catalog } from './catalog/catalog.ts';
import { createContents } from './catalog/contents/contents.ts';
import { createSbomReader } from './catalog/contents/sbom-reader.ts';
import { createCatalog, type Progress } from './catalog/create-catalog.ts';
import { createKnown } from './catalog/known.ts';
import { cursorSecret } from './config/cursor-secret.ts';
import type { Config } from './config/schema.ts';
import type { SecretReference } from './config/secret.ts';
import { type Environment, readSecret, readWholeSecret } from './config/secrets.ts';
import { createDataCatalogs } from './data-catalogs/data-catalogs.ts';
import { createCursors } from './discovery/cursor.ts';
import { createDiscovery } from './discovery/discovery.ts';
import { createPlaces } from './discovery/places.ts';
import { createExtensions } from './graphql/extension/extensions.ts';
import { createGateway, type Gateway } from './graphql/gateway.ts';
import { createMetrics, type ObservedParts } from './http/metrics.ts';
import { type RunningServers, startServers } from './http/servers.ts';
import { createWebhooks } from './http/webhooks/webhooks.ts';
import { createIdentity } from './identity/create-identity.ts';
import { createDemoIssuer, type DemoIssuer } from './identity/demo.ts';
import type { Identity } from './identity/identity.ts';
import { createMatching } from './matching/match.ts';
import { createResources } from './matching/resources.ts';
import { type Clock, SYSTEM_CLOCK } from './model/clock.ts';
import { OpenedParts } from './model/opened-parts.ts';
import { createHttpClient } from './network/create-http-client.ts';
import { createPage } from './page/page.ts';
import type { PolicyEngine } from './policy/engine.ts';
import { startPolicies } from './policy/start-policies.ts';
import { startDemoLabs } from './registry-server/start-demo.ts';
import { createSources } from './sources/create-source.ts';
import { createStore } from './store/create-store.ts';
import { createTrust } from './trust/create-trust.ts';
import { createVocabulary } from './vocabulary/load.ts';

export interface FederationOptions {
  readonly env: Environment;
  readonly logger: Logger;
  /** Called as registries are crawled; nothing is called by default. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The clocks of this machine by default. */
  readonly clock?: Clock | undefined;
}

export interface Federation {
  readonly catalog: Catalog;
  readonly policy: PolicyEngine;
  readonly identity: Identity;
  readonly gateway: Gateway;
  /** The demo's own issuer; null where the configuration is not a demo. */
  readonly demo: DemoIssuer | null;
  /**
   * Opens the port of the configuration, and that of the metrics if they have one. Rejects as {@link startServers}
   * does, with PORT_TAKEN or CONFIG_INVALID.
   */
  listen(): Promise<RunningServers>;
  /**
   * Answers the requests that are under way, then ends everything that was started. Rejects with the first failure of a
   * part.
   */
  close(): Promise<void>;
}

/**
 * A federation that is ready to listen: its store is open, the threads of its policies run, and a demo's
 * registries listen on loopback. It contacts no lab's registry yet: the first question does, or
 * `catalog.refresh`; policies that labs ship as signed sources are fetched from now on, unless another
 * process builds them. Rejects with CONFIG_INVALID, with the store's STORE_*, or another error of a part
 * (CATALOG_INVALID for a demo, INTERNAL if the project was not built, graphql-tools' error for an extension
 * that does not fit), and has then closed everything that it opened.
 */
export async function createFederation(config: Config, options: FederationOptions): Promise<Federation> {
  const { env, logger, clock = SYSTEM_CLOCK } = options;
  const secret = (reference: SecretReference): Promise<string> =>
    readSecret(reference, env, config.baseDirectory);
  const opened = new OpenedParts();
  try {
    const httpClient = opened.add(createHttpClient({ clock }));
    const labs = config.demo ? opened.add(await startDemoLabs(config, logger)) : null;
    const network = { httpClient, secret, demoUrl: labs?.registryUrl, clock };
    const places = createPlaces(config.facilities);
    const vocabulary = createVocabulary(config);
    const resources = await createResources(config);
    let running: ObservedParts | null = null;
    const { token } = config.telemetry.metrics ?? {};
    const metrics = createMetrics({
      ...{ observed: () => running, clock },
      token: token === undefined ? null : await secret(token),
    });
    const federationSecret = await cursorSecret(config, secret);
    // It opens in a thread of its own while the rest is made; its failure is one of this function below.
    const openingStore = createStore(config, {
      ...{ env, readSecret: secret, federationSecret, logger, clock },
      onFailure: metrics.store.failed,
    });
    openingStore.catch(() => undefined);
    opened.add({ close: async () => (await openingStore.catch(() => null))?.close() });
    const compiler = createSourceCompiler({ env, evaluation: config.limits.policyDeadline, logger });
    const policy = opened.add(
      await startPolicies({ config, env, httpClient, secret, metrics, compiler, clock, logger }),
    );
    const store = await openingStore;
    const known = opened.add(createKnown({ ...config, store, clock }));
    const trust = opened.add(
      await createTrust(config, {
        readWhole: (reference) => readWholeSecret(reference, env, config.baseDirectory),
        demoKey: labs?.publicKey,
      }),
    );
    const contents = { table: createContents(), reader: opened.add(createSbomReader()) };
    const catalog = opened.add(
      createCatalog({
        config,
        sources: await createSources(config, { ...network, ...known, policyLabels: policy.labels }),
        clock,
        vocabulary,
        store: store?.crawls ?? null,
        state: store?.state ?? null,
        trust: trust.settings,
        verifier: trust.verifier,
        contents,
        logger,
        ...(options.onProgress && { onProgress: options.onProgress }),
        onSnapshot: (snapshot, revision) => policy.prepare(snapshot, revision),
      }),
    );
    // The catalog waits for what is being stored: for no longer than the store's own end.
    opened.add({ close: async () => store?.end() });
    running = { catalog, policy, store };
    const demo = config.demo ? await createDemoIssuer({ facilities: config.facilities, clock }) : null;
    const identity = await createIdentity({
      ...{ config, httpClient, logger, clock, readSecret: secret },
      demo: demo ?? undefined,
      onDropped: metrics.dropped,
    });
    const asking = {
      ...{ catalog, contents: contents.table, places, vocabulary, limits: config.limits, clock },
      cursors: createCursors(federationSecret),
    };
    const dataCatalogs = await createDataCatalogs({
      ...{ ...config, httpClient, vocabulary, secret, clock },
      demoUrl: labs?.dataCatalogUrl,
    });
    const matching = createMatching({ ...asking, resources, dataCatalogs });
    const discovery = createDiscovery({
      ...asking,
      history: store?.history ?? null,
      movedWithin: config.history.movedWithin,
    });
    const webhooks = await createWebhooks({ ...config, secret, notify: catalog.notify, logger });
    const gateway = createGateway({
      parts: {
        ...{ discovery, places, vocabulary, policy, resources, matching, catalog, store },
        ...{ limits: config.limits, clock },
      },
      extensions: await createExtensions(config, network, logger),
      logger,
    });
    return {
      catalog,
      policy,
      identity,
      gateway,
      demo,
      listen: async () => {
        const page = createPage({ gateway, name: config.federation.name, vocabulary });
        const parts = { gateway, identity, policy, metrics, store, page, webhooks, clock, logger };
        return opened.add(await startServers(config, parts));
      },
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
