// The images of `panfed policy diff`: from the catalogs that are files, from all registries, or from a running gateway.

import { type OfflineCatalog, readOfflineCatalog } from '../../../authoring/diff/catalog.ts';
import type { Config } from '../../../config/schema.ts';
import { readSecret } from '../../../config/secrets.ts';
import { FederationError } from '../../../model/errors.ts';
import { inert } from '../../../model/inert.ts';
import { createHttpClient } from '../../../network/create-http-client.ts';
import { FEDERATION } from '../../../policy/bundle/manifest.ts';
import { connectGateway, type GatewayOptions } from '../../gateway/client.ts';
import { numbered } from '../../terminal/numbered.ts';
import type { Output } from '../../terminal/output.ts';
import { readGatewayCatalog } from './gateway.ts';
import type { Stop } from './stop.ts';

/** The options as written on the command line. */
export interface ImageOptions extends GatewayOptions {
  readonly crawl?: true;
  readonly gateway?: true;
  readonly visibleOnly?: true;
  readonly failOn?: Stop;
}

/**
 * The images that the policies of `owners` judge: a facility's policy judges its own images alone, the
 * federation's all. A registry that fails is in `unread`, as is, without `crawl`, one that is no file; with
 * it they are asked, with their secrets. Progress goes to stderr. Rejects as {@link readOfflineCatalog} does,
 * with USAGE or SOURCE_UNAVAILABLE, or for a gateway's images as {@link readGatewayCatalog} (at most
 * limits.records) and {@link connectGateway} do.
 */
export async function imagesOf(
  config: Config,
  owners: readonly string[],
  options: ImageOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<OfflineCatalog> {
  const only = owners.includes(FEDERATION) ? {} : { facilities: owners };
  const report = (line: string) => output.message(`${inert(line)}\n`);
  if (fromGateway(options)) {
    return readGatewayCatalog(await connectGateway(options, env), {
      ...only,
      known: config.facilities.map(({ id }) => id),
      max: config.limits.records,
      progress: (had, of) => report(`${had} of ${numbered(of, 'image')}`),
    });
  }
  if (options.crawl === undefined) return readOfflineCatalog(config, only);
  const httpClient = createHttpClient();
  try {
    return await readOfflineCatalog(config, {
      ...only,
      network: {
        httpClient,
        secret: (reference) => readSecret(reference, env, config.baseDirectory),
        progress: (registry, outcome) =>
          report(
            `${registry}: ${typeof outcome === 'number' ? numbered(outcome, 'image') : `${outcome.code}: ${outcome.message}`}`,
          ),
      },
    });
  } finally {
    await httpClient.close();
  }
}

/** Whether the options name a running gateway: by `--gateway` or `--url`. */
export const fromGateway = ({ gateway, url }: ImageOptions): boolean => gateway === true || url !== undefined;

/** Throws USAGE for options that contradict each other, before anything is built. */
export function assertImagesMayBe(options: ImageOptions): void {
  const { crawl, failOn, visibleOnly } = options;
  if (!fromGateway(options)) {
    if (visibleOnly === undefined) return;
    throw new FederationError('USAGE', '--visible-only is about the images of a gateway', {
      hint: 'name it with --gateway or --url',
    });
  }
  if (crawl !== undefined) {
    throw new FederationError('USAGE', 'the images are either a gateway’s or crawled');
  }
  if (failOn !== undefined && visibleOnly === undefined) {
    throw new FederationError('USAGE', 'a gateway does not show what its policies hide from you', {
      at: `--fail-on ${failOn}`,
      hint: 'compare over the catalogs (--config, --crawl), or say with --visible-only that this is enough',
    });
  }
}
