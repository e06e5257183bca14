// The composition root: a valid configuration in, a running federation out. The only file that knows every part.
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { createSourceCompiler } from './authoring/source-compiler.ts';
import type { Catalog, Snapshot } from './catalog/catalog.ts';
import { createCatalog, type Progress } from './catalog/create.ts';
import { buildSnapshotIndex, type SnapshotIndex } from './catalog/snapshot-index.ts';
import { extensionRegistry, readExtensionSchema } from './config/extension.ts';
import type { FacilityConfig, RegistryConfig } from './config/facility.ts';
import type { Config } from './config/schema.ts';
import type { SecretReference } from './config/secret.ts';
import { type Environment, readSecret } from './config/secrets.ts';
import { listenOf } from './config/text.ts';
import { createCursors } from './discovery/cursor.ts';
import { createDiscovery } from './discovery/discovery.ts';
import { createPlaces } from './discovery/places.ts';
import type { GatewayParts } from './graphql/context.ts';
import { createExtension, type Extension } from './graphql/extension.ts';
import { createGateway, type Gateway } from './graphql/gateway.ts';
import type { AccessLog } from './http/access-log.ts';
import { createMetrics } from './http/metrics.ts';
import { startMetricsServer } from './http/metrics-server.ts';
import { type RunningServer, startServer } from './http/server.ts';
import { createIdentity } from './identity/create.ts';
import { createDemoIssuer, type DemoIssuer } from './identity/demo.ts';
import { demoRefusal } from './identity/demo-refusal.ts';
import type { Identity } from './identity/identity.ts';
import { FederationError } from './model/errors.ts';
import { createPace } from './model/pace.ts';
import { createHttpClient } from './network/create.ts';
import { Credential } from './network/credential.ts';
import { createEndpoint } from './network/graphql-endpoint.ts';
import type { HttpClient } from './network/http-client.ts';
import { createPage } from './page/page.ts';
import { watchBundles } from './policy/activation/bundle-watcher.ts';
import { createPolicyEngine, policyFiles } from './policy/create.ts';
import { startPolicyDistribution } from './policy/distribution/distribution.ts';
import type { PolicyEngine } from './policy/engine.ts';
import { createDecisionLog } from './policy/log/create.ts';
import { type DemoRegistries, startDemoRegistries } from './registry-server/demo.ts';
import { createFileSource } from './sources/file.ts';
import { createGraphqlSource } from './sources/graphql.ts';
import type { Source } from './sources/source.ts';
import { loadVocabulary } from './vocabulary/load.ts';

