// The servers of a gateway: the main one, and one for metrics where they have an address of their own.
import type { Config } from '../config/schema.ts';
import { listenOf } from '../config/text.ts';
import { accessLogTo } from './access-log.ts';
import { startMetricsServer } from './metrics-server.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';

export interface RunningServers extends RunningServer {
  /** null where the metrics have no address of their own. */
  readonly metricsUrl: string | null;
}

type ServersConfig = Pick<Config, 'federation' | 'telemetry' | 'limits' | 'demo'>;
type ServersParts = Pick<
  ServerOptions,
  'gateway' | 'identity' | 'policy' | 'metrics' | 'store' | 'page' | 'webhooks' | 'clock' | 'logger'
>;

/**
 * Opens the ports of the configuration: the gateway's, and that of the metrics where it is configured (else
 * `metricsUrl` is null). Rejects with PORT_TAKEN or CONFIG_INVALID, and leaves no port open then.
 */
export async function startServers(
  { federation, telemetry, limits, demo }: ServersConfig,
  parts: ServersParts,
): Promise<RunningServers> {
  const { logger, metrics } = parts;
  const address = listenOf(telemetry.metrics?.listen ?? '');
  const metricsServer = address === null ? null : await startMetricsServer(metrics, address, logger);
  try {
    const server = await startServer(
      {
        ...parts,
        ...{ limits, demo, origins: federation.origins, corsHeaders: federation.corsHeaders },
        accessLog: telemetry.accessLog ? accessLogTo(logger) : null,
      },
      federation.listen.host,
      federation.listen.port,
    );
    return {
      ...server,
      metricsUrl: metricsServer === null ? null : `${metricsServer.url}/metrics`,
      async close() {
        await server.close();
        await metricsServer?.close(0);
      },
    };
  } catch (error) {
    await metricsServer?.close(0);
    throw error;
  }
}