export interface FederationOptions {
  readonly env: Environment;
  readonly logger: Logger;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

export interface Federation {
  readonly catalog: Catalog;
  readonly policy: PolicyEngine;
  readonly identity: Identity;
  readonly gateway: Gateway;
  /** The demo's own issuer; null unless it is a demo. */
  readonly demo: DemoIssuer | null;
  /** Opens the port of the configuration, and that of the metrics if they have one. Rejects with PORT_TAKEN. */
  listen(): Promise<RunningServer & { readonly metricsUrl: string | null }>;
  /** Answers what is under way, then ends everything that was started. */
  close(): Promise<void>;
}

const SECRET_BYTES = 32;

/** Asks no registry yet: the first question does, or `catalog.refresh`. Rejects with CONFIG_INVALID and the like. */
export async function createFederation(config: Config, options: FederationOptions): Promise<Federation> {
  const { env, logger, now = Date.now } = options;
  const refused = demoRefusal(config);
  if (refused !== null) throw new FederationError('CONFIG_INVALID', refused, { at: 'demo' });
  const secret = (reference: SecretReference): Promise<string> =>
    readSecret(reference, env, config.baseDirectory);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const httpClient = track(opened, createHttpClient());
    const registries = config.demo ? track(opened, await startDemoRegistries(config, logger)) : null;
    const reach = createReach(config, httpClient, registries, secret);
    const places = createPlaces(config.facilities);
    const vocabulary = loadVocabulary();
    let running: { catalog: Catalog; policy: PolicyEngine } | null = null;
    const metrics = createMetrics({
      observed: () => running,
      token:
        config.telemetry.metrics?.token === undefined ? null : await secret(config.telemetry.metrics.token),
      now,
    });
    // Opened before the engine and so closed after it: what was decided last is written as well.
    const decisionLog = track(
      opened,
      await createDecisionLog({
        config: config.telemetry.decisionLog,
        baseDirectory: config.baseDirectory,
        federation: config.federation.name,
        httpClient,
        secret,
        logger,
        counters: metrics.decisionLog,
        now,
      }),
    );
    const bundles = await watchBundles({
      files: policyFiles(config),
      baseDirectory: config.baseDirectory,
      interval: config.policies.watch * 1_000,
      logger,
    });
    const policy = track(
      opened,
      await createPolicyEngine({ config, logger, counters: metrics.policies, decisionLog, now }),
    );
    track(opened, bundles).start((changes) => policy.activate(changes));
    const asked = metrics.policySourceAsked;
    const compiler = createSourceCompiler({ env, evaluation: config.limits.policyDeadline, logger });
    track(
      opened,
      await startPolicyDistribution({
        config,
        env,
        httpClient,
        engine: policy,
        compiler,
        onAsked: asked,
        now,
        logger,
      }),
    );
    const snapshotIndexes = new WeakMap<Snapshot, SnapshotIndex>();
    const pace = createPace();
    const catalog = track(
      opened,
      createCatalog({
        config,
        sources: await Promise.all(reach.sources()),
        vocabulary,
        logger,
        ...(options.onProgress && { onProgress: options.onProgress }),
        onSnapshot: async (snapshot) => {
          const context = { vocabulary, facilityName: (id: string) => places.get(id).name };
          snapshotIndexes.set(snapshot, await buildSnapshotIndex(snapshot, context, pace));
          await policy.prepare(snapshot);
        },
      }),
    );
    running = { catalog, policy };
    const demo = config.demo ? await createDemoIssuer({ facilities: config.facilities, clock: now }) : null;
    const identity = await createIdentity({
      config,
      httpClient,
      logger,
      clock: now,
      readSecret: secret,
      demo: demo ?? undefined,
      onDropped: metrics.dropped,
    });
    const discovery = createDiscovery({
      catalog,
      snapshotIndexes: (states) =>
        states.flatMap(({ snapshot }) => (snapshot === null ? [] : (snapshotIndexes.get(snapshot) ?? []))),
      places,
      vocabulary,
      cursors: createCursors(await cursorSecret(config, secret)),
      limits: config.limits,
      now,
    });
    const parts: GatewayParts = {
      discovery,
      places,
      vocabulary,
      policy,
      catalog,
      limits: config.limits,
      now,
    };
    const gateway = createGateway({ parts, extensions: await Promise.all(reach.extensions(logger)), logger });
    return {
      catalog,
      policy,
      identity,
      gateway,
      demo,
      listen: async () => {
        const { host, port } = config.federation.listen;
        const aside = listenOf(config.telemetry.metrics?.listen ?? '');
        const scraped = aside === null ? null : await startMetricsServer(metrics, aside, logger);
        if (scraped !== null) track(opened, { close: () => scraped.close(0) });
        const server = await startServer(
          {
            gateway,
            identity,
            policy,
            metrics,
            page: createPage({ gateway, name: config.federation.name, vocabulary }),
            limits: config.limits,
            origins: config.federation.origins,
            corsHeaders: config.federation.corsHeaders,
            demo: config.demo,
            logger,
            accessLog: config.telemetry.accessLog ? accessLogTo(logger) : null,
          },
          host,
          port,
        );
        return { ...track(opened, server), metricsUrl: scraped === null ? null : `${scraped.url}/metrics` };
      },
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Whoever asks for the access log has it, whatever the level of the rest. */
function accessLogTo(logger: Logger): AccessLog {
  const log = logger.child({}, { level: 'info' });
  return (entry) => log.info(entry, 'request');
}

/** The last that was opened is closed first: the server before what answers it. */
async function closeAll(opened: { close(): Promise<void> }[]): Promise<void> {
  for (const part of opened.splice(0).reverse()) await part.close();
}

function track<T extends { close(): Promise<void> }>(opened: { close(): Promise<void> }[], part: T): T {
  opened.push(part);
  return part;
}

async function cursorSecret(
  { federation, demo }: Config,
  secret: (reference: SecretReference) => Promise<string>,
): Promise<Uint8Array> {
  if (federation.secret !== undefined) return Buffer.from(await secret(federation.secret));
  if (demo) return randomBytes(SECRET_BYTES);
  throw new FederationError('CONFIG_INVALID', 'The gateway has no secret for its cursors.', {
    at: 'federation.secret',
    hint: 'Name a secret of 32 bytes or more: `secret: { env: PANFED_SECRET }`.',
  });
}

/** How each registry is reached: its address and its token, the same for its records and for its extension. */
function createReach(
  config: Config,
  httpClient: HttpClient,
  registries: DemoRegistries | null,
  secret: (reference: SecretReference) => Promise<string>,
) {
  async function addressOf(
    facility: FacilityConfig,
    registry: RegistryConfig,
  ): Promise<{ url: string; credential: Credential | null }> {
    const url = registry.url ?? registries?.url(facility.id, registry.key);
    if (url == null) {
      throw new FederationError('CONFIG_INVALID', `Registry ${facility.id}/${registry.key} has no address.`, {
        at: `facilities.${facility.id}.registries.${registry.key}`,
        hint: 'Give it a `url`.',
      });
    }
    const token = registry.token === undefined ? null : await secret(registry.token);
    return { url, credential: token === null ? null : Credential.for(url, token) };
  }

  async function sourceOf(facility: FacilityConfig, registry: RegistryConfig): Promise<Source> {
    const names = { facility: facility.id, registry: registry.key, limits: config.limits };
    if (registry.kind === 'file') {
      return createFileSource({ ...names, path: resolve(config.baseDirectory, registry.url ?? '') });
    }
    return createGraphqlSource({ ...names, ...(await addressOf(facility, registry)), httpClient });
  }

  async function extensionOf(
    facility: FacilityConfig,
    extension: NonNullable<FacilityConfig['extension']>,
    logger: Logger,
  ): Promise<Extension> {
    const registry = extensionRegistry(facility);
    if (registry === null) {
      throw new FederationError(
        'CONFIG_INVALID',
        `No graphql registry answers the extension of ${facility.id}.`,
        {
          at: `facilities.${facility.id}.extension`,
        },
      );
    }
    return createExtension({
      facility: facility.id,
      registry: registry.key,
      sdl: await readExtensionSchema(facility.id, extension, config.baseDirectory),
      endpoint: createEndpoint({
        httpClient,
        purpose: 'extension',
        ...(await addressOf(facility, registry)),
      }),
      deadline: registry.deadline ?? config.limits.deadline,
      maxBytes: config.limits.upstreamBytes,
      keep: config.cache.extension * 1_000,
      logger,
    });
  }

  return {
    sources: () =>
      config.facilities.flatMap((facility) =>
        facility.registries.map((registry) => sourceOf(facility, registry)),
      ),
    extensions: (logger: Logger) =>
      config.facilities.flatMap((facility) =>
        facility.extension === undefined ? [] : [extensionOf(facility, facility.extension, logger)],
      ),
  };
}
